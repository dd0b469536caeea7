# Getting back in when the MFA device is gone: troubleshooting, the case and its proofs, objections, the hold.
recovery-trouble-title = Troubleshoot your authentication device
recovery-trouble-lead = You gave the right password. Choose what fits, and we will find a way in.
recovery-resync-title = My device works, but its codes are refused
recovery-resync-text = The clock of the device may have drifted. Two codes in a row bring it back into step. A FIDO security key cannot be out of step.
recovery-resync-act = Re-sync with our servers
recovery-resync-page = Re-sync your device
recovery-resync-found = This is what your codes tell
recovery-resync-on = Type the next code
recovery-other-title = I have another registered device
recovery-other-text = The quickest way: use { $devices } instead.
recovery-other-act = Use another device
recovery-saved-title = I have a saved recovery code
recovery-saved-text = One of the codes you wrote down or printed when you registered the device. { $n ->
    [one] One code is left.
   *[other] { $n } codes are left.
}
recovery-saved-act = Use a recovery code
recovery-alternative-title = Sign in using alternative factors
recovery-alternative-text = For a lost, broken or replaced device. We check two things: first the account’s email, then the phone of its primary contact. You need both within reach, and the phone must be able to take an international call.
recovery-alternative-act = Sign in using alternative factors
recovery-continue-title = You have already begun
recovery-continue-text = Your recovery is where you left it. Nothing was lost.
recovery-continue-act = Go on
recovery-way-closed = This way is closed now:
recovery-not-good-title = This password cannot be used for a recovery
recovery-not-good-text = It was set by a mailed link or by somebody else, so the mailbox alone could have made it. It becomes good once you sign in with it and a registered device or a saved code.
recovery-not-good-next = What works: another registered device, also one at home or at work. If you have none, ask whoever runs this installation.
recovery-not-good-code = What works: another registered device; or a saved recovery code together with your email, and then a wait of 24 hours.
recovery-back = Back to the code
recovery-cannot-title = What if I cannot?
recovery-cannot-trouble = If you have neither the mailbox nor the phone, whoever runs this installation can help. If only the phone number is out of date, an administrator of your account can change it.

# Saying what happened.
recovery-begin-title = What happened to the device?
recovery-begin-lead = Your answer decides what we do for your safety afterwards.
recovery-why = What happened
recovery-why-lost = I lost it, or left it behind
recovery-why-lost-hint = Also when you changed to a new phone and gave the old one away.
recovery-why-broken = It is broken
recovery-why-broken-hint = It does not start, or the app is gone.
recovery-why-out-of-step = It works, but its codes are refused
recovery-why-out-of-step-hint = Re-sync is quicker, if the device is at hand.
recovery-why-stolen = It was stolen
recovery-why-stolen-hint = When you are in: the device is blocked for good, all other sessions end, and you set a new password.
recovery-why-deleted-in-app = I deleted it in the app only
recovery-why-deleted-in-app-hint = Like a lost device; the password can stay.
recovery-which = Which devices do you not have any more?
recovery-need-title = What you need
recovery-need-mail = The mailbox of { $email }
recovery-need-phone = The phone of the primary contact, to take a call
recovery-need-code = One of your saved recovery codes
recovery-need-wait = 24 hours of patience, because this password was not chosen and used together with a device
recovery-told = We tell all contacts of the account that a recovery was begun.
recovery-begin-act = Next
recovery-device-named = Device: { $device }

# The case.
recovery-for-account = Account
recovery-phrase-label = Two words
recovery-phrase-text = The mail shows the same two words. Other words mean another attempt, not yours.
recovery-mail-title = Verify your email
recovery-mail-lead = We send a link and a code to this address:
recovery-mail-masked = Your address was changed a short time ago. For 72 hours, the address before serves.
recovery-mail-send = Send verification email
recovery-mail-sent-title = Check your mail
recovery-mail-sent-lead = We sent a link and a code to { $email }. Open the link on any device, or type the code here.
recovery-mail-code = Verification code
recovery-mail-code-hint = 8 digits, good until { $time }.
recovery-mail-code-act = Verify
recovery-mail-over = That mail has run out. Nothing else was lost: send a new one.
recovery-mail-spam = It comes from { $sender }. It can take a few minutes; look in the spam folder, too.
recovery-mail-resend = Resend the email
recovery-mail-left = { $n ->
    [one] One more mail can be sent this hour.
   *[other] { $n } more mails can be sent this hour.
}
recovery-mail-next = The next mail can be sent at { $time }.
recovery-mail-again = The email was verified more than two hours ago. Please verify it once more; nothing else was lost.
recovery-mail-state-queued = The mail is about to leave.
recovery-mail-state-sent = The mail server has taken the mail.
recovery-mail-state-failed = The mail server refused the mail. Try again, or ask whoever runs this installation.
recovery-mail-done = Email verified
recovery-mail-cannot = If you cannot read this mailbox, use a saved recovery code or another device. Otherwise ask whoever runs this installation.

recovery-which-mail = Which address?
recovery-which-mail-lead = We send a link and a code to the address that you choose.
recovery-which-phone = Which number?
recovery-which-phone-lead = We call the number that you choose. The page then shows 6 digits: press them on the phone’s keys.
recovery-which-ends = Ends in { $digits }
recovery-which-removed = This second contact was removed a short time ago. For 72 hours, it still serves.
recovery-phone-title = Verify your phone
recovery-phone-lead = We call the phone of the primary contact, which ends in { $digits }. The page then shows 6 digits: press them on the phone’s keys.
recovery-phone-what = The voice speaks the language of this page and never tells you digits. Never press digits that somebody else told you.
recovery-phone-international = The call may come from abroad and show an unknown number. Make sure that your phone takes such calls.
recovery-phone-left = { $n ->
    [one] You can take one more call today.
   *[other] You can take { $n } more calls today.
} { $tries ->
    [one] One wrong entry is left.
   *[other] { $tries } wrong entries are left.
}
recovery-phone-counts = Only wrong digits count against you. Calls that nobody answers do not.
recovery-phone-blocked-wrong-digits = After wrong digits, the next call is possible at { $time } (in { $wait }).
recovery-phone-blocked-calls = The calls of today are used up. The next one is possible at { $time } (in { $wait }).
recovery-phone-blocked-unconnected = Several calls did not get through. The next one is possible at { $time } (in { $wait }).
recovery-phone-blocked-network = Too many calls were asked for from your network. The next one is possible at { $time } (in { $wait }).
recovery-phone-blocked-title = Phone verification cannot be used now
recovery-phone-blocked-meanwhile = Your email stays verified until { $time }. Other ways stay open.
recovery-call-now = Call me now
recovery-call-again = Call again
recovery-call-title = Press these digits on your phone
recovery-call-digits = The 6 digits
recovery-call-tries = { $n ->
    [one] One try is left in this call.
   *[other] { $n } tries are left in this call.
}
recovery-call-subtitles = What the voice says
recovery-call-script-number = Hello, this is an automatic call. First, press your own phone number, and then the hash key (#).
recovery-call-script = Hello, this is an automatic call. Somebody wants to get into your account. The account number ends in: { $digits }. If this is you, look at the page in your browser, and press the six digits it shows on your phone's keys. Never press a number that somebody told you. If this is not you, press 9. To hear this again, press star (*).
recovery-call-dialling = Calling the number that ends in { $digits } …
recovery-call-ringing = The phone that ends in { $digits } is ringing.
recovery-call-answered = Connected. Press the 6 digits now.
recovery-call-wrong = Those were not the digits. Look at the page and press them once more.
recovery-call-proved = The digits were right.
recovery-call-wrong-digits = 3 wrong entries: the call was ended.
recovery-call-objected = The person called said: this was not me.
recovery-call-hung-up = The call ended before 6 digits were pressed. That is no wrong entry.
recovery-call-busy = The line was busy. That is no wrong entry.
recovery-call-declined = The call was declined. That is no wrong entry.
recovery-call-no-answer = Nobody answered. That is no wrong entry.
recovery-call-barred = The phone or its network does not let such calls through. That is no wrong entry.
recovery-call-failed = The call could not be connected. That is no wrong entry.
recovery-call-lost = The call broke off on our side. It is not counted.
recovery-call-cancelled = The call was ended.
recovery-call-stop = Stop refreshing this page
recovery-call-start = Refresh this page by itself
recovery-phone-former = The phone number was changed a short time ago. For 72 hours, the number before serves.
recovery-phone-cannot = If you cannot take the call, use a saved recovery code or another device. If the number is out of date, an administrator of your account can change it.
recovery-phone-again = The phone was verified more than an hour ago. Please verify it once more; nothing else was lost.

recovery-code-title = Use a saved recovery code
recovery-code-lead = Type one of your saved codes. Capital or small letters and hyphens do not matter. Each code works once.
recovery-code-then = After it we verify your email, and then you wait for 24 hours.
recovery-code-field = Recovery code
recovery-code-act = Next
recovery-code-instead = Use a saved recovery code instead
recovery-mail-instead = Verify email and phone instead
recovery-code-none = No saved codes are left on this account.

recovery-password-title = Your password, once more
recovery-password-lead = You gave it more than an hour ago. Everything you have verified since is kept.
recovery-password-field = Password
recovery-password-act = Next

recovery-ready-title = You are verified
recovery-ready-lead = All is checked. For your safety, the session that opens now is limited:
recovery-ready-hold = For 24 hours you can look at everything, register a new device, block the lost one, change the password and end sessions. All else must wait.
recovery-ready-length = It ends after 2 hours. With the new device you can sign in again at once.
recovery-ready-lost = Blocked from now on, not deleted: { $devices }.
recovery-ready-stolen = Because the device was stolen, it is blocked for good, all other sessions end, and you set a new password first.
recovery-ready-told = All contacts of the account are told.
recovery-enter = Sign in to the console
recovery-delayed-title = This recovery must wait
recovery-delayed-text = Somebody who reads one of the account’s mailboxes said that this was not them. It can go on at { $time } (in { $wait }). A saved recovery code or a registered device is not delayed.
recovery-waits-title = Verified: now you have to wait
recovery-waits-lead = Your saved code and your email are verified. You can sign in at { $time } (in { $wait }).
recovery-waits-why = Your password was set by mail or by somebody else, so it does not count as a proof. All contacts of the account were told and can object until then.
recovery-waits-return = Come back in this browser; you can close it meanwhile. We then ask for the password once more, and verify your email again.

recovery-over-title = This recovery is over
recovery-over-completed = It was completed at { $time }.
recovery-over-person = You ended it. You can begin again at any time.
recovery-over-phone = The person who was called pressed 9 and said: this was not me.
recovery-over-objection = Somebody said by a mailed link: this was not me. Verification by email and phone is closed for 24 hours. A registered device or a saved recovery code always works.
recovery-over-device = Somebody signed in to the account with a registered device.
recovery-over-time = Its time ran out. You can begin again at any time.
recovery-over-act = Sign in
recovery-give-up = End this recovery
recovery-until = This recovery lives until { $time }.
recovery-change-why = Change what happened to the device
recovery-why-said = You said: { $why }
recovery-kept = You can close this page, come back to it, or wait: nothing is lost.

# The page of the mailed link.
recovery-link-title = Verify your address
recovery-link-lead = Somebody who knows the password of this account wants to get back in without an MFA device.
recovery-link-from = From
recovery-link-when = Begun
recovery-link-only = Press the button only if it is you, and if the page that waits shows the same two words.
recovery-link-act = Verify your address
recovery-link-not-me = If it is not you, do not press it. Use the link “this was not me” in the mail.
recovery-link-done-title = Your address is verified
recovery-link-done-here = Go on where you began.
recovery-link-done-there = Go back to the page where you began: it goes on by itself. You can close this one.
recovery-link-done-act = Go on

# "This was not me".
recovery-objection-title = Was this not you?
recovery-objection-lead = Somebody who knows your password began to get into your account without your MFA device.
recovery-objection-done-lead = Somebody who knows your password got into your account without your MFA device.
recovery-objection-does = What the button does
recovery-objection-does-stop = It ends this attempt and closes verification by email and phone for 24 hours.
recovery-objection-does-undo = It ends the session at once. What was made in it can do nothing for 7 days.
recovery-objection-does-keep = It never locks you out: registered devices and saved recovery codes go on working.
recovery-objection-does-password = You set a new password at your next sign-in.
recovery-objection-act = This was not me: stop it
recovery-objection-keep = It was me: leave everything as it is
recovery-objected-title = Thank you. It is stopped.
recovery-objected-closed = The attempt is ended. For 24 hours, nobody can get in by email and phone. Sign in with your device and set a new password.
recovery-objected-delayed = This contact objected already not long ago, so the attempt is not ended but put off until { $time }. Sign in with your device before then and set a new password.
recovery-objected-undone = The session is ended. What was made in it can do nothing for 7 days. Sign in with your own device: that undoes the rest.
recovery-objected-already = Nothing was left to do: it is stopped already.
recovery-objected-act = Sign in

# The hold, seen from the console.
recovery-hold-title = Recovery of this account
recovery-hold-none = No recovery was completed in the last 72 hours.
recovery-hold-lately = This account was recovered in the last 72 hours. See from where, and say whether it was you.
recovery-hold-done = Recovered { $time } from { $device } ({ $address }).
recovery-hold-this = You are signed in by this recovery. Some things must wait until { $time } and until a device is registered.
recovery-hold-device-needed = The hold ends once you register a device.
recovery-hold-code-title = End the waiting time now
recovery-hold-code-text = A saved recovery code that is older than this recovery ends it at once.
recovery-hold-code-act = End the waiting time
recovery-hold-me = It was me: end the waiting time
recovery-hold-not-me = It was not me: undo the recovery
recovery-hold-undo-text = Its sessions end, the devices registered in them are removed, the blocked device works again, and you set a new password.
recovery-hold-lost = Blocked: { $devices }
flash-recovery-lifted = The waiting time is over.
flash-recovery-undone = The recovery was undone.
flash-recovery-closed = The recovery is ended.
flash-recovery-mail = A mail is on its way.
flash-recovery-in = You are in. Now register a new device.
