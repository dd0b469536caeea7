# Opening an account.
sign-up-title = Create a new account
sign-up-lead = First we make sure that mail reaches you. This address will sign in the root user, who may do everything in the account.
sign-up-email-hint = An address with an addition such as name+tag@example.com counts as one of its own. Send yourself a test mail first if you use one.
sign-up-have = I have an account
sign-up-code-lead = We sent a code to { $email }.
sign-up-code-hint = 8 digits. The code works for 30 minutes.
sign-up-other-email = Use another address
sign-up-details = Your account
sign-up-details-lead = { $email } is confirmed. Now the account itself.
sign-up-account-name = Account name
sign-up-account-hint = The name of your organization or project. You can change it later.
sign-up-contact-name = Contact person
sign-up-phone = Phone number
sign-up-phone-hint = We call it to let you back in when you lose your device. You prove it later by a call. You may leave it out for now.
sign-up-create = Create account
flash-account-open = Your account is open. Now turn on MFA for the root user.
