# Help: one topic a page. A text of several lines is shown as numbered steps, one of a single line as a sentence.
help-title = Help with signing in
help-lead = Your account and what is in it stay as they are while you look for the way in. Choose what fits.
help-code = Code of a message
help-code-hint = It stands below the message, for instance GL-MFA-001.
help-code-act = Look up
help-code-unknown = There is no such code. Compare it with the page once more, or choose a topic.
help-back = All topics
help-still = Still no way on?
help-still-text = Tell whoever runs this installation what you tried, and the code that the page shows. Never tell anybody a password, an MFA code or a saved code; nobody needs them to help you.
help-still-cannot = They can neither see nor set your password or your codes, and they register or remove no device. They tell nobody an account ID: it goes by mail to the account’s own address.
help-support-contact = Contact support
help-ask-there = Ask there

help-request = The page or the form was refused
help-request-lead = Nothing was changed. Mostly the page was open for too long, or the browser held something back.
help-request-fresh = Try once more with a fresh page
help-request-fresh-text =
    Reload the page, or begin again on the sign-in page.
    Fill in the form once more; do not paste more than a field asks for.
    Press the button once, and wait for the next page.
help-request-cookies = Allow cookies for this site
help-request-cookies-text = Without cookies we cannot tell that the form comes from your browser. Allow them for this site in the settings of the browser, and switch off add-ons that remove them.
help-request-address = Check the address
help-request-address-text =
    The address bar must begin with { $url }; type it yourself instead of following a link from another site.
    If the page is refused there too, tell whoever runs this installation.
help-request-busy = We are busy, or our database is away
help-request-busy-text = Wait the time that the page names and send the form again. What you have done so far is kept.

help-sign-in = I cannot sign in
help-sign-in-lead = Often the details are right and the page is the wrong one. Go through these from top to bottom.
help-sign-in-page = Is it the right page?
help-sign-in-page-text =
    Did you open the account yourself, with your email address? Then you are its root user: choose “{ sign-in-root }”.
    Did somebody in the account give you a user name? Then you are an IAM user: choose “{ sign-in-iam }”.
    Do you sign in at your company and come here from there? Then begin at your company’s page.
help-sign-in-email = I do not know which email address it is
help-sign-in-email-text =
    Search all your mailboxes, old ones and archives too, for mail from { $sender } and { $recovery-sender }.
    The address that such a mail was sent to is the one.
    If the account belongs to a company, ask colleagues who may have opened it.
help-sign-in-password = The password is not taken
help-sign-in-password-text =
    Check capital letters and the keyboard layout; “{ shell-show }” beside the field lets you see what you type.
    Think of an older password, or one of another account.
    If it stays refused, set a new one.
help-sign-in-pause = I am told to wait
help-sign-in-pause-text = After several wrong passwords, browsers that never signed in have to wait, perhaps because somebody else has been guessing. A browser that you have signed in with before is not concerned, and your password stays the same.
help-sign-in-device = I am asked for a code of a device
help-sign-in-device-text = The account has MFA: besides the password it needs a code from the authenticator app on your device. If the device is gone or its codes are refused, there is a way in without it.
help-sign-in-again = The sign-in is over, or I have to prove myself again
help-sign-in-again-text = A sign-in that was begun waits { $idle } minutes, in the browser where it began. A session ends after { $idle } minutes without use. Before changes that concern security we ask for password and device once more.
help-sign-in-sign-out = I signed out, and am still signed in somewhere
help-sign-in-sign-out-text = Signing out ends the session of this browser at once. Sessions of other browsers go on until they end by themselves: look at them among the security credentials, and end those that you do not know.
help-sign-in-reach = The sign-in page does not open, or looks broken
help-sign-in-reach-text = A network may be holding something back. The next page tests what gets through, and lists what whoever runs the network has to let through.

help-mail = The mail does not arrive
help-mail-lead = A mail can take a few minutes, and nothing is lost while you wait.
help-mail-look = Where to look first
help-mail-look-text =
    Check the address on the page for typing mistakes; if there is one, begin again.
    Look in the folders for spam, junk and deleted mail.
    Wait five minutes, then choose “{ sign-in-mail-again }” and reload your mailbox.
    For security we mail only a few times an hour; if the page names a time, ask again after it.
help-mail-code = Where the code is
help-mail-code-text = It is in the newest mail that went to the email address of the account, in large figures. Each code works once and for a short time only; a newer mail makes the older code void.
help-mail-senders = Let our senders through
help-mail-senders-text =
    Our mails come from these addresses only: { $sender } and { $recovery-sender }.
    Add both to your contacts or safe senders.
    If your mail is looked after by somebody, ask them to let both addresses through.
help-mail-link = The link does not work
help-mail-link-text = A link works once, for a limited time, and only as a whole. Use the newest mail, copy the address completely if it is broken over two lines, or ask for a new mail.
help-mail-no-access = I cannot read this mailbox any more
help-mail-no-access-text =
    If you are still signed in in some browser, change the address of the account there, now.
    Search your other mailboxes for mail from the two addresses above: perhaps the account has another address.
    Ask others who may have opened the account or read that mailbox.
    If the address was deleted, have it made again.
    If you own the mail domain, set it so that mail to any address of it arrives (catch-all).
    If a company runs the mailbox, ask its mail administrators for access or for forwarding.
    If none of this helps, ask whoever runs this installation.
help-mail-change = Change the email address

help-mfa = My MFA device is lost, broken, or its codes are refused
help-mfa-lead = You can get back in. The account and what is in it stay safe meanwhile.
help-mfa-refused = The codes are refused
help-mfa-refused-text =
    Check that the name on the page and the name in the app belong to the same device.
    Set date and time of the device to automatic.
    Wait for the next code and enter it; each code works once.
    If it is still refused, choose “{ sign-in-troubleshoot }” below the field and resynchronize the device.
help-mfa-clock = No code ever fits, or registering the app fails
help-mfa-clock-text =
    Set date, time and time zone of the device with the app to automatic; where that is impossible, set them by a clock that you trust.
    Compare it with our clock on the test page. A difference of 30 seconds is enough to make codes wrong.
    Enter a fresh code. If it still fails when you sign in, choose “{ sign-in-troubleshoot }” and resynchronize the device.
help-mfa-other = I have another registered device
help-mfa-other-text = Any one of your registered devices is enough, also one that you keep at home. Choose it on the page that asks for the code.
help-mfa-lost = It is lost, broken, stolen, or I deleted it in the app
help-mfa-lost-text =
    Sign in with email address and password.
    Choose “{ sign-in-troubleshoot }” where the code is asked for.
    Use a saved code, or verify the email address and the phone of the account.
    When you are in, remove the old device and register a new one.
help-mfa-new = Register a new device, or one more
help-mfa-new-text = Open the security credentials. An account can have up to { $devices } devices; if there are that many, remove one that you no longer use. With two devices, losing one is no trouble.
help-mfa-enable = MFA cannot be turned on
help-mfa-enable-text = It is on as soon as one device is registered. There is no switch: register a device, and enter the code that its app shows.
help-mfa-remove = A device cannot be removed
help-mfa-remove-text =
    We ask for your password and a device once more before it goes.
    To keep MFA, register another device first. To do without MFA, go on; the page says what you lose.
    In a session that was opened by a recovery, removing has to wait until its limits end.
help-mfa-number = My phone number has changed
help-mfa-number-text = Change it in the account’s contact information as long as you can sign in: recovery calls the number that stands there.

help-saved-codes = Saved recovery codes
help-saved-codes-lead = They stand in for a lost device: { $codes } codes, made when you registered it, to be kept on paper or in a safe place.
help-saved-codes-use = Use one
help-saved-codes-use-text =
    Sign in with email address and password.
    Choose “{ sign-in-troubleshoot }”, then the saved code.
    Enter any code of the list; capitals, blanks and hyphens do not matter.
help-saved-codes-refused = The code is refused
help-saved-codes-refused-text =
    Each code works once: cross out what you have used and take another.
    If you have several lists, only the newest one works.
    After several wrong codes there is a pause; the page names its end, and other ways stay open.
help-saved-codes-renew = Make a new set
help-saved-codes-renew-text = You can make a new set among the security credentials at any time; the earlier codes become void. Do it when few are left, or when somebody may have seen them.

help-recovery = Getting back in without the device
help-recovery-lead = Your password, your mailbox and your phone together show that it is you. Every step is kept: you can close the page, change to another device for the mail, or take a rest.
help-recovery-need = What you need
help-recovery-need-text =
    The email address and the password of the account; a password that was set by a mailed link does not serve.
    The mailbox of the account.
    The phone whose number stands in the account’s contact information; or two recovery contacts, if you named them in time.
help-recovery-steps = Step by step
help-recovery-steps-text =
    Sign in with email address and password, and choose “{ sign-in-troubleshoot }”.
    Choose to sign in with alternative factors and say what happened to the device.
    Have the email sent. Open its link, or enter its code on the page that waits. The two words in the mail and on the page must be the same.
    Have us call you, and key the six digits that the page shows on your phone.
    Sign in to the console, remove the old device and register a new one.
help-recovery-call = The call does not come, or fails
help-recovery-call-text =
    The page says what became of the call. A call that nobody took is not counted as a wrong try.
    The call may come from abroad and show an unknown number: switch off call barring and silencing of unknown callers.
    Choose to be called again. Your email address stays verified for { $mail-hours } hours.
help-recovery-blocked = The phone is blocked for now
help-recovery-blocked-text = After several wrong digits or too many calls there is a pause, and the page names its end. A registered device or a saved code works at any time.
help-recovery-hold = What the session cannot do yet
help-recovery-hold-text = A session opened by a recovery is limited for { $hold } hours and until a device is registered: you can look at everything, register a device, change the password and end sessions. So somebody who tricked you could not do harm before you notice. The old device is blocked, not deleted.
help-recovery-not-me = I did not begin this recovery
help-recovery-not-me-text =
    Open the link “This was not me” in the mail and press the button. It cannot lock you out.
    If the phone rings, press 9, or hang up. Never key digits that somebody tells you.
    Sign in with your device and set a new password: whoever began it knows the present one.
help-recovery-cannot = None of this is possible
help-recovery-cannot-text = Without the password, or without the mailbox and either the phone or recovery contacts, no machine can tell that it is you. Ask whoever runs this installation: only people can find out whose account it is.

help-password = My password
help-password-lead = You need nothing but the mailbox of the account to set a new password.
help-password-forgot = I have forgotten it
help-password-forgot-text =
    If this browser is signed in as another user, sign out there first.
    Choose “{ sign-in-forgot }” on the sign-in page, and enter the email address of the account.
    Open the link in the mail from { $sender }; it works once and for { $reset-minutes } minutes.
    Enter the new password twice. All sessions end; sign in with the new one.
help-password-mfa = What it does not do
help-password-mfa-text = A new password does not switch off MFA: you still need your device. And a password set by mail cannot by itself replace a lost device, until it has been used together with a device.
help-password-rules = The new password is not taken
help-password-rules-text =
    It needs at least { $least } characters, or { $least-mfa } if the account has MFA, and at most { $most }. Every character counts, blanks too.
    It must not be among the passwords that are tried first, or known from leaks.
    It must not be mainly your address, your name, or the name of this service.
    Several words that have nothing to do with one another are easy to keep in mind and hard to guess.
help-password-closed = The password is closed in this browser
help-password-closed-text = After very many wrong tries it works only in browsers that have signed in before. Have a link mailed to you from the sign-in page: it opens the same password again in the browser that asked.
help-password-not-me = I did not ask for a new password
help-password-not-me-text = Your password stays as it is. Press “This was not me” in the mail if you want the link to be void at once.

help-contact = Email address and phone number
help-contact-lead = They are how we reach you, and how you get back in. Keep them up to date while you can sign in.
help-contact-number = Writing the phone number
help-contact-number-text = Write it the way you usually do: with or without the country code, with the leading 0, blanks, hyphens or brackets. The page shows how we understood it before anything is saved.
help-contact-call = Proving the number
help-contact-call-text =
    Have us call you. The page shows six digits.
    Take the call, and key the digits on the phone.
    If they were wrong, have us call again; the page shows new digits.
help-contact-change = Changing an email address or a number
help-contact-change-text =
    Open the account page and change it; we ask for password and device once more.
    Prove the new one by the code in a mail, or by a call.
    The old address is told. If it was not you, use the link in that mail.
help-contact-hold = The old one still serves
help-contact-hold-text = For { $contact-hours } hours after a change, recovery and forgotten passwords still use the old one, so that somebody who got at your session cannot take over the account. One change at a time is possible.

help-account = My account
help-account-lead = An account has one root user, and a root user has one email address.
help-account-taken = My old account does not open, and a new one cannot have its address
help-account-taken-text =
    One email address belongs to one root user. If you only forgot the password, set a new one.
    A closed account can be reopened for { $reopen-days } days; ask whoever runs this installation.
    After that it can neither be reopened nor its address be used again.
    For a new account add a word to your address, such as name+new@example.com: it is another address, and its mail comes to the same mailbox. Send a test mail to it first.
help-account-suspended = The account is suspended or closed
help-account-suspended-text = Nobody can sign in to it until whoever runs this installation reactivates or reopens it. What is in it is kept.
help-account-open = Opening an account
help-account-open-text =
    Enter your email address, and the code that we mail to it.
    Give the account a name and choose a password.
    Register an MFA device at once, and keep the saved codes.
    If accounts cannot be opened by yourself here, ask whoever runs this installation.
help-account-manage = Managing or closing the account
help-account-manage-text = Name, contacts, password and devices you change yourself. To close the account, or if somebody misuses it, ask whoever runs this installation; tell them the account ID, never a password.
help-account-billing = A question about a bill
help-account-billing-text = Bills are not kept here. You can ask there without being signed in.
help-account-retail = A question about an order
help-account-retail-text = Orders are not kept here, and an account for orders is another one than this.
help-account-number = The account ID
help-account-number-text = These are the 12 digits beside the account’s name at the top right when you are signed in. Root users do not need it to sign in.
help-account-forgotten = I do not know the account ID, or where to sign in
help-account-forgotten-text =
    Search your mail for { $sender }: mails about an account name its ID.
    Look through bookmarks and history of your browser for { $url }.
    Have it mailed to you: the answer goes to the mailbox of the account. Nobody tells it in any other way.

help-user-types = Which kind of user am I?
help-user-types-lead = It depends on who made your user. If you are not sure, ask the person who gave you access.
help-user-types-root = Root user
help-user-types-root-text = You opened the account yourself and sign in with its email address. The root user may do everything in the account; use it only for what nobody else can do, and protect it with MFA.
help-user-types-iam = IAM user
help-user-types-iam-text = Somebody made a user for you within an account, and gave you a user name and the account ID. There are no IAM users in this installation yet; until there are, ask the owner of the account.
help-user-types-workforce = Users of an organization’s directory
help-user-types-workforce-text = Your organization would invite you by mail to a portal with all your accounts. This installation has no such portal yet.
help-user-types-federated = Federated users
help-user-types-federated-text = You would sign in with your company’s own sign-in and never have a password here. This installation is not joined to any other sign-in yet.
help-user-types-builder = Personal profiles
help-user-types-builder-text = A profile that belongs to you and not to an account. This installation has none yet.

given-field = What were you given to sign in with?
given-hint = An email address, an account ID, a name, or the address of a page. We look at its form only, and look nothing up.
given-act = Show me the way
given-go = Go on as root user
given-email-title = An email address: that of a root user
given-email = A root user signs in with the email address that the account was opened with. If somebody else opened it, ask them to let you in.
given-account-title = An account: that of an IAM user
given-account = IAM users have an account ID or a name for it, a user name and a password. There are none in this installation yet: ask the owner of the account. If you opened it yourself, sign in with its email address.
given-portal-title = The portal of an organization
given-portal = Users of an organization’s directory sign in at a portal. This installation has none yet: ask whoever gave you the address.
given-name-title = The name of an account, or of a portal
given-name = Both lead to kinds of sign-in that this installation does not have yet: ask whoever gave you the name. If you opened the account yourself, sign in with its email address.
given-unclear-title = We cannot tell from this
given-unclear = Compare the kinds of users below with what you know, or ask the person who gave you access.

help-recovery-contacts = Recovery contacts
help-recovery-contacts-lead = People you named beforehand. Two of them together stand in for the phone when you have lost your device.
help-recovery-contacts-name = Name them
help-recovery-contacts-name-text =
    Name at least { $contacts } people whom you can reach without this account, each with a mailbox that only they read. { $contacts-most } can be named.
    We invite each of them by mail. They see the number of your account and part of your email address, not its name.
    Each of them counts { $steady-days } days after accepting, so name them before you need them. Every contact of the account is told.
    If an invitation is lost, have it sent again from the list.
help-recovery-contacts-use = Use them
help-recovery-contacts-use-text =
    Sign in with email address and password, choose “{ sign-in-troubleshoot }”, and verify the email address of the account.
    Choose “{ recovery-people-instead }”. We ask them by mail.
    Call them, or meet them, and tell them the two words that the page shows.
    When { $contacts } have confirmed, you wait for { $wait-hours } hours. The contacts of the account are told and can end it.
help-recovery-contacts-none = Nobody can be asked
help-recovery-contacts-none-text = Fewer than { $contacts } have accepted, they accepted less than { $steady-days } days ago, or whoever runs this installation has switched this way off. Use another device, a saved code or the phone.
help-recovery-contacts-invited = I was asked to be one
help-recovery-contacts-invited-text =
    Accept only if you know who asks: speak with them first.
    You get no access to the account and need none of your own. You can step back at any time by the link of the invitation.
help-recovery-contacts-asked = I am asked whether it is really them
help-recovery-contacts-asked-text =
    Speak with them, in person or by a call that you place to a number you know. Not by mail or chat, and not when somebody calls you.
    Compare the two words. Confirm only if you know the voice or the face and the words are the same.
    In doubt, say that you do not know of it. It locks nobody out; we warn the account.

help-words = Words on these pages
help-words-lead = What they mean here.
help-words-account = Account
help-words-account-text = It holds what belongs together, and has a name, an ID of 12 digits and one root user.
help-words-root = Root user
help-words-root-text = Whoever opened the account. The root credentials are its email address and password, with an MFA device; they may do everything in the account.
help-words-user = User
help-words-user-text = A person or a program that signs in with credentials of its own.
help-words-administrator = Administrator
help-words-administrator-text = Somebody who looks after the users of others and can help with their sign-in. Here this is, so far, whoever runs this installation.
help-words-credentials = Credentials
help-words-credentials-text = What shows that it is you: a password, an MFA device, saved codes.
help-words-corporate = Corporate credentials
help-words-corporate-text = Those of your company’s own sign-in. This installation does not take them yet.
help-words-profile = Profile
help-words-profile-text = What is kept about a person: name, address, number. Here it is what the account page shows.
help-words-code = Verification code
help-words-code-text = Digits that we mail to you. You enter them on the page that waits for them; they work once.

reach-title = Does everything get through?
reach-lead = Signing in needs one host only. Test from this browser whether it answers as it should, and read what a network has to let through.
reach-test = Test of this browser
reach-test-lead = Look at each line. No script is needed.
reach-again = Test again
reach-ok = Good
reach-page = Page
reach-page-text = It came from { $host }.
reach-picture = Picture
reach-picture-text = A lamp should stand here. If it does not, something between us holds back parts of pages.
reach-cookie = Cookies
reach-cookie-kept = Your browser keeps our cookies.
reach-cookie-none = Not yet
reach-cookie-text = Test again. If this line stays, allow cookies for this site.
reach-secure = Encryption
reach-secure-yes = The connection is encrypted (HTTPS).
reach-secure-none = None
reach-secure-trial = A trial server answers on its own machine only, without encryption.
reach-clock = Our clock
reach-clock-text = Compare it with the device that has your authenticator app: 30 seconds apart, and its codes may be refused.
reach-from = You come from
reach-hosts = What to let through
reach-hosts-lead = For whoever runs your network or your mail. All root users need the same.
reach-host = Pages, pictures and sound
reach-host-text = TCP port { $port }. Nothing is loaded from any other host.
reach-sender = Mails come from
reach-elsewhere = If the sign-in page does not open at all, try another network, and show this page to whoever runs yours.

help-support = Support cases
help-support-lead = When a mailbox or a phone is lost and no other way is left, people can replace that one contact. They are slow on purpose: everybody concerned is told and can stop them.
help-support-which = I cannot reach my mailbox, or I have lost everything
help-support-which-text =
    Only the mailbox is gone: sign in with password and device, which needs no mail, and change the address of the account.
    Only the password is forgotten: have a link mailed to you. Only the device is gone: use a saved code, another device, or a recovery.
    Mailbox and password are gone, or you cannot get in without that mailbox: open a support case. It replaces the one contact and nothing else.
    The phone is gone, and with it the number: sign in with the device and enter another number. Whoever cannot sign in opens a support case for it; the mailbox has to be in reach.
    Everything is gone: look for saved codes on paper and for a browser that is still signed in, first. Then open a support case, too.
help-support-form = How to ask
help-support-form-text =
    Try the other ways first: they are quicker, and nobody has to look at who you are.
    Open a support case. Give the address of the account, what is lost, and the contact that is to take its place.
    Keep the link of the case: with it you see where the case stands, and can take it back.
help-support-way = What happens then
help-support-way-text =
    Somebody who runs this installation looks at who you are, and writes down how.
    A second one approves, or the case is declined.
    For at least { $support-days } days, the contacts of the account are told several times and can stop the case. A sign-in with a registered MFA device stops it, too.
    Then the one contact is replaced. After that the usual ways are open: a new password by mail, or a recovery.
    Where everything is gone the wait is longer; after it whoever asked is let in, with a session that can do very little for a day.
help-support-cannot = What support cannot do
help-support-cannot-text =
    It can neither see nor set a password, an MFA device or a code, for any reason.
    It tells nobody an account ID or a sign-in address, and speaks only about the account that was asked about.
    It cannot be called: there is no phone number of support. Whoever calls you and says they are support is not.
help-support-lock = The other contact is locked afterwards
help-support-lock-text = For { $lock-days } days after a contact was replaced, the other one cannot be changed, so that nobody can take over both, one after the other.

help-privacy = Privacy
help-privacy-lead = What this service keeps about you, and why.
help-privacy-kept = What is kept
help-privacy-kept-text = Name, email address and phone number of the account, and the names of your devices. Passwords and saved codes are kept only as values from which they cannot be read; what your authenticator app shares with us is kept under lock.
help-privacy-log = The record of what happened
help-privacy-log-text = Sign-ins, recoveries and changes are recorded with time, network address and browser, so that misuse can be found. Passwords and codes are never in it.
help-privacy-cookies = Cookies
help-privacy-cookies-text = Only those that signing in needs: one that names the browser, one for the session, one by which we know your browser again for 90 days, and your choice of language and time zone. No other company learns of your visit, and nothing is loaded from elsewhere.
help-privacy-ask = Asking about your data
help-privacy-ask-text = Whoever runs this installation answers for it: ask them what is kept about you, or to have it corrected or deleted.

help-outbox = The outbox of a trial
help-outbox-lead = On trial nothing leaves this machine: mails and calls come to the outbox instead.
help-outbox-open = Open it
help-outbox-open-text = Use the link that the server printed when it started. It carries a key, so that nobody else on this machine can read your codes; copy it completely.
help-outbox-call = Take a call
help-outbox-call-text = When a call comes, a telephone rings in the outbox. Take it, listen, and press the digits on its keypad; you can also decline it, or let it be busy.
help-outbox-real = It is not there
help-outbox-real-text = Where mails and calls go out for real, there is no outbox: look in your own mailbox, and wait for your own phone to ring.

help-operator = Operators
help-operator-lead = The people who serve support cases in this installation. They sign in on a page of their own.
help-operator-sign-in = The sign-in is refused
help-operator-sign-in-text = Address, password and code are checked together, and the page does not say which one was wrong. A code works once, and only while the clock of the device is right. After many wrong tries from elsewhere, a browser you have signed in with before still works.
help-operator-set-up = Set-up link
help-operator-set-up-text = It works once, for 30 minutes. Whoever may run commands on the host makes a new one; nobody can have one mailed.
help-operator-approve = Approving a case
help-operator-approve-text = Two operators decide together: the second one did not open the case, used the device in the last 10 minutes, neither gave the other the right in the last 30 days, and neither belongs to the account.
help-operator-change = Changed settings
help-operator-change-text = What carries or protects recoveries is compared at each start. After a change, recoveries do without it for a day at least and until an operator has approved it, one who was there before the change. If it was none of you, say so: the pause then stays until the old settings are back.
help-operator-power = What operators cannot do
help-operator-power-text = They see no password, device, code or key of an account, and can set none.
