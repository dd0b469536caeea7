# Console home.
console-home = Console Home
console-welcome = Welcome, { $name }.
console-held = This session came from a recovery. Until { $time } it can look, register a device and change the password; everything else waits.
console-todo = To do
console-mfa-on = MFA is on for the root user
console-mfa-on-why = Register a second device and keep your saved codes where you will find them.
console-mfa-off = Turn on MFA for the root user
console-mfa-off-why = A password alone can be guessed or stolen. With an authenticator app it takes minutes.
console-see = Show
console-do = Turn on
console-root = Put the root user away
console-root-why = The root user may do everything. Sign in with it only when nobody else can do the task.
console-account = Account
console-account-name = Account name
console-email = Email address
