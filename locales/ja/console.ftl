# コンソールのホーム。
console-home = コンソールホーム
console-welcome = ようこそ、{ $name } さん。
console-held = このセッションは復旧手続きで開かれました。{ $time } までは、閲覧、デバイスの登録、パスワードの変更だけができます。ほかの操作はそれまでお待ちください。
console-todo = やること
console-mfa-on = ルートユーザーの MFA は有効です
console-mfa-on-why = もう一台のデバイスを登録し、保存済みコードは見つけられる場所に保管してください。
console-mfa-off = ルートユーザーの MFA を有効にする
console-mfa-off-why = パスワードだけでは、推測されたり盗まれたりするおそれがあります。認証アプリなら数分で設定できます。
console-see = 表示
console-do = 有効にする
console-root = ルートユーザーをしまっておく
console-root-why = ルートユーザーはすべての操作ができます。ほかのユーザーではできないときにだけサインインしてください。
console-account = アカウント
console-account-name = アカウント名
console-email = E メールアドレス
