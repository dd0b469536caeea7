# Console home.
console-home = Console Home
console-welcome = Welcome, { $name }.
console-held = This session came from a recovery. Until { $time } it can look, register a device and change the password; everything else waits.
console-todo = To do
console-mfa-on = MFA is on for the root user
console-mfa-on-why = Switch on the backup of your authenticator app, and keep your saved codes where you will find them.
console-mfa-off = Turn on MFA for the root user
console-mfa-off-why = A password alone can be guessed or stolen. With an authenticator app it takes minutes.
console-see = Show
console-do = Turn on
console-root = Put the root user away
console-root-why = The root user may do everything. Sign in with it only when nobody else can do the task.
console-share = Keep the root user to yourself
console-share-why = Whoever else works here needs an account of their own, for that task and no other. Programs never need the root user’s password; the root user has no access keys and needs none.
console-root-often = { $n ->
    [one] { $n } sign-in of the root user in the last 30 days.
   *[other] { $n } sign-ins of the root user in the last 30 days.
}
console-root-before = The one before this was on { $time }. If it was not you, change the password and end the other sessions.
nudge-second = Register a second device
nudge-second-why = Should you lose the only one, getting back in takes more: a saved code, mailbox and phone, or recovery contacts, as far as you have them. With two, you take the other.
nudge-codes-none = Make saved codes
nudge-codes-none-why = None are left. A code kept on paper lets you in when every device is gone.
nudge-codes-few = { $n ->
    [one] Only { $n } saved code is left
   *[other] Only { $n } saved codes are left
}
nudge-codes-few-why = Replace those that were used before the last one is gone, and keep them where you will find them.
nudge-codes-make = Make codes
nudge-contacts-few = Fewer than two recovery contacts accepted
nudge-contacts-few-why = One alone cannot lead you back in: two must have accepted, 30 days before you need them. Send an invitation again, or name another person.
nudge-unused = Does “{ $device }” still work?
nudge-unused-why = It has not been used for more than { $days } days. Better to find out now than on the day you need it.
nudge-try = Try it
nudge-rehearse = Rehearse getting back in
nudge-rehearse-why = It was not done for half a year, or not since your email address or phone number was changed. A few minutes show whether mail, phone and saved codes would really lead you back in.
nudge-later = Not now
nudge-put-off = Put off ({ $n })
nudge-until = until { $time }
console-account = Account
console-account-name = Account name
console-email = Email address
console-address = Address of this page
console-address-text = Keep it as a bookmark: it leads through sign-in to this page.
flash-nudge-later = Put off for 30 days. Until then it stands below the list.
