# セキュリティチェック：裏側で行われる計算、または見るか聞くかして入力する文字。
check-title = セキュリティチェック
check-for-reset = パスワードを再設定するユーザー
check-for-support = サポートケースのアカウント
check-why = 最近、誤ったパスワードが何度も試されています。お客様によるものとは限りません。この短い確認は、自動プログラムを防ぐためのものです。
check-working = ブラウザーが自動で確認しています。数秒かかります。
check-type-instead = 代わりに文字を入力する
check-lead = 画像にある六つの英字と数字を、順番どおりに、空白を入れずに入力してください。大文字でも小文字でもかまいません。
check-picture = 変形した六つの英字と数字の画像です。同じ文字を音声で聞くこともできます。
check-listen = 音声を聞く
check-sound = 同じ文字の音声
check-again = 文字を変える
check-answer = 文字
check-submit = 送信
flash-check-new-set = 新しい文字です。前の文字はもう使えません。
