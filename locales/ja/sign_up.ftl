# アカウントの作成。
sign-up-title = 新しいアカウントを作成
sign-up-lead = はじめに、メールが届くことを確認します。このアドレスでサインインするルートユーザーは、アカウントのすべての操作ができます。
sign-up-email-hint = name+tag@example.com のように付け足したアドレスは、別のアドレスとして扱われます。お使いになる場合は、先にご自身宛てにテストメールをお送りください。
sign-up-have = アカウントを持っています
sign-up-code-lead = { $email } にコードをお送りしました。
sign-up-code-hint = 8 桁の数字です。30 分間有効です。
sign-up-other-email = 別のアドレスを使う
sign-up-details = アカウントについて
sign-up-details-lead = { $email } を確認しました。次に、アカウントの内容を設定します。
sign-up-account-name = アカウント名
sign-up-account-hint = 組織やプロジェクトの名前です。あとで変更できます。
sign-up-contact-name = 連絡先の担当者
sign-up-phone = 電話番号
sign-up-phone-hint = デバイスをなくしたときに、この番号へお電話してサインインをお手伝いします。番号はあとで電話で確認します。今は空欄でもかまいません。
sign-up-create = アカウントを作成
flash-account-open = アカウントを作成しました。次に、ルートユーザーの MFA を有効にしてください。
