# 安全檢查：在背景完成的運算，或看到、聽到後輸入的字元。
check-title = 安全檢查
check-for-reset = 重設密碼的帳戶
check-for-support = 支援案件的帳戶
check-why = 最近有許多錯誤的密碼嘗試，不一定是您。這個簡短的檢查是為了擋住自動程式。
check-working = 您的瀏覽器正在自動完成檢查，需要幾秒鐘。
check-type-instead = 改為輸入字元
check-lead = 請依序輸入圖片中的六個英文字母和數字，中間不加空格。大小寫皆可。
check-picture = 六個變形的英文字母和數字的圖片。您也可以聆聽相同的字元。
check-listen = 聆聽
check-sound = 以語音播放相同的字元
check-again = 更換字元
check-answer = 字元
check-submit = 提交
flash-check-new-set = 這是新的字元，先前的字元已經無效。
