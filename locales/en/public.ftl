# The public page.
public-title = The way into your cloud
public-lead = Sign in here. And if you have lost the device you sign in with, this is where you get back in, safely.
public-help = Help with signing in
