# 建立帳戶。
sign-up-title = 建立新帳戶
sign-up-lead = 我們先確認您收得到郵件。這個地址會用來登入根使用者，根使用者可以在帳戶中執行所有操作。
sign-up-email-hint = 像 name+tag@example.com 這樣加上後綴的地址，會視為另一個地址。若要使用，請先寄一封測試郵件給自己。
sign-up-have = 我已經有帳戶
sign-up-code-lead = 我們已將驗證碼寄到 { $email }。
sign-up-code-hint = 8 位數字，30 分鐘內有效。
sign-up-other-email = 使用其他地址
sign-up-details = 您的帳戶
sign-up-details-lead = 已確認 { $email }。接下來設定帳戶。
sign-up-account-name = 帳戶名稱
sign-up-account-hint = 您的組織或專案名稱，之後可以變更。
sign-up-contact-name = 聯絡人
sign-up-phone = 電話號碼
sign-up-phone-hint = 當您遺失裝置時，我們會撥打這個號碼，讓您重新取得存取權。之後再以電話驗證號碼即可，現在可以留白。
sign-up-create = 建立帳戶
flash-account-open = 您的帳戶已建立。接著請為根使用者啟用 MFA。
