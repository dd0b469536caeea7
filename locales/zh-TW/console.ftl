# 主控台首頁。
console-home = 主控台首頁
console-welcome = 歡迎，{ $name }。
console-held = 這個工作階段來自復原程序。在 { $time } 之前，您可以查看、註冊裝置和變更密碼，其他操作則需要等待。
console-todo = 待辦事項
console-mfa-on = 根使用者已啟用 MFA
console-mfa-on-why = 請註冊第二個裝置，並將備用復原碼放在您找得到的地方。
console-mfa-off = 為根使用者啟用 MFA
console-mfa-off-why = 單靠密碼，可能會被猜中或遭竊。設定驗證器應用程式只需要幾分鐘。
console-see = 查看
console-do = 啟用
console-root = 把根使用者收好
console-root-why = 根使用者可以執行所有操作。只有其他使用者無法完成的工作，才用它登入。
console-account = 帳戶
console-account-name = 帳戶名稱
console-email = 電子郵件地址
