# 安全憑證：MFA 裝置、備用復原碼、工作階段，以及再次確認身分。
step-up-title = 請確認是您本人
step-up-lead = 接下來的操作關係到帳戶的安全。請確認一次，之後 10 分鐘內不會再詢問。
step-up-password = { $email } 的密碼
step-up-device = 您手邊有哪一個裝置？
step-up-code-of = 「{ $device }」目前顯示的代碼
step-up-submit = 繼續
step-up-leave = 先不要
step-up-otherwise-title = 裝置不在手邊？
step-up-otherwise = 請先登出再重新登入。輸入密碼後，選擇「MFA 疑難排解」，就能在沒有裝置的情況下找回登入方式。
