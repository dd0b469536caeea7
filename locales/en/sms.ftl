# Short texts to a telephone: one part each, ASCII only, no link.
sms-code = { $code } is your sign-in code. It works for 10 minutes. Never tell it to anybody.
sms-recovery-begun = { $host }: somebody has begun a recovery of the account ending in { $account }. Not you? Sign in now, or see the mail we sent.
sms-recovery-waits = { $host }: a recovery of the account ending in { $account } waits for 24 hours. Not you? Sign in now, or see the mail we sent.
sms-recovery-done = { $host }: the account ending in { $account } was recovered. Not you? See the mail we sent at once.
sms-support-waits = { $host }: support will change the account ending in { $account }. Not you? Sign in now, or see the mail we sent.
sms-device-removed = { $host }: an MFA device of the account ending in { $account } was removed. Not you? Sign in now, or see the mail we sent.
sms-password-changed = { $host }: the password of the account ending in { $account } was changed. Not you? See the mail we sent.
sms-email-changed = { $host }: the email address of the account ending in { $account } is changing. Not you? Sign in now, or see the mail we sent.
sms-phone-changed = { $host }: the phone number of the account ending in { $account } is changing. Not you? Sign in now, or see the mail we sent.
# The page of a code that went as a text.
sign-in-text-title = Check your phone
sign-in-text-lead = This browser is new to us. We sent a text message with a code to the number ending in { $number }.
sign-in-text-wait = It may take a minute.
sign-in-text-again = Resend the text message
sign-in-text-mail = Send the code by email instead
flash-text-sent = A new text message is on its way.
# What that page says of the text.
text-state-queued = The text message is about to leave.
text-state-delayed = The carrier has not taken the text message yet. We try again by ourselves.
text-state-sent = The carrier has taken the text message.
text-state-delivered = The text message has arrived.
text-state-failed = The text message did not arrive. Have the code sent by email instead.
# The telephone of a trial server.
outbox-phone-texts = Text messages
outbox-phone-text = A text message came
