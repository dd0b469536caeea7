# Mails: what happened or was asked, what to do, how to object.

# Words that several mails share
mail-life = { $minutes ->
    [1] 1 minute
    [1440] 24 hours
   *[other] { $minutes } minutes
}
mail-code = Your verification code:
mail-account = Account: { $name } ({ $id })
mail-account-id = Account: { $id }
mail-origin = Asked for from { $device }, address { $address }, on { $time }
mail-phrase = Two words to compare: { $phrase }. The page that waits in your browser shows the same two words. If it shows others, or if you have no such page open, do not go on with this request.
mail-phrase-asked = Two words to compare: { $phrase }. The page of the person who asks shows the same two words. Have them tell you theirs before you say yours.
mail-link-other = If the button does not work, copy this address into your browser:
mail-objection = If this was not you, open the link below and confirm it on the page. That stops, undoes or at least delays what was asked for, and protects the account. You lose nothing by it. The link works once.
mail-objection-action = This was not me
mail-never-ask = We never ask for this code by phone or chat. Never tell it to anybody; enter it only on the page that you opened yourself.
mail-foot = { $installation }, { $url }. This mail was sent automatically; replies are not read.

# Codes and links
mail-sign-in-code-subject = Your code for signing in
mail-sign-in-code-text = Somebody entered the right password for your account in a browser that is new to us. If this was you, enter the code on the sign-in page; it works for { mail-life }. If it was not you, somebody else knows your password: do not pass on the code, and change the password at once.

mail-unlock-subject = Open the password for sign-in again
mail-unlock-text = After too many wrong tries, your password works only in browsers that have signed in before. If you asked for this mail, press the button; after that you can enter your password again in the browser you asked from. The link works for { mail-life }, and your password stays the same. If you did not ask for it, you need not do anything.
mail-unlock-action = Open the password again

mail-password-reset-subject = Choose a new password
mail-password-reset-text = Somebody asked for a new password for your account. If this was you, press the button and choose a new one; the link works for { mail-life }. If it was not you, your password stays as it is.
mail-password-reset-action = Choose a new password

mail-recovery-proof-subject = Verify your address
mail-recovery-proof-text = Somebody who gave the password of your account wants to get in without the MFA device and has to show that this mail can be read. If this is you, press the button, or enter the code on the page that waits; both work for { mail-life }. If it is not you, do not press the button and do not pass on the code.
mail-recovery-proof-action = Verify your address

mail-rehearsal-subject = Rehearsal: your code
mail-rehearsal-text = This is a rehearsal of getting back in, begun by somebody who is signed in to your account. If this is you, enter the code on the page that waits; it works for { mail-life }. The code proves nothing and opens nothing. If it is not you, sign in, end the other sessions and change the password.

mail-sign-up-code-subject = Your code for opening an account
mail-sign-up-code-text = Somebody wants to open an account with this address. If this is you, enter the code on the page that waits; it works for { mail-life }. If it is not you, you need not do anything: without the code no account is opened.

mail-sign-up-taken-subject = You already have an account
mail-sign-up-taken-text = Somebody tried to open an account with this address, but it already has one. Nothing was changed. If this was you, sign in; if you no longer know the password, choose “Forgot password?” there. If it was not you, you need not do anything.
mail-sign-up-taken-action = Sign in

mail-sign-in-addresses-subject = Where this email address signs in
mail-sign-in-addresses-text = Somebody asked which account this address belongs to. It is the root user of the account named below: choose “{ sign-in-root }” on the sign-in page and enter this address. Keep the page that the button opens as a bookmark: it leads through sign-in to the console. If you did not ask, there is nothing to do; nobody but this mailbox was told.
mail-sign-in-addresses-action = { sign-in-submit }

mail-email-proof-subject = Your code for this email address
mail-email-proof-text = Somebody wants to use this address for an account. If this is you, enter the code on the page that waits; it works for { mail-life }. If it is not you, you need not do anything: without the code the address is not used.

# Contacts and password
mail-email-changed-subject = The email address of your account was changed
mail-email-changed-text = { $held ->
    [yes] The email address of your account was changed. Until { $until }, the address before still serves recovery and a forgotten password, and the change can be taken back. If you wanted this, there is nothing to do.
   *[other] The email address of your account was changed. If you wanted this, there is nothing to do.
}

mail-phone-changed-subject = The phone number of your account was changed
mail-phone-changed-text = { $held ->
    [yes] The phone number of your account was changed; the new one ends in { $last }. Until { $until }, the number before still serves recovery, and the change can be taken back. If you wanted this, there is nothing to do.
   *[other] A phone number was entered for your account; it ends in { $last }. It serves recovery from { $until } on, and until then it can be taken back. If you wanted this, there is nothing to do.
}

mail-second-added-subject = A second contact was entered for your account
mail-second-added-text = { $contact ->
    [second-email] A second email address was entered for your account. Notices about its safety go there too, and it serves recovery from { $until } on. For 72 hours it can be taken back. If you wanted this, there is nothing to do.
   *[other] A second phone number was entered for your account; it ends in { $last }. Once it is proved, it serves recovery from { $until } on. For 72 hours it can be taken back. If you wanted this, there is nothing to do.
}

mail-second-removed-subject = A second contact of your account was removed
mail-second-removed-text = { $held ->
    [yes] { $contact ->
        [second-email] The second email address of your account was removed. Until { $until }, it still serves recovery, and the removal can be taken back. If you wanted this, there is nothing to do.
       *[other] The second phone number of your account was removed; it ends in { $last }. Until { $until }, it still serves recovery, and the removal can be taken back. If you wanted this, there is nothing to do.
    }
   *[other] A second contact that did not serve recovery yet was removed from your account. If you wanted this, there is nothing to do; if not, sign in and look at the account page.
}

mail-email-taken-subject = Somebody wanted to use your email address
mail-email-taken-text = Somebody wanted to use this address for another account. It has an account already, so nothing was changed, and that person was told nothing about you. If this was you, sign in to the account that has this address and change it there first. If it was not you, you need not do anything.

mail-contact-restored-subject = A change of your contact information was taken back
mail-contact-restored-text = { $contact ->
    [email] A change of the email address of your account was taken back; the address before is in force again. If this was not you, sign in and look at the account page.
    [second-email] A change of the second email address of your account was taken back. If this was not you, sign in and look at the account page.
    [second-phone] A change of the second phone number of your account was taken back. If this was not you, sign in and look at the account page.
   *[other] A change of the phone number of your account was taken back. If this was not you, sign in and look at the account page.
}

mail-password-changed-subject = Your password was changed
mail-password-changed-text = The password of your account was changed. If this was you, there is nothing to do. If not, choose “Forgot password?” on the sign-in page at once, and then check your MFA devices.

# Sign-in and devices
mail-new-sign-in-subject = Sign-in from a new browser
mail-new-sign-in-text = Somebody signed in to your account in a browser that was not used for it before. If this was you, there is nothing to do. If not, change your password at once and end the other sessions.

mail-operator-sign-in-subject = Operator sign-in from a new browser
mail-operator-sign-in-text = Somebody signed in as you, an operator, in a browser that was not used for it before. If this was you, there is nothing to do. If not, somebody has your password and a code of your device: have a new set-up link made on the host at once (gatelodge operator recover); that ends every session.
mail-channel-changed-subject = { $what ->
    [changed] Settings that protect recoveries were changed
    [approved] Changed settings were approved
    [declined] Changed settings were declined
   *[other] The pause after changed settings is over
}
mail-channel-changed-text = { $what ->
    [changed] The server started with other settings than were approved: { $keys }. Recoveries do not rely on them until { $time } at least, and until one of you has approved them. If nobody of you changed them, say so on the page, and see who may edit the configuration on the host.
    [approved] An operator approved these changed settings: { $keys }. They are in force for recoveries from { $time } on. If this was wrong, have the old settings put back before that.
    [declined] An operator said that these changed settings are not ours: { $keys }. Recoveries do not rely on them until the old settings are back.
    [restored] The old settings are back, and recoveries go on as before. These had been changed: { $keys }.
    [lapsed] Nobody could decide about these changed settings, and their time is over: { $keys }. They are in force for recoveries now.
   *[other] These changed settings were approved, and their time is over: { $keys }. They are in force for recoveries now.
}
mail-channel-changed-action = Look at the change

mail-device-added-subject = MFA device registered
mail-device-added-text = The MFA device “{ $device }” was registered for your account. If this was you, there is nothing to do. If not, sign in at once, remove the device, and change your password.

mail-device-removed-subject = MFA device removed
mail-device-removed-text = The MFA device “{ $device }” was removed from your account; its codes no longer work. If this was you, there is nothing to do. If not, change your password at once and check your devices.

mail-device-renamed-subject = MFA device renamed
mail-device-renamed-text = An MFA device of your account is now called “{ $device }”; its codes work as before. If this was not you, change your password at once and check your devices.

mail-device-resynced-subject = MFA device resynchronized
mail-device-resynced-text = The MFA device “{ $device }” was matched to our clock again, and its codes work. If this was not you, change your password at once and check your devices.

mail-saved-codes-renewed-subject = New saved codes
mail-saved-codes-renewed-text = New saved codes were made for your account; the earlier ones no longer work. If this was you, keep the new codes in a safe place. If not, change your password at once and make new codes.

mail-saved-codes-made-subject = Saved codes were made
mail-saved-codes-made-text = Saved codes were made for your account: { $count } of them. Earlier codes that were not used still work. If this was you, keep the new codes in a safe place. If not, change your password at once and make new codes.

mail-saved-code-used-subject = A saved code was used
mail-saved-code-used-text = One of your saved codes was used and does not work again. Saved codes left: { $left }. If this was not you, change your password at once and make new codes.

# Recovery
mail-recovery-begun-subject = Somebody has begun a recovery of your account
mail-recovery-begun-text = Somebody gave the password of your account, said that the MFA device cannot be used, and began a recovery. Nobody has got in by it so far. If this is you, go on with the page in your browser.

mail-recovery-waits-subject = A recovery of your account waits for 24 hours
mail-recovery-waits-text = { $by ->
    [contacts] Somebody gave the password of your account and the proof that they read this account’s mail, and two of your recovery contacts confirmed that it is you. At { $time } they can get in without the MFA device. If this is you, there is nothing to do until then.
   *[saved-code] Somebody gave the password of your account, a saved recovery code, and the proof that they read this account’s mail. At { $time } they can get in without the MFA device. If this is you, there is nothing to do until then.
}

mail-recovery-done-subject = Your account was recovered
mail-recovery-done-text = The recovery is complete, and somebody has got in to your account by it. Until { $time }, and until a new MFA device is registered, that session can do very little. If this was you, register a new device now.

mail-recovery-closed-subject = The recovery was closed
mail-recovery-closed-text = The recovery of your account was closed before it was complete, and nobody got in by it. If you still need it, sign in with your password and begin a new one.

mail-recovery-blocked-subject = Verification by phone is paused
mail-recovery-blocked-text = Wrong digits were keyed in several calls, so your account cannot be recovered by phone until { $time }. Registered devices and saved codes work as before. If you did not take these calls yourself, somebody else may be trying to get in.

mail-objected-subject = A recovery was objected to
mail-objected-text = Somebody who gets the notices of this account said that a recovery was not theirs, so it was stopped or delayed. Registered devices and saved codes work as before. You may be asked for a new password at the next sign-in.

mail-recovery-stolen-subject = A device of your account was reported stolen
mail-recovery-stolen-text = Somebody who gave the password of your account said that the MFA device was stolen. Nothing has been done to your devices so far. If this is you, go on with the recovery in your browser.
mail-recovery-disputed-subject = A device that was called stolen was used
mail-recovery-disputed-text = Somebody who has the password signed in with the MFA device that was called stolen in a recovery of your account. Nobody was let in by it. The recovered session, and what was made in it, is now held for seven days, and the people who run this installation were told. If it was you who has the device, press the link in the mail about that recovery, and speak with the people who run this installation. If it was you who recovered the account, your password is known to somebody else: choose a new one.

mail-account-state-subject = { $state ->
    [active] Your account can be used again
    [suspended] Your account was suspended
    [closed] Your account was closed
   *[other] The state of your account has changed
}
mail-account-state-text = { $state ->
    [active] Your account can be used again; you can sign in as usual.
    [suspended] Your account was suspended: nobody can sign in, and all sessions were ended. If you did not expect this, ask whoever runs this installation.
    [closed] Your account was closed: nobody can sign in, and all sessions were ended. It can be reopened for 90 days; ask whoever runs this installation.
   *[other] The state of your account has changed. If you did not expect this, ask whoever runs this installation.
}

mail-root-key-made-subject = An access key of the root user was made
mail-root-key-made-text = The people who run this installation made the access key { $key } of the root user. Whoever has its secret can do everything in the account, without a password or an MFA device. If you did not ask for it, speak with them.

# Support cases
mail-support-code-subject = Your code for a support case
mail-support-code-text = { $contact ->
    [phone] Somebody who opened a support case wants to replace the phone number of your account, and showed the people who run this installation who they are. If this is you, enter the code on the page that waits; it works for { mail-life }. If it is not you, tell nobody the code, and stop the case with the link in the notice that we mailed before.
   *[other] Somebody wants to use this address in a support case. If this is you, enter the code on the page that waits; it works for { mail-life }. If it is not you, you need not do anything: without the code the address is not used.
}
mail-support-opened-subject = Your support case
mail-support-opened-text = The support case { $case } is open. The link leads to it: there you see where it stands, and can take it back. Show the link to nobody.
mail-support-opened-action = Look at the case
mail-support-waits-subject = { $contact ->
    [all] Somebody is about to be let in to your account
   *[other] A contact of your account is about to be replaced
}
mail-support-waits-text = { $contact ->
    [email] Somebody said that the mailbox of your account is lost, and showed the people who run this installation who they are. On { $until } the email address of the account is replaced by another one. If you wanted this, there is nothing to do. If you can sign in with your MFA device, do so: that stops it, too.
    [all] Somebody said that nothing of your account is left to them: no mailbox, no phone, no MFA device, no saved code; and showed the people who run this installation who they are. From { $until } on they are let in, with a session that can do very little at first. If you wanted this, there is nothing to do. If you can sign in with your MFA device or a saved code, do so: that stops it, too.
   *[other] Somebody said that the phone of your account is lost, and showed the people who run this installation who they are. On { $until } the phone number of the account is replaced by another one. If you wanted this, there is nothing to do. If you can sign in with your MFA device, do so: that stops it, too.
}
mail-support-closed-subject = A support case about your account is over
mail-support-closed-text = { $by ->
    [sign-in] The support case about your account ended because somebody signed in with a registered MFA device or a saved code. Nothing was changed.
    [link] The support case about your account was stopped by the link of a mail. No contact was replaced.
    [asker] Whoever opened the support case about your account took it back. No contact was replaced.
    [operator] The people who run this installation ended the support case about your account. No contact was replaced.
   *[other] The support case about your account ended because its time was over. No contact was replaced.
}

# Recovery contacts
mail-recovery-contact-invited-subject = Will you be a recovery contact?
mail-recovery-contact-invited-text = Somebody with an account here asks you to help if they ever cannot get in: you would then confirm that it is really them. Open the link by { $until }, see what it means, and accept or decline. If you do not know who this could be, you can ignore this mail.
mail-recovery-contact-invited-action = See what it means
mail-recovery-contact-asked-subject = Is it really them? Somebody asks for your confirmation
mail-recovery-contact-asked-text = You are a recovery contact of this account. Somebody who gave its password wants to get back in without an MFA device and asks for your confirmation until { $time }. First speak with the owner, in person or by a call that you place yourself, and compare the two words below. Never confirm because a mail or a caller urges you to.
mail-recovery-contact-asked-action = Answer
mail-recovery-contact-removed-subject = You are no longer a recovery contact
mail-recovery-contact-removed-text = You were taken off the list of recovery contacts of this account. There is nothing to do.
mail-recovery-contact-changed-subject = { $did ->
    [named] A recovery contact was named
    [accepted] A recovery contact accepted
    [declined] A recovery contact declined
   *[removed] A recovery contact was removed
}
mail-recovery-contact-changed-text = { $did ->
    [named] Somebody was named as a recovery contact of your account. After accepting and 30 more days, two such people can confirm a recovery. If this was not you, sign in at once, remove them, and change your password.
    [accepted] Somebody who was named accepted to be a recovery contact of your account, and counts in 30 days. If you did not name them, sign in at once, remove them, and change your password.
    [declined] Somebody who was named does not want to be a recovery contact of your account, and was taken off the list. Name somebody else if fewer than two are left.
   *[removed] A recovery contact of your account was removed. If this was not you, change your password at once and check your recovery contacts.
}
mail-recovery-contact-denied-subject = A recovery contact does not know of your recovery
mail-recovery-contact-denied-text = In a recovery of your account, a recovery contact said: I do not know of this. Their confirmation does not count in it. If you are not recovering your account, use the link below at once. If it is you, speak with your recovery contacts.
