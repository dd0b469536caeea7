# `gatelodge demo` 印出的五行步驟。按鈕名稱直接取自頁面文字。
demo-title = Gatelodge 示範。所有資料都留在這台電腦上，結束後全部刪除。請試著弄丟驗證器，再重新登入：
demo-1 = 1. 開啟 { $url }/signin，選擇「{ sign-in-root }」，輸入 { $email } 與密碼 { $password }
demo-2 = 2. 頁面會要求輸入代碼，但這個驗證器已經遺失：請選擇「{ sign-in-troubleshoot }」，再選擇「{ recovery-alternative-act }」，並說明裝置發生了什麼事
demo-3 = 3. 選擇「{ recovery-mail-send }」，到 { $outbox } 的信箱打開郵件，選擇「{ mail-recovery-proof-action }」，然後按下該頁的按鈕
demo-4 = 4. 回到原本的頁面，選擇「{ recovery-call-now }」，寄件匣裡的電話就會響起；請接聽，並按下頁面顯示的六位數字
demo-5 = 5. 選擇「{ recovery-enter }」，並在下一頁更換遺失的裝置；手邊沒有應用程式時，可以用 `gatelodge totp KEY` 顯示代碼
demo-more = 想直接登入：{ $root }，密碼 { $root_password }；代碼：gatelodge totp { $secret }
demo-operator = 維運人員在 { $url }/operator 登入：{ $operator }，密碼 { $operator_password }；代碼：gatelodge totp { $operator_secret }
demo-stop = 加上 --data-dir { $folder }，就能同時使用其他指令。按 Ctrl+C 結束。
