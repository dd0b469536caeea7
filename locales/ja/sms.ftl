# 電話に届く SMS：どれも 1 通に収まり、リンクはない。
sms-code = { $code } は確認コードです。10 分間有効。人に教えないでください。
sms-recovery-begun = { $host }（アカウント…{ $account }）復旧が始まりました。覚えがなければサインインするかメールを確認してください。
sms-recovery-waits = { $host }（アカウント…{ $account }）復旧は 24 時間待ちです。覚えがなければサインインするかメールを確認してください。
sms-recovery-done = { $host }（アカウント…{ $account }）復旧が完了しました。覚えがなければすぐにメールを確認してください。
sms-support-waits = { $host }（アカウント…{ $account }）サポートが変更します。覚えがなければサインインするかメールを確認してください。
sms-device-removed = { $host }（アカウント…{ $account }）MFA デバイスを削除。覚えがなければサインインするかメールを確認してください。
sms-password-changed = { $host }（アカウント…{ $account }）パスワードが変わりました。覚えがなければメールを確認してください。
sms-email-changed = { $host }（アカウント…{ $account }）E メールの変更です。覚えがなければサインインするかメールを確認してください。
sms-phone-changed = { $host }（アカウント…{ $account }）電話番号の変更です。覚えがなければサインインするかメールを確認してください。
# コードを SMS で送ったときのページ。
sign-in-text-title = SMS をご確認ください
sign-in-text-lead = このブラウザーでのサインインは初めてです。末尾が { $number } の番号に、SMS でコードをお送りしました。
sign-in-text-wait = 届くまで 1 分ほどかかることがあります。
sign-in-text-again = SMS の再送信
sign-in-text-mail = 代わりに E メールでコードを受け取る
flash-text-sent = 新しい SMS をお送りしました。
# そのページでの、SMS の状態。
text-state-queued = まもなく SMS を送ります。
text-state-delayed = 通信事業者がまだ SMS を受け取っていません。自動でもう一度送ります。
text-state-sent = 通信事業者が SMS を受け取りました。
text-state-delivered = SMS が届きました。
text-state-failed = SMS が届きませんでした。代わりに E メールでコードをお受け取りください。
# お試しモードのサーバーの電話。
outbox-phone-texts = SMS
outbox-phone-text = SMS が届きました
