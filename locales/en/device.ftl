# Security credentials: MFA devices, saved codes, sessions, and fresh proof.
step-up-title = Confirm that it is you
step-up-lead = What you are about to do concerns the safety of your account. Confirm once; for 10 minutes you will not be asked again.
step-up-password = Password for { $email }
step-up-device = Which device do you have with you?
step-up-code-of = Code that “{ $device }” shows now
step-up-submit = Continue
step-up-leave = Not now
step-up-otherwise-title = You do not have the device?
step-up-otherwise = Sign out and sign in again. After the password, choose “Troubleshoot MFA”: it leads you back in without the device.
