# Refusals: what happened, and what to do next. The key is the permanent code.

refusal-title = This did not work
refusal-home = Back to the start
refusal-until = Possible again at { $time }, in { $wait }.
refusal-drift-slow = The clock is about { $time } slow.
refusal-drift-fast = The clock is about { $time } fast.
refusal-drift-none = The clock is on time.
refusal-left = { $n ->
    [0] No tries are left for now.
    [one] { $n } try is left.
   *[other] { $n } tries are left.
}
refusal-fault-title = A fault on our side
refusal-fault = The server could not finish this because of a fault of its own; you did nothing wrong.
refusal-fault-next = Try again in a few minutes; if it happens again, give this number to whoever runs this installation: { $request }
mender-you = You can put this right yourself.
mender-time = It passes if you wait.
mender-operator = Ask whoever runs this installation.

# Requests
GL-REQ-001 = This form is no longer valid in this browser, perhaps because the page was open for a long time or cookies are blocked.
GL-REQ-001-next = Reload the page, allow cookies for this site, and send the form again.
GL-REQ-002 = The request came from another website, so it was not carried out, to protect you.
GL-REQ-002-next = Open the page on this site yourself and do it from there.
GL-REQ-003 = Something in the form is missing, was sent twice, is too long, or cannot be read.
GL-REQ-003-next = Go back, check the fields, and send the form again.
GL-REQ-004 = There is no page at this address.
GL-REQ-004-next = Check the address for typing mistakes, or begin again from the home page.
GL-REQ-005 = This address cannot be used in this way.
GL-REQ-005-next = Go back to the page before and use the buttons there.
GL-REQ-006 = More was sent than this form can take.
GL-REQ-006-next = Shorten what you entered and send it again.
GL-REQ-007 = What was sent is not a form that this page can read.
GL-REQ-007-next = Open the page in a browser and send the form there.
GL-REQ-008 = This service was opened at an address that is not set up for it.
GL-REQ-008-next = Open the address you were given for signing in; if you used that one, tell whoever runs this installation.
GL-REQ-009 = Too many passwords are being checked at the moment, so yours was not checked; nothing was changed.
GL-REQ-009-next = Wait a few seconds and try again.
GL-REQ-010 = Our database cannot be reached or is full at the moment; nothing was changed.
GL-REQ-010-next = Try again in a few minutes; if it stays like this, tell whoever runs this installation.

# Sign-in
GL-SIGNIN-001 = This sign-in is over, or it was begun in another browser.
GL-SIGNIN-001-next = Begin again on the sign-in page.
GL-SIGNIN-002 = This email address and this password do not belong together.
GL-SIGNIN-002-next = Check both and try again, or choose “Forgot password?”.
GL-SIGNIN-003 = There are no IAM users in this installation yet.
GL-SIGNIN-003-next = Choose “Root user” if you are the owner of the account; otherwise ask whoever gave you your sign-in details.
GL-SIGNIN-004 = Too many wrong passwords were entered, perhaps not by you, so there is a pause to protect the account.
GL-SIGNIN-004-next = Wait until the pause is over, or sign in with a browser that you have signed in with before.
GL-SIGNIN-005 = After too many wrong tries, perhaps not yours, this password works only in browsers that have signed in before; the password itself stays the same.
GL-SIGNIN-005-next = Use a browser you have signed in with before, or have a link mailed to you that opens the password again in this one.
GL-SIGNIN-006 = This is not a complete email address.
GL-SIGNIN-006-next = Enter the whole address, such as name@example.com.
GL-SIGNIN-007 = This is not the code from our newest mail.
GL-SIGNIN-007-next = Compare it with the newest mail from us and enter the code again.
GL-SIGNIN-008 = The code from the mail can no longer be used.
GL-SIGNIN-008-next = Choose “Resend the email” and enter the new code.
GL-SIGNIN-009 = This step is not the one that is due now, perhaps because you went on in another tab.
GL-SIGNIN-009-next = Reload the page to see the step that is due.
GL-SIGNIN-010 = This account is suspended, so nobody can sign in to it.
GL-SIGNIN-010-next = Ask whoever runs this installation to reactivate the account.
GL-SIGNIN-011 = This account is closed, so nobody can sign in to it.
GL-SIGNIN-011-next = Ask whoever runs this installation to reopen the account; this is possible for 90 days after it was closed.
GL-SIGNIN-012 = Too many mails were asked for in a short time.
GL-SIGNIN-012-next = Look for an earlier mail in your inbox and in the spam folder, or wait and ask again.
GL-SIGNIN-013 = These are not the characters that were shown, so there are new ones now.
GL-SIGNIN-013-next = Type the new characters, or listen to them.
GL-SIGNIN-014 = The security check was answered too late, or its characters had been replaced, so there are new ones now.
GL-SIGNIN-014-next = Type the characters shown now, or listen to them.
GL-SIGNIN-015 = Your password was not looked at yet, because a short security check comes first; many wrong passwords were tried lately, not necessarily by you.
GL-SIGNIN-015-next = Do the check, and then enter your password again.
GL-SIGNIN-016 = Too many answers to the security check were wrong.
GL-SIGNIN-016-next = Begin again. If the picture is hard to read, listen to the characters, or use a browser you have signed in with before, which is not asked.

# MFA devices
GL-MFA-001 = This is not the code that the chosen device shows at present.
GL-MFA-001-next = Check that you chose the right device, wait for its next code, and enter that one.
GL-MFA-002 = This code was entered before, and each code works only once.
GL-MFA-002-next = Wait until the device shows its next code and enter that one.
GL-MFA-003 = Too many wrong codes were entered for this device, so there is a pause to protect the account.
GL-MFA-003-next = Wait until the pause is over, or use another registered device.
GL-MFA-004 = There are already 8 devices, and no more can be registered.
GL-MFA-004-next = Remove a device that you no longer use, then register the new one.
GL-MFA-005 = This device is not registered, or not any more.
GL-MFA-005-next = Reload the page and choose a device from the list.
GL-MFA-006 = This name cannot be used, or another device has it already.
GL-MFA-006-next = Give the device another name.
GL-MFA-007 = These two codes did not come directly one after the other.
GL-MFA-007-next = Wait for a new code, enter it, and then enter the very next one.
GL-MFA-008 = This device was suspended after a recovery and cannot be used here.
GL-MFA-008-next = Use another device; if you did not ask for that recovery, tell whoever runs this installation at once.
GL-MFA-009 = The clock of this device does not agree with ours, so its codes do not match.
GL-MFA-009-next = Type the next code that the device shows, and we will reckon with its clock from then on; or set its date and time to automatic first.
GL-MFA-010 = This saved code is not right, or it was used before.
GL-MFA-010-next = Check it for typing mistakes, or enter another code from your list that you have not used yet.
GL-MFA-011 = Too many wrong saved codes were entered, so there is a pause to protect the account.
GL-MFA-011-next = Wait until the pause is over, or choose another way to sign in.
GL-MFA-012 = The clock of this device was checked as often as is possible in one day.
GL-MFA-012-next = Try again tomorrow, or choose another way to sign in.

# Sessions
GL-SESSION-001 = You are not signed in, or your session has ended.
GL-SESSION-001-next = Sign in to go on.
GL-SESSION-002 = This concerns the security of the account, so we first have to be sure again that it is you.
GL-SESSION-002-next = Enter your password and, if you have a device, its MFA code, then try again.
GL-SESSION-003 = This session was opened by a recovery, so this cannot be done yet; the wait protects the account.
GL-SESSION-003-next = Register a new MFA device now, because the wait does not end without one, and come back when the time is over.

# Recovery
GL-REC-001 = This recovery is closed.
GL-REC-001-next = Sign in with your email address and password and begin a new recovery.
GL-REC-002 = This password cannot be used for a recovery, because it was set by mail or by somebody else and has not been used together with a device or a saved code since.
GL-REC-002-next = Use a registered device, or a saved recovery code together with your email; if you have neither, ask whoever runs this installation.
GL-REC-003 = We first have to know that you can read the mail of this account.
GL-REC-003-next = Choose “Send verification email”, then open the link in the mail or enter its code.
GL-REC-004 = We cannot call you now, because there were too many calls or too many wrong digits, perhaps not by you.
GL-REC-004-next = Wait until the pause is over, or use a registered device or a saved code instead.
GL-REC-005 = A call for this account or to this number is going on already.
GL-REC-005-next = Wait until that call has ended, then choose “Call me now”.
GL-REC-006 = We cannot call the number on file, because calls to its country or to numbers of its kind are not allowed here.
GL-REC-006-next = Use a registered device or a saved code, or ask whoever runs this installation.
GL-REC-007 = The password, email address or phone number was changed too recently, or the recovery contacts accepted too recently, to be used for this recovery.
GL-REC-007-next = Use a registered device or a saved code, or come back when the time is over.
GL-REC-008 = Recovery by email and phone is paused, because somebody who gets the notices of this account said “this was not me”.
GL-REC-008-next = Use a registered device or a saved code, or wait until the pause is over.
GL-REC-009 = There is no phone number on file for this account.
GL-REC-009-next = Use a registered device or a saved code, or ask whoever runs this installation.
GL-REC-010 = Not every step of the recovery is done yet.
GL-REC-010-next = Go back to the recovery page and finish the step that is open.
GL-REC-011 = Phone calls are switched off in this installation.
GL-REC-011-next = Use a registered device or a saved code, or ask whoever runs this installation.
GL-REC-012 = The email address or the phone number on file was never proved, so it cannot be used for a recovery.
GL-REC-012-next = Use a registered device or a saved code, or ask whoever runs this installation.
GL-REC-013 = One step of this recovery was done too long ago and has to be done again; everything else is kept.
GL-REC-013-next = Do the step again that the recovery page asks for.
GL-REC-014 = Somebody who gets the notices of this account said “this was not me”, so this recovery can go on only later.
GL-REC-014-next = Come back in this browser when the time is over, or sign in with a registered device.
GL-REC-015 = This way of recovery is switched off in this installation.
GL-REC-015-next = Choose another way on the recovery page, or ask whoever runs this installation.
GL-REC-016 = This call is over already; nothing was changed.
GL-REC-016-next = Reload the recovery page and, if it asks for it, choose “Call me now” again.
GL-REC-017 = This is not the code from our newest mail.
GL-REC-017-next = Compare it with the newest mail from us and enter the code again.
GL-REC-018 = The code or link from this mail can no longer be used, because its time is over, there were too many tries, or a newer mail was sent.
GL-REC-018-next = Use the newest mail, or choose “Resend the email”.
GL-REC-019 = So many calls were made from this installation lately that no further one can be made now.
GL-REC-019-next = Try again at the time shown; what you have proved so far stays. A saved code works without a call.
GL-REC-020 = All proofs of this recovery are in, and the waiting time of 24 hours is not over yet.
GL-REC-020-next = Come back in this browser at the time shown, or sign in with a registered device.
GL-REC-021 = This account has fewer than two recovery contacts who accepted.
GL-REC-021-next = Use a registered device, a saved code or the phone, or ask whoever runs this installation.
GL-REC-022 = Five recovery contacts are named already.
GL-REC-022-next = Remove one of them before you name another.
GL-REC-023 = This mailbox is your own, or belongs to somebody you named already.
GL-REC-023-next = Name another person, with a mailbox of their own.
GL-REC-024 = This person is not one of your recovery contacts.
GL-REC-024-next = Go back to the list of your recovery contacts.
GL-REC-025 = This person has already accepted.
GL-REC-025-next = There is nothing to send again: look at the list to see from when on they count.

# Rehearsals and the readiness report
GL-DRILL-001 = There is no second device: whoever loses the only one cannot take another.
GL-DRILL-001-next = Register another device under Security credentials.
GL-DRILL-002 = No saved code is left.
GL-DRILL-002-next = Make saved codes under Security credentials and keep them on paper.
GL-DRILL-003 = The saved codes were made in a held session and prove nothing yet.
GL-DRILL-003-next = Wait until the hold is over; the codes then work by themselves.
GL-DRILL-004 = In the last rehearsal, the code of the mail was not typed.
GL-DRILL-004-next = See whether the mailbox is still read and the sender is let through, then rehearse once more.
GL-DRILL-005 = In the last rehearsal, the digits were not pressed on the phone.
GL-DRILL-005-next = See whether the phone takes calls from unknown numbers and sends key tones, then rehearse once more.
GL-DRILL-006 = Getting back in was not rehearsed in the last 180 days, or not since a contact was changed.
GL-DRILL-006-next = Rehearse it under Security credentials; it takes a few minutes.

# Links in mails
GL-LINK-001 = This link no longer works: it was used, its time is over, a newer one replaced it, or a part of it is missing.
GL-LINK-001-next = Open the link in the newest mail, or go back to the page where you began and ask for a new mail.

# The outbox of a trial server.
GL-OUTBOX-001 = The outbox opens with the link that the server printed when it started.
GL-OUTBOX-001-next = Open that link in this browser. It stands in the terminal where the server runs, and in the file “outbox-key” of its data folder.
GL-OUTBOX-002 = There is no mail or call of this number.
GL-OUTBOX-002-next = It may have been tidied up: the outbox keeps what was sent for 7 days.
GL-OUTBOX-003 = This server sends mails and places calls for real, so they are not shown here.
GL-OUTBOX-003-next = Look into the mailbox, or take the call. The outbox belongs to servers on trial.

# Passwords
GL-PWD-001 = This password does not meet every rule named on the page.
GL-PWD-001-next = Choose another password that meets them all, for instance several words that do not belong together.
GL-PWD-002 = The two passwords are not the same.
GL-PWD-002-next = Enter the new password twice, the same both times.
GL-PWD-003 = This is not the present password.
GL-PWD-003-next = Check capital letters and the keyboard layout, then enter it again.

# Accounts and contacts
GL-ACC-001 = This is not a phone number that we can call.
GL-ACC-001-next = Enter the number with its country code, for instance +886 for Taiwan.
GL-ACC-002 = This cannot be used as a name.
GL-ACC-002-next = Enter a name of 1 to 128 characters on a single line.
GL-ACC-003 = Another change of the same contact is not finished yet.
GL-ACC-003-next = Finish or cancel that change first.
GL-ACC-004 = This email address belongs to an account already.
GL-ACC-004-next = Use another address, or sign in with this one.
GL-ACC-005 = You cannot open an account yourself in this installation.
GL-ACC-005-next = Ask whoever runs this installation to open an account for you.
GL-ACC-006 = There is no account with this ID.
GL-ACC-006-next = Check the 12 digits of the account ID.
GL-ACC-007 = This is not possible in the present state of the account.
GL-ACC-007-next = Look up whether the account is active, suspended or closed; a closed account can be reopened for 90 days.
GL-ACC-008 = This set-up link no longer works: it was used, or its time is over.
GL-ACC-008-next = If the set-up is not finished, have the server restarted and open the new link that it prints.
GL-ACC-009 = The digits keyed on the phone were not the ones on the page.
GL-ACC-009-next = Ask for a new call and key the digits that the page shows then.
GL-ACC-010 = Only somebody who just used a registered MFA device can say this.
GL-ACC-010-next = Register an MFA device first, or wait until the time shown on the account page is over.
GL-ACC-011 = Root users have no access keys on this installation.
GL-ACC-011-next = Use the key of a user or a role. Whoever runs this installation can allow root keys with accounts.root_keys.
GL-ACC-012 = This root user has two access keys already.
GL-ACC-012-next = Delete one of them first.

# Operators
GL-OPER-001 = No operator is signed in here, or the session has ended.
GL-OPER-001-next = Sign in as an operator to go on.
GL-OPER-002 = Email address, password and code do not belong together. We do not say which of them is wrong.
GL-OPER-002-next = Check all three, wait for the next code, since each works once, and check that the clock of your device is right.
GL-OPER-003 = After too many wrong tries, perhaps not yours, this operator can sign in only with browsers that have signed in before.
GL-OPER-003-next = Use a browser you have signed in with before, wait until the time is over, or ask whoever may run commands on the host.
GL-OPER-004 = This decision asks for your password and a code of your device, given within the last 10 minutes.
GL-OPER-004-next = Give both, and decide again.
GL-OPER-005 = This set-up link no longer works: it was used or replaced, or 30 minutes have passed.
GL-OPER-005-next = Ask whoever may run commands on the host for a new one: gatelodge operator recover.
GL-OPER-006 = There is no operator with this address or ID.
GL-OPER-006-next = Look for the right one with: gatelodge operator list.
GL-OPER-007 = There is an operator with this address already.
GL-OPER-007-next = Use another address, or give this operator a new set-up link: gatelodge operator recover.
GL-OPER-008 = Whoever opened a case cannot approve it.
GL-OPER-008-next = Ask another operator to look at the case.
GL-OPER-009 = One of you gave the other the right to serve cases a short time ago, so you cannot approve one another's cases yet.
GL-OPER-009-next = Ask a third operator, or wait until the time is over.
GL-OPER-010 = You, or the operator who opened the case, belong to the account that it is about.
GL-OPER-010-next = Leave the case to operators who have nothing to do with this account.
GL-OPER-011 = Recoveries do not use email at the moment, because settings of mail in this installation were changed. The pause ends when its time is over and an operator has approved the change.
GL-OPER-011-next = Use another registered device, or your password with a saved code: neither needs email. A recovery that has begun keeps its proofs as long as they count.
GL-OPER-012 = Recoveries do not use calls at the moment, because settings of calls in this installation were changed. The pause ends when its time is over and an operator has approved the change.
GL-OPER-012-next = Use another registered device, a saved code or your recovery contacts: none of them needs a call. A recovery that has begun keeps its proofs as long as they count.
GL-OPER-013 = This change of settings was decided already, put back, or followed by another one.
GL-OPER-013-next = Look at the page again: it shows what is open now.
GL-OPER-014 = You became an operator, or were set up anew, after this change, so you cannot decide about it yet.
GL-OPER-014-next = Ask an operator who was there before it, or have the old settings put back.
GL-CON-001 = A second contact must be another one than the first.
GL-CON-001-next = Enter another address or number.
GL-CON-002 = The account already has a second contact of this kind.
GL-CON-002-next = Remove the present one first, then enter the new one.
GL-CON-003 = The account has no second contact of this kind.
GL-CON-003-next = Open the account page again and see what is on file.

# Support cases
GL-SUP-001 = Too many support cases were begun from your network.
GL-SUP-001-next = Wait until the time shown; a case that is open goes on meanwhile.
GL-SUP-002 = There is no support case of this number.
GL-SUP-002-next = Check the number; a case is forgotten 30 days after its end.
GL-SUP-003 = This support case is decided or over already.
GL-SUP-003-next = Look at the case again to see where it stands.
GL-SUP-004 = Nobody has written down yet how the identity of the asker was looked at.
GL-SUP-004-next = Look at the asker’s identity first, and write down how.
GL-SUP-005 = Whoever wrote the identity note cannot approve the case as well.
GL-SUP-005-next = Ask a second operator to look at the case.
GL-SUP-006 = No account has the email address that was named in this case.
GL-SUP-006-next = Decline the case.
GL-SUP-007 = Support replaced a contact of this account lately, so the other one cannot be changed yet; the wait protects the account.
GL-SUP-007-next = Wait until the time shown.
GL-SUP-008 = The text is missing, too long, or holds characters that cannot be kept.
GL-SUP-008-next = Write up to 2000 characters.
GL-SUP-009 = The account has no such contact: there is nothing to replace.
GL-SUP-009-next = Decline the case. Support replaces a contact; it never adds one.
GL-SUP-010 = Nothing can come of this case, so there is nothing to approve.
GL-SUP-010-next = Write down whom you spoke with, and close the case once it is settled.
