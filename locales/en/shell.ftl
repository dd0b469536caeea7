# The frame of every page: bar, navigation, footer, and the words that form parts share.
shell-description = Sign in, or get back in when you have lost a device.
shell-skip = Skip to the main content
shell-trial = Trial
shell-trial-text = Nothing leaves this machine. Mail and calls arrive in the outbox.
shell-trial-mail = Mail arrives in the outbox. Calls go out for real.
shell-trial-calls = Calls arrive in the outbox. Mail goes out for real.
shell-trial-outbox = Open the outbox
shell-language = Language
shell-help = Help
shell-privacy = Privacy
shell-console = Open the console
shell-sign-in = Sign in
shell-sign-out = Sign out
shell-account-id = Account ID
shell-nav = Console
shell-crumbs = You are here
shell-nav-home = Console Home
shell-nav-account = Account
shell-nav-credentials = Security credentials
shell-errors = Please look at this again
shell-error = Error:
shell-code-help = What this code means
shell-show = Show
shell-hide = Hide
shell-copy = Copy
shell-copied = Copied
shell-print = Print
shell-download = Download
shell-trail = Your way back in
shell-trail-email = Email
shell-trail-phone = Phone
shell-trail-device = New device
shell-step-done = (done)
shell-seconds = { $n ->
    [one] { $n } second
   *[other] { $n } seconds
}
shell-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
shell-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
shell-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
flash-signed-out = You are signed out.
