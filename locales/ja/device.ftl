# セキュリティ認証情報：MFA デバイス、保存済みコード、セッション、ご本人の再確認。
step-up-title = ご本人であることの確認
step-up-lead = これから行う操作は、アカウントの安全に関わります。一度確認すれば、10 分間は再度お尋ねしません。
step-up-password = { $email } のパスワード
step-up-device = お手元にあるのはどのデバイスですか？
step-up-code-of = 「{ $device }」に今表示されているコード
step-up-submit = 続ける
step-up-leave = 今はやめておく
step-up-otherwise-title = デバイスがお手元にないとき
step-up-otherwise = いったんサインアウトして、もう一度サインインしてください。パスワードの入力後に「MFA のトラブルシューティング」を選ぶと、デバイスがなくてもサインインに戻れます。
