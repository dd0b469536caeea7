# `gatelodge demo` が表示する 5 行の手順。ボタンの名前はページの文言をそのまま使う。
demo-title = Gatelodge のデモです。何もこのコンピューターの外には送られず、終了するとすべて消えます。認証アプリをなくして、もう一度入ってみましょう。
demo-1 = 1. { $url }/signin を開き、「{ sign-in-root }」を選んで、{ $email } とパスワード { $password } を入力します
demo-2 = 2. コードを求められますが、この認証アプリは手元にありません。「{ sign-in-troubleshoot }」、「{ recovery-alternative-act }」の順に選び、何があったかを答えます
demo-3 = 3. 「{ recovery-mail-send }」を選び、{ $outbox } のメールボックスで届いたメールの「{ mail-recovery-proof-action }」を開いて、そのページのボタンを押します
demo-4 = 4. 元のページに戻って「{ recovery-call-now }」を選ぶと、送信トレイの電話が鳴ります。電話に出て、ページに表示された六桁の数字を押します
demo-5 = 5. 「{ recovery-enter }」を選び、次のページでなくしたデバイスを置き換えます。アプリがなければ `gatelodge totp KEY` でコードを表示できます
demo-more = 何もなくさずに試すには、{ $root } とパスワード { $root_password } でサインインします。コードは gatelodge totp { $secret } で表示できます
demo-operator = 運用担当者は { $url }/operator でサインインします：{ $operator }、パスワード { $operator_password }。コード：gatelodge totp { $operator_secret }
demo-stop = ほかのコマンドは --data-dir { $folder } を付けて、同時に使えます。終了するには Ctrl+C を押します。
