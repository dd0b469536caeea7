# The security check: work done unseen, or characters that are seen or heard and typed.
check-title = Security check
check-for-reset = New password for
check-for-support = Support case about
check-why = Many wrong passwords were tried lately, not necessarily by you. This short check keeps machines away.
check-working = Your browser is doing the check by itself. This takes a few seconds.
check-type-instead = Type characters instead
check-lead = Type the six letters and digits of the picture in their order, without spaces. Capital or small letters make no difference.
check-picture = Picture of six distorted letters and digits. You can listen to the same characters.
check-listen = Listen
check-sound = The same characters, spoken
check-again = New characters
check-answer = Characters
check-submit = Submit
flash-check-new-set = These are new characters; those before no longer count.
