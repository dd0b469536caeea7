# 郵件：發生了什麼事、有人要求了什麼、該怎麼做、如何提出異議。

# 多封郵件共用的文字
mail-life = { $minutes ->
    [1] 1 分鐘
    [1440] 24 小時
   *[other] { $minutes } 分鐘
}
mail-code = 您的驗證碼：
mail-account = 帳戶：{ $name }（{ $id }）
mail-account-id = 帳戶：{ $id }
mail-origin = 請求來源：{ $device }，位址 { $address }，時間 { $time }
mail-phrase = 請核對這兩個詞：{ $phrase }。在您瀏覽器中等待的頁面會顯示相同的兩個詞；如果不同，或您沒有開啟這樣的頁面，請不要繼續這項請求。
mail-phrase-asked = 核對用的兩個詞：{ $phrase }。提出要求的人，頁面上會顯示同樣的兩個詞。請先讓對方說出他的，再說您的。
mail-link-other = 如果按鈕沒有作用，請將這個網址複製到瀏覽器：
mail-objection = 如果這不是您本人的操作，請開啟下方連結，並在頁面上確認。這會停止、撤銷或至少延後這項請求，並保護帳戶；您不會因此失去任何東西。此連結只能使用一次。
mail-objection-action = 這不是我
mail-never-ask = 我們絕不會透過電話或聊天訊息索取這組驗證碼。請勿告訴任何人，只在您自己開啟的頁面上輸入。
mail-foot = { $installation }，{ $url }。本郵件由系統自動寄出，回信不會有人閱讀。

# 驗證碼與連結
mail-sign-in-code-subject = 您的登入驗證碼
mail-sign-in-code-text = 有人在我們沒見過的瀏覽器中，輸入了您帳戶的正確密碼。如果是您本人，請在登入頁面輸入驗證碼，{ mail-life }內有效。如果不是您，表示有其他人知道您的密碼：請勿將驗證碼告訴任何人，並立即變更密碼。

mail-unlock-subject = 重新開放密碼登入
mail-unlock-text = 由於錯誤次數太多，您的密碼目前只能在曾經登入過的瀏覽器使用。如果這封郵件是您要求的，請按下按鈕，之後就能在您提出要求的瀏覽器中再次輸入密碼。此連結在 { mail-life }內有效，您的密碼不會改變。如果不是您要求的，不需要做任何事。
mail-unlock-action = 重新開放密碼

mail-password-reset-subject = 設定新密碼
mail-password-reset-text = 有人要求為您的帳戶設定新密碼。如果是您本人，請按下按鈕並設定新密碼；此連結在 { mail-life }內有效。如果不是您，您的密碼會維持原樣。
mail-password-reset-action = 設定新密碼

mail-recovery-proof-subject = 請驗證您的電子郵件地址
mail-recovery-proof-text = 有人輸入了您帳戶的密碼，想在沒有 MFA 裝置的情況下登入，因此需要確認對方收得到這個信箱的郵件。如果是您本人，請按下按鈕，或在等待中的頁面輸入驗證碼；兩者都在 { mail-life }內有效。如果不是您，請勿按下這個按鈕，也不要將驗證碼告訴任何人。
mail-recovery-proof-action = 驗證您的電子郵件地址

mail-rehearsal-subject = 演練：您的驗證碼
mail-rehearsal-text = 這是復原的演練，由已登入您帳戶的人啟動。如果是您本人，請在等待中的頁面輸入驗證碼，有效期間為{ mail-life }。這個驗證碼不能證明任何事，也不能開啟任何東西。如果不是您，請登入、結束其他工作階段，並變更密碼。

mail-sign-up-code-subject = 您建立帳戶用的驗證碼
mail-sign-up-code-text = 有人想用這個電子郵件地址建立帳戶。如果是您本人，請在等待中的頁面輸入驗證碼，{ mail-life }內有效。如果不是您，不需要做任何事：沒有驗證碼就無法建立帳戶。

mail-sign-up-taken-subject = 您已經有帳戶了
mail-sign-up-taken-text = 有人想用這個電子郵件地址建立帳戶，但這個地址已經有帳戶。沒有任何資料變更。如果是您本人，請直接登入；如果忘了密碼，請在登入頁面選擇「忘記密碼？」。如果不是您，不需要做任何事。
mail-sign-up-taken-action = 登入

mail-sign-in-addresses-subject = 這個電子郵件地址可以登入的帳戶
mail-sign-in-addresses-text = 有人詢問這個地址屬於哪個帳戶。它是下列帳戶的根使用者：請在登入頁面選擇「{ sign-in-root }」，並輸入這個地址。建議將按鈕開啟的頁面加入書籤，之後可以從那裡登入主控台。如果不是您詢問的，不需要做任何事；我們只告訴了這個信箱。
mail-sign-in-addresses-action = { sign-in-submit }

mail-email-proof-subject = 這個電子郵件地址的驗證碼
mail-email-proof-text = 有人想將這個電子郵件地址用於某個帳戶。如果是您本人，請在等待中的頁面輸入驗證碼，{ mail-life }內有效。如果不是您，不需要做任何事：沒有驗證碼，這個地址就不會被使用。

# 聯絡方式與密碼
mail-email-changed-subject = 您帳戶的電子郵件地址已變更
mail-email-changed-text = { $held ->
    [yes] 您帳戶的電子郵件地址已經變更。在 { $until } 之前，復原和忘記密碼仍使用先前的地址，也可以撤回這項變更。如果這是您要求的，不需要做任何事。
   *[other] 您帳戶的電子郵件地址已經變更。如果這是您要求的，不需要做任何事。
}

mail-phone-changed-subject = 您帳戶的電話號碼已變更
mail-phone-changed-text = { $held ->
    [yes] 您帳戶的電話號碼已經變更，新號碼的末四碼是 { $last }。在 { $until } 之前，復原仍使用先前的號碼，也可以撤回這項變更。如果這是您要求的，不需要做任何事。
   *[other] 您的帳戶登錄了電話號碼，末四碼是 { $last }。這個號碼從 { $until } 起可用於復原，在那之前可以撤回。如果這是您要求的，不需要做任何事。
}

mail-second-added-subject = 您的帳戶登錄了備用聯絡方式
mail-second-added-text = { $contact ->
    [second-email] 您的帳戶登錄了備用電子郵件地址。安全通知也會寄到那裡；從 { $until } 起可用於復原。72 小時內可以撤回。如果這是您要求的，不需要做任何事。
   *[other] 您的帳戶登錄了備用電話號碼，末四碼是 { $last }。驗證之後，從 { $until } 起可用於復原。72 小時內可以撤回。如果這是您要求的，不需要做任何事。
}

mail-second-removed-subject = 您帳戶的備用聯絡方式已移除
mail-second-removed-text = { $held ->
    [yes] { $contact ->
        [second-email] 您帳戶的備用電子郵件地址已經移除。在 { $until } 之前仍可用於復原，也可以撤回這項移除。如果這是您要求的，不需要做任何事。
       *[other] 您帳戶的備用電話號碼已經移除，末四碼是 { $last }。在 { $until } 之前仍可用於復原，也可以撤回這項移除。如果這是您要求的，不需要做任何事。
    }
   *[other] 您的帳戶移除了尚未用於復原的備用聯絡方式。如果這是您要求的，不需要做任何事；如果不是，請登入並查看帳戶頁面。
}

mail-email-taken-subject = 有人想要使用您的電子郵件地址
mail-email-taken-text = 有人想將這個地址用於另一個帳戶。這個地址已經屬於某個帳戶，因此沒有任何變更，對方也沒有得知任何與您有關的資訊。如果是您本人，請先登入使用這個地址的帳戶，並在那裡變更地址。如果不是您本人，不需要做任何事。

mail-contact-restored-subject = 聯絡資訊的變更已撤回
mail-contact-restored-text = { $contact ->
    [email] 您帳戶電子郵件地址的變更已經撤回，先前的地址重新生效。如果不是您本人撤回的，請登入並查看帳戶頁面。
    [second-email] 您帳戶備用電子郵件地址的變更已經撤回。如果不是您本人撤回的，請登入並查看帳戶頁面。
    [second-phone] 您帳戶備用電話號碼的變更已經撤回。如果不是您本人撤回的，請登入並查看帳戶頁面。
   *[other] 您帳戶電話號碼的變更已經撤回。如果不是您本人撤回的，請登入並查看帳戶頁面。
}

mail-password-changed-subject = 您的密碼已變更
mail-password-changed-text = 您帳戶的密碼已經變更。如果是您本人變更的，不需要做任何事。如果不是，請立即在登入頁面選擇「忘記密碼？」，然後檢查您的 MFA 裝置。

# 登入與裝置
mail-new-sign-in-subject = 有新的瀏覽器登入
mail-new-sign-in-text = 有人使用不曾登入過的瀏覽器登入了您的帳戶。如果是您本人，不需要做任何事。如果不是，請立即變更密碼，並結束其他工作階段。

mail-operator-sign-in-subject = 有新的瀏覽器以維運人員身分登入
mail-operator-sign-in-text = 有人使用不曾登入過的瀏覽器，以您的維運人員身分登入。如果是您本人，不需要做任何事。如果不是，表示有人持有您的密碼和裝置上的代碼：請立即在主機上產生新的設定連結（gatelodge operator recover），這樣會結束所有工作階段。
mail-channel-changed-subject = { $what ->
    [changed] 保護復原的設定有變更
    [approved] 變更過的設定已核准
    [declined] 變更過的設定已被拒絕
   *[other] 設定變更後的暫停已結束
}
mail-channel-changed-text = { $what ->
    [changed] 伺服器啟動時的設定與核准的不同：{ $keys }。至少到 { $time }，並由你們其中一位核准之前，復原都不會依賴這些設定。如果你們都沒有變更過，請在頁面上說明，並查明誰能編輯主機上的設定。
    [approved] 有一位維運人員核准了這些變更過的設定：{ $keys }。從 { $time } 起，這些設定會用於復原。如果這是錯誤的，請在那之前請人還原成原本的設定。
    [declined] 有一位維運人員表示這些變更過的設定不是我們的：{ $keys }。還原成原本的設定之前，復原都不會依賴這些設定。
    [restored] 已經還原成原本的設定，復原照常進行。先前變更過的是：{ $keys }。
    [lapsed] 沒有人能決定這些變更過的設定，而時間已經結束：{ $keys }。這些設定現在會用於復原。
   *[other] 這些變更過的設定已核准，時間也已經結束：{ $keys }。這些設定現在會用於復原。
}
mail-channel-changed-action = 查看變更

mail-device-added-subject = 已註冊 MFA 裝置
mail-device-added-text = 您的帳戶註冊了 MFA 裝置「{ $device }」。如果是您本人註冊的，不需要做任何事。如果不是，請立即登入、移除這個裝置，並變更密碼。

mail-device-removed-subject = 已移除 MFA 裝置
mail-device-removed-text = MFA 裝置「{ $device }」已從您的帳戶移除，它的代碼不能再使用。如果是您本人移除的，不需要做任何事。如果不是，請立即變更密碼，並檢查您的裝置。

mail-device-renamed-subject = 已重新命名 MFA 裝置
mail-device-renamed-text = 您帳戶的一個 MFA 裝置現在名為「{ $device }」，它的代碼照常可用。如果不是您本人變更的，請立即變更密碼，並檢查您的裝置。

mail-device-resynced-subject = 已重新同步 MFA 裝置
mail-device-resynced-text = MFA 裝置「{ $device }」已重新與我們的時間同步，它的代碼可以使用。如果不是您本人操作的，請立即變更密碼，並檢查您的裝置。

mail-saved-codes-renewed-subject = 已產生新的備用復原碼
mail-saved-codes-renewed-text = 您的帳戶產生了新的備用復原碼，先前的復原碼不能再使用。如果是您本人操作的，請將新的復原碼存放在安全的地方。如果不是，請立即變更密碼，並重新產生復原碼。

mail-saved-codes-made-subject = 已產生備用復原碼
mail-saved-codes-made-text = 您的帳戶產生了 { $count } 組備用復原碼，先前未使用的復原碼仍然有效。如果是您本人操作的，請將新的復原碼存放在安全的地方。如果不是，請立即變更密碼，並重新產生復原碼。

mail-saved-code-used-subject = 有一組備用復原碼已使用
mail-saved-code-used-text = 您的一組備用復原碼已經使用，不能再次使用。剩餘的備用復原碼：{ $left } 組。如果不是您本人使用的，請立即變更密碼，並重新產生復原碼。

# 復原
mail-recovery-begun-subject = 有人開始復原您的帳戶
mail-recovery-begun-text = 有人輸入了您帳戶的密碼，表示無法使用 MFA 裝置，並開始了復原程序。到目前為止，還沒有人透過這次復原登入。如果是您本人，請在瀏覽器的頁面上繼續。

mail-recovery-waits-subject = 您帳戶的復原正在等待 24 小時
mail-recovery-waits-text = { $by ->
    [contacts] 有人輸入了您帳戶的密碼，並證明能讀取此帳戶的郵件，您的兩位復原聯絡人也確認是您本人。{ $time } 之後，他不需要 MFA 裝置就能登入。如果是您本人，在那之前不需要做任何事。
   *[saved-code] 有人輸入了您帳戶的密碼和一個備用復原碼，並證明能讀取此帳戶的郵件。{ $time } 之後，他不需要 MFA 裝置就能登入。如果是您本人，在那之前不需要做任何事。
}

mail-recovery-done-subject = 您的帳戶已完成復原
mail-recovery-done-text = 復原已經完成，並有人透過這次復原登入了您的帳戶。在 { $time } 之前，以及註冊新的 MFA 裝置之前，該工作階段只能進行很少的操作。如果是您本人，請現在就註冊新裝置。

mail-recovery-closed-subject = 復原程序已關閉
mail-recovery-closed-text = 您帳戶的復原程序在完成之前已經關閉，沒有人透過這次復原登入。如果您仍然需要復原，請用密碼登入，重新開始。

mail-recovery-blocked-subject = 電話驗證已暫停
mail-recovery-blocked-text = 由於在多次通話中按錯數字，在 { $time } 之前無法透過電話復原您的帳戶。已註冊的裝置和備用復原碼照常可用。如果這些電話不是您本人接聽的，可能有其他人正試圖登入。

mail-objected-subject = 有人對復原提出異議
mail-objected-text = 有一位收到此帳戶通知的人表示，復原不是他本人進行的，因此復原已停止或延後。已註冊的裝置和備用復原碼照常可用。下次登入時，可能會請您設定新密碼。

mail-recovery-stolen-subject = 有人回報您帳戶的裝置遭竊
mail-recovery-stolen-text = 有人輸入了您帳戶的密碼，並表示 MFA 裝置遭竊。到目前為止，您的裝置沒有任何變更。如果是您本人，請在瀏覽器中繼續復原程序。
mail-recovery-disputed-subject = 有人使用了被回報遭竊的裝置
mail-recovery-disputed-text = 有人知道密碼，並使用您帳戶復原時被回報遭竊的 MFA 裝置登入。系統沒有讓任何人進入。復原的工作階段和其中建立的一切，現在限制七天，並已通知此系統的維運人員。如果裝置在您手上，請按下該次復原的郵件中的連結，並與此系統的維運人員聯絡。如果是您復原了帳戶，表示有其他人知道您的密碼：請設定新的密碼。

mail-account-state-subject = { $state ->
    [active] 您的帳戶可以再次使用
    [suspended] 您的帳戶已暫停使用
    [closed] 您的帳戶已關閉
   *[other] 您的帳戶狀態已變更
}
mail-account-state-text = { $state ->
    [active] 您的帳戶可以再次使用，您可以照常登入。
    [suspended] 您的帳戶已暫停使用：目前無法登入，所有工作階段都已結束。如果您不清楚原因，請聯絡此系統的維運人員。
    [closed] 您的帳戶已關閉：無法登入，所有工作階段都已結束。90 天內可以重新開啟，請聯絡此系統的維運人員。
   *[other] 您的帳戶狀態已變更。如果您不清楚原因，請聯絡此系統的維運人員。
}

mail-root-key-made-subject = 已建立根使用者的存取金鑰
mail-root-key-made-text = 此系統的維運人員建立了根使用者的存取金鑰 { $key }。持有其私密金鑰的人，不需要密碼和 MFA 裝置就能在帳戶中執行任何操作。如果不是您要求的，請與他們聯絡。

# 支援案件
mail-support-code-subject = 支援案件的驗證碼
mail-support-code-text = { $contact ->
    [phone] 提出支援案件的人想更換您帳戶的電話號碼，並向此系統的維運人員證明了身分。如果是您本人，請在等待中的頁面輸入驗證碼，{ mail-life }內有效。如果不是您，請勿將驗證碼告訴任何人，並透過先前通知郵件中的連結中止案件。
   *[other] 有人想在支援案件中使用這個電子郵件地址。如果是您本人，請在等待中的頁面輸入驗證碼，{ mail-life }內有效。如果不是您，不需要做任何事：沒有驗證碼，這個地址就不會被使用。
}
mail-support-opened-subject = 您的支援案件
mail-support-opened-text = 支援案件 { $case } 已提出。透過連結可以查看案件的狀態，也可以撤回。請勿將連結出示給任何人。
mail-support-opened-action = 查看案件
mail-support-waits-subject = { $contact ->
    [all] 即將讓人登入您的帳戶
   *[other] 您帳戶的一項聯絡方式即將更換
}
mail-support-waits-text = { $contact ->
    [email] 有人表示您帳戶的信箱已遺失，並向此系統的維運人員證明了身分。帳戶的電子郵件地址將於 { $until } 更換為另一個地址。如果這是您的意思，不需要做任何事。如果您可以使用 MFA 裝置登入，請登入：這樣也會中止案件。
    [all] 有人表示您帳戶的一切都已遺失：信箱、電話、MFA 裝置和備用復原碼，並向此系統的維運人員證明了身分。從 { $until } 起可以登入，一開始的工作階段能做的事很少。如果這是您的意思，不需要做任何事。如果您可以使用 MFA 裝置或備用復原碼登入，請登入：這樣也會中止案件。
   *[other] 有人表示您帳戶的電話已遺失，並向此系統的維運人員證明了身分。帳戶的電話號碼將於 { $until } 更換為另一個號碼。如果這是您的意思，不需要做任何事。如果您可以使用 MFA 裝置登入，請登入：這樣也會中止案件。
}
mail-support-closed-subject = 關於您帳戶的支援案件已結束
mail-support-closed-text = { $by ->
    [sign-in] 因為有人使用已註冊的 MFA 裝置或備用復原碼登入，關於您帳戶的支援案件已結束。沒有任何變更。
    [link] 有人透過郵件中的連結中止了關於您帳戶的支援案件。沒有更換任何聯絡方式。
    [asker] 提出者撤回了關於您帳戶的支援案件。沒有更換任何聯絡方式。
    [operator] 此系統的維運人員結束了關於您帳戶的支援案件。沒有更換任何聯絡方式。
   *[other] 關於您帳戶的支援案件因期限已過而結束。沒有更換任何聯絡方式。
}

# 復原聯絡人
mail-recovery-contact-invited-subject = 您願意擔任復原聯絡人嗎？
mail-recovery-contact-invited-text = 有一位帳戶的擁有者想請您幫忙：萬一他無法登入，由您確認真的是他。請在 { $until } 之前開啟連結，看看這代表什麼，再接受或婉拒。如果您想不到會是誰，可以不理會這封郵件。
mail-recovery-contact-invited-action = 看看這代表什麼
mail-recovery-contact-asked-subject = 真的是他嗎？有人請您確認
mail-recovery-contact-asked-text = 您是這個帳戶的復原聯絡人。有人輸入了帳戶的密碼，想在沒有 MFA 裝置的情況下重新登入，請您在 { $time } 之前確認。請先當面、或由您自己打電話和帳戶的擁有者說話，並核對下面的兩個詞。絕不要因為郵件或來電的催促而確認。
mail-recovery-contact-asked-action = 回答
mail-recovery-contact-removed-subject = 您已不再是復原聯絡人
mail-recovery-contact-removed-text = 您已從這個帳戶的復原聯絡人名單中移除。不需要做任何事。
mail-recovery-contact-changed-subject = { $did ->
    [named] 已指定復原聯絡人
    [accepted] 復原聯絡人已接受
    [declined] 復原聯絡人已婉拒
   *[removed] 已移除復原聯絡人
}
mail-recovery-contact-changed-text = { $did ->
    [named] 您的帳戶指定了一位復原聯絡人。對方接受之後再過 30 天，兩位這樣的人就能確認一次復原。如果不是您本人操作的，請立即登入、移除對方，並變更密碼。
    [accepted] 受邀的人同意擔任您帳戶的復原聯絡人，30 天後算數。如果不是您指定的，請立即登入、移除對方，並變更密碼。
    [declined] 受邀的人不想擔任您帳戶的復原聯絡人，已從名單中移除。如果剩下不到兩位，請另外指定。
   *[removed] 您帳戶的一位復原聯絡人已移除。如果不是您本人操作的，請立即變更密碼，並檢查您的復原聯絡人。
}
mail-recovery-contact-denied-subject = 有復原聯絡人不知道這次復原
mail-recovery-contact-denied-text = 在您帳戶的復原中，有一位復原聯絡人表示：我不知道這件事。他的確認在這次復原中不算數。如果您沒有在復原帳戶，請立即使用下面的連結。如果是您本人，請和您的復原聯絡人說明。
