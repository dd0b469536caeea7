# What `gatelodge demo` prints: the walk, in five lines. Names of buttons are taken from the pages themselves.
demo-title = Gatelodge, a demonstration. Nothing leaves this machine, and all of it goes when this stops. Lose an authenticator and get back in:
demo-1 = 1. Open { $url }/signin, choose “{ sign-in-root }”, enter { $email } and the password { $password }
demo-2 = 2. A code is asked for, but this authenticator is lost: choose “{ sign-in-troubleshoot }”, then “{ recovery-alternative-act }”, and say what happened to it
demo-3 = 3. Choose “{ recovery-mail-send }”, open the mailbox at { $outbox } and in the mail “{ mail-recovery-proof-action }”; press the button on that page
demo-4 = 4. Back on the first page, choose “{ recovery-call-now }”: the telephone in the outbox rings; answer it and press the six digits that the page shows
demo-5 = 5. Choose “{ recovery-enter }”, and on the next page replace the lost device; `gatelodge totp KEY` shows codes if you have no app at hand
demo-more = Without losing anything: { $root } with the password { $root_password }; its codes: gatelodge totp { $secret }
demo-operator = An operator signs in at { $url }/operator: { $operator } with the password { $operator_password }; codes: gatelodge totp { $operator_secret }
demo-stop = Commands work beside it with --data-dir { $folder }. Stop with Ctrl+C.
