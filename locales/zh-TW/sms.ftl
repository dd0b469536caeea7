# 傳到電話的簡訊：每則不超過一則的長度，沒有連結。
sms-code = { $code } 是您的登入驗證碼，10 分鐘內有效。請勿告訴任何人。
sms-recovery-begun = { $host }：有人開始復原尾號 { $account } 的帳戶。不是您嗎？請立即登入或查看郵件。
sms-recovery-waits = { $host }：尾號 { $account } 的帳戶復原正在等待 24 小時。不是您嗎？請立即登入或查看郵件。
sms-recovery-done = { $host }：尾號 { $account } 的帳戶已完成復原。不是您嗎？請立即查看郵件。
sms-support-waits = { $host }：支援人員將變更尾號 { $account } 的帳戶。不是您嗎？請立即登入或查看郵件。
sms-device-removed = { $host }：尾號 { $account } 的帳戶已移除 MFA 裝置。不是您嗎？請立即登入或查看郵件。
sms-password-changed = { $host }：尾號 { $account } 的帳戶密碼已變更。不是您嗎？請立即查看郵件。
sms-email-changed = { $host }：尾號 { $account } 的帳戶正在變更電子郵件地址。不是您嗎？請立即登入或查看郵件。
sms-phone-changed = { $host }：尾號 { $account } 的帳戶正在變更電話號碼。不是您嗎？請立即登入或查看郵件。
# 以簡訊傳送驗證碼時的頁面。
sign-in-text-title = 請查看您的手機簡訊
sign-in-text-lead = 這是我們第一次看到這個瀏覽器。我們已將驗證碼以簡訊傳到尾號 { $number } 的電話。
sign-in-text-wait = 簡訊可能需要一分鐘才會送達。
sign-in-text-again = 重新傳送簡訊
sign-in-text-mail = 改用電子郵件傳送驗證碼
flash-text-sent = 新的簡訊已送出。
# 該頁面說明簡訊的狀態。
text-state-queued = 簡訊即將送出。
text-state-delayed = 電信業者尚未接受這則簡訊，我們會自動再試。
text-state-sent = 電信業者已經接受這則簡訊。
text-state-delivered = 簡訊已送達。
text-state-failed = 簡訊沒有送達。請改用電子郵件傳送驗證碼。
# 試用伺服器的電話。
outbox-phone-texts = 簡訊
outbox-phone-text = 收到簡訊
