# 說明：一個主題一頁。多行的文字會顯示成編號步驟，只有一行的則是一段話。
help-title = 登入說明
help-lead = 在您尋找登入方法的期間，帳戶和其中的內容都不會改變。請選擇符合您情況的主題。
help-code = 訊息的代碼
help-code-hint = 寫在訊息下方，例如 GL-MFA-001。
help-code-act = 查詢
help-code-unknown = 沒有這個代碼。請再對照一次頁面，或選擇下面的主題。
help-back = 所有主題
help-still = 還是沒有辦法嗎？
help-still-text = 請告訴此系統的維運人員您試過哪些方法，以及頁面顯示的代碼。請不要把密碼、MFA 代碼或備用復原碼告訴任何人；協助您的人不需要知道這些。
help-still-cannot = 維運人員看不到、也不能設定您的密碼和代碼，也不能註冊或移除裝置。他們不會把帳戶 ID 告訴任何人：帳戶 ID 只會寄到帳戶自己的電子郵件地址。
help-support-contact = 聯絡支援人員
help-ask-there = 前往詢問

help-request = 頁面或表單被拒絕
help-request-lead = 沒有任何資料變更。大多是因為頁面開啟太久，或瀏覽器攔下了某些內容。
help-request-fresh = 用新的頁面再試一次
help-request-fresh-text =
    重新載入頁面，或從登入頁面重新開始。
    再填寫一次表單；每個欄位只貼上需要的內容。
    按一次按鈕，然後等待下一頁。
help-request-cookies = 允許此網站使用 Cookie
help-request-cookies-text = 沒有 Cookie，我們無法確認表單來自您的瀏覽器。請在瀏覽器的設定中允許此網站使用 Cookie，並停用會移除 Cookie 的附加元件。
help-request-address = 檢查網址
help-request-address-text =
    網址列必須以 { $url } 開頭；請自行輸入，不要從其他網站的連結進入。
    如果仍然被拒絕，請告訴此系統的維運人員。
help-request-busy = 系統忙碌，或無法連線到資料庫
help-request-busy-text = 請等頁面顯示的時間過後，再送出一次表單。您已完成的部分都會保留。

help-sign-in = 我無法登入
help-sign-in-lead = 常見的情況是資料正確，但開錯了頁面。請由上而下逐項檢查。
help-sign-in-page = 頁面正確嗎？
help-sign-in-page-text =
    帳戶是您自己用電子郵件地址建立的嗎？那麼您是根使用者，請選擇「{ sign-in-root }」。
    是帳戶裡的人給您使用者名稱的嗎？那麼您是 IAM 使用者，請選擇「{ sign-in-iam }」。
    您是先在公司登入，再從那裡連過來的嗎？請從公司的頁面開始。
help-sign-in-email = 我不知道是哪個電子郵件地址
help-sign-in-email-text =
    請在所有信箱中搜尋 { $sender } 和 { $recovery-sender } 寄來的郵件，舊信箱和封存的郵件也要找。
    收到這類郵件的地址就是帳戶的地址。
    如果帳戶屬於公司，請詢問可能建立帳戶的同事。
help-sign-in-password = 密碼不被接受
help-sign-in-password-text =
    請檢查大小寫和鍵盤的輸入法；按欄位旁的「{ shell-show }」可以看到您輸入的內容。
    想想是不是以前的密碼，或其他帳戶的密碼。
    如果仍然不被接受，請設定新密碼。
help-sign-in-pause = 頁面要我等待
help-sign-in-pause-text = 輸入錯誤密碼數次之後，從未登入過的瀏覽器必須等待，也許是有別人在猜密碼。您曾經登入過的瀏覽器不受影響，您的密碼也沒有改變。
help-sign-in-device = 頁面要我輸入裝置的代碼
help-sign-in-device-text = 這個帳戶使用 MFA：除了密碼，還需要您裝置上驗證器應用程式顯示的代碼。如果裝置不在手邊，或代碼不被接受，也有方法可以登入。
help-sign-in-again = 登入已經結束，或必須再次證明身分
help-sign-in-again-text = 開始的登入會在同一個瀏覽器中保留 { $idle } 分鐘。工作階段閒置 { $idle } 分鐘後會結束。進行與安全有關的變更之前，我們會再次要求輸入密碼和使用裝置。
help-sign-in-sign-out = 我已經登出，但別處仍是登入狀態
help-sign-in-sign-out-text = 登出會立即結束這個瀏覽器的工作階段。其他瀏覽器的工作階段會繼續，直到自行結束：請在安全憑證中查看，並結束您不認得的工作階段。
help-sign-in-reach = 登入頁面打不開，或顯示不完整
help-sign-in-reach-text = 可能是網路擋下了某些內容。下一頁可以測試哪些內容能夠通過，並列出網路管理員需要允許的項目。

help-mail = 沒有收到郵件
help-mail-lead = 郵件可能需要幾分鐘才會送達，等待期間不會遺失任何進度。
help-mail-look = 先從這裡找起
help-mail-look-text =
    檢查頁面上的地址是否輸入正確；如果有錯，請重新開始。
    查看垃圾郵件和已刪除郵件的資料夾。
    等候五分鐘，然後選擇「{ sign-in-mail-again }」，並重新整理您的信箱。
    為了安全，每小時只會寄出幾封郵件；如果頁面顯示時間，請在那之後再要求寄送。
help-mail-code = 驗證碼在哪裡
help-mail-code-text = 驗證碼以大字寫在最新一封寄到帳戶電子郵件地址的郵件中。每組驗證碼只能使用一次，而且有效時間很短；寄出新的郵件後，舊的驗證碼就會失效。
help-mail-senders = 允許我們的寄件者
help-mail-senders-text =
    我們的郵件只從這兩個地址寄出：{ $sender } 和 { $recovery-sender }。
    請將兩者加入聯絡人或安全寄件者名單。
    如果您的郵件由他人管理，請對方允許這兩個地址的郵件通過。
help-mail-link = 連結無法使用
help-mail-link-text = 每個連結只能使用一次、有時間限制，而且必須完整。請使用最新的郵件；如果網址分成兩行，請完整複製；或要求寄送新的郵件。
help-mail-no-access = 我已經無法讀取這個信箱
help-mail-no-access-text =
    如果您在某個瀏覽器中仍是登入狀態，請立即在那裡變更帳戶的地址。
    請在您其他的信箱中搜尋上述兩個地址寄來的郵件：帳戶的地址也許是另一個。
    詢問可能建立帳戶或讀取該信箱的人。
    如果這個地址已被刪除，請設法重新建立。
    如果郵件網域屬於您，請設定成任何地址的郵件都能收到（catch-all）。
    如果信箱由公司管理，請郵件管理員讓您存取或轉寄郵件。
    如果都沒有辦法，請聯絡此系統的維運人員。
help-mail-change = 變更電子郵件地址

help-mfa = MFA 裝置遺失、故障，或代碼不被接受
help-mfa-lead = 您可以重新登入。這段期間帳戶和其中的內容都是安全的。
help-mfa-refused = 代碼不被接受
help-mfa-refused-text =
    請確認頁面上的名稱和應用程式中的名稱是同一個裝置。
    將裝置的日期和時間設為自動。
    等待下一組代碼再輸入；每組代碼只能使用一次。
    如果仍然不被接受，請選擇欄位下方的「{ sign-in-troubleshoot }」，重新同步裝置。
help-mfa-clock = 代碼總是不對，或無法註冊應用程式
help-mfa-clock-text =
    請將安裝應用程式的裝置的日期、時間和時區設為自動；如果無法自動設定，請依可靠的時鐘調整。
    在測試頁面與我們的時鐘對照。只差 30 秒，代碼就可能不對。
    輸入一組新的代碼。如果登入時仍然不行，請選擇「{ sign-in-troubleshoot }」，重新同步裝置。
help-mfa-other = 我還有其他已註冊的裝置
help-mfa-other-text = 任何一個已註冊的裝置都可以，放在家裡的也行。請在要求代碼的頁面選擇它。
help-mfa-lost = 遺失、故障、被偷，或在應用程式中刪除了
help-mfa-lost-text =
    用電子郵件地址和密碼登入。
    在要求代碼的地方選擇「{ sign-in-troubleshoot }」。
    使用備用復原碼，或驗證帳戶的電子郵件地址和電話。
    登入之後，移除舊裝置並註冊新裝置。
help-mfa-new = 註冊新裝置，或再加一個裝置
help-mfa-new-text = 請開啟安全憑證。一個帳戶最多可以有 { $devices } 個裝置；如果已滿，請移除不再使用的裝置。有兩個裝置，遺失一個也不必擔心。
help-mfa-enable = 無法啟用 MFA
help-mfa-enable-text = 只要註冊一個裝置，MFA 就會啟用，沒有另外的開關：請註冊裝置，並輸入應用程式顯示的代碼。
help-mfa-remove = 無法移除裝置
help-mfa-remove-text =
    移除之前，我們會再次要求密碼和裝置。
    要保留 MFA，請先註冊另一個裝置。不想使用 MFA，可以繼續移除；頁面會說明您會失去什麼。
    透過復原開啟的工作階段，必須等到限制結束才能移除裝置。
help-mfa-number = 我的電話號碼換了
help-mfa-number-text = 請趁還能登入時，在帳戶的聯絡資訊中變更：復原時會撥打那裡的號碼。

help-saved-codes = 備用復原碼
help-saved-codes-lead = 裝置遺失時用來代替裝置：註冊裝置時產生的 { $codes } 組代碼，請寫在紙上或放在安全的地方。
help-saved-codes-use = 使用備用復原碼
help-saved-codes-use-text =
    用電子郵件地址和密碼登入。
    選擇「{ sign-in-troubleshoot }」，再選擇備用復原碼。
    輸入清單中任何一組代碼；大小寫、空格和連字號都不影響。
help-saved-codes-refused = 代碼不被接受
help-saved-codes-refused-text =
    每組代碼只能使用一次：請劃掉用過的，改用另一組。
    如果有好幾份清單，只有最新的一份有效。
    輸入錯誤數次後會暫停一段時間；頁面會顯示何時結束，其他方法仍可使用。
help-saved-codes-renew = 產生新的備用復原碼
help-saved-codes-renew-text = 您隨時可以在安全憑證中重新產生，舊的復原碼會失效。快用完，或可能被別人看到時，就該這麼做。

help-recovery = 沒有裝置時重新登入
help-recovery-lead = 您的密碼、信箱和電話合在一起，可以證明是您本人。每個步驟都會保留：您可以關閉頁面、換到其他裝置收信，或休息一下。
help-recovery-need = 您需要的東西
help-recovery-need-text =
    帳戶的電子郵件地址和密碼；透過郵件連結設定的密碼不能用來復原。
    帳戶的信箱。
    帳戶聯絡資訊中登錄的電話；如果您及早指定過，也可以改由兩位復原聯絡人確認。
help-recovery-steps = 步驟
help-recovery-steps-text =
    用電子郵件地址和密碼登入，然後選擇「{ sign-in-troubleshoot }」。
    選擇使用其他驗證要素登入，並說明裝置發生了什麼事。
    要求寄出郵件，開啟其中的連結，或在等待的頁面輸入驗證碼。郵件和頁面上的兩個詞必須相同。
    要求我們打電話給您，並用電話按鍵輸入頁面顯示的六位數字。
    登入主控台，移除舊裝置並註冊新裝置。
help-recovery-call = 電話沒有來，或無法接通
help-recovery-call-text =
    頁面會顯示通話的結果。沒有人接聽的電話不算輸入錯誤。
    來電可能從國外撥出，顯示不認識的號碼：請關閉來電限制，以及將不明來電靜音的功能。
    選擇再撥一次。您的電子郵件地址在 { $mail-hours } 小時內都算已驗證。
help-recovery-blocked = 電話目前無法使用
help-recovery-blocked-text = 數字輸入錯誤數次或電話太多之後，會暫停一段時間，頁面會顯示何時結束。已註冊的裝置和備用復原碼隨時都能使用。
help-recovery-hold = 這個工作階段還不能做的事
help-recovery-hold-text = 透過復原開啟的工作階段，在 { $hold } 小時內，以及註冊裝置之前，都會受到限制：您可以查看所有內容、註冊裝置、變更密碼和結束工作階段。這樣一來，即使您受騙，對方也無法在您發現之前造成損害。舊裝置只是停用，不會刪除。
help-recovery-not-me = 這次復原不是我開始的
help-recovery-not-me-text =
    開啟郵件中的「這不是我」連結，然後按下按鈕。您不會因此無法登入。
    如果電話響了，請按 9 或掛斷。絕對不要輸入別人告訴您的數字。
    用您的裝置登入並設定新密碼：開始這次復原的人知道您目前的密碼。
help-recovery-cannot = 這些方法都不行
help-recovery-cannot-text = 沒有密碼，或沒有信箱，或電話和復原聯絡人都沒有，機器就無法確認是您本人。請聯絡此系統的維運人員：帳戶屬於誰，只有人才能查明。

help-password = 我的密碼
help-password-lead = 只要能讀取帳戶的信箱，就能設定新密碼。
help-password-forgot = 我忘記密碼了
help-password-forgot-text =
    如果這個瀏覽器以其他使用者登入，請先登出。
    在登入頁面選擇「{ sign-in-forgot }」，輸入帳戶的電子郵件地址。
    開啟 { $sender } 寄來的郵件中的連結；它只能使用一次，{ $reset-minutes } 分鐘內有效。
    輸入新密碼兩次。所有工作階段都會結束；請用新密碼登入。
help-password-mfa = 重設密碼不會做的事
help-password-mfa-text = 新密碼不會關閉 MFA：您仍然需要裝置。透過郵件設定的密碼，在與裝置一起使用過之前，也不能單獨用來代替遺失的裝置。
help-password-rules = 新密碼不被接受
help-password-rules-text =
    至少需要 { $least } 個字元；如果帳戶使用 MFA，則至少 { $least-mfa } 個；最多 { $most } 個。每個字元都算，空格也算。
    不能是最常被嘗試的密碼，或已經外洩的密碼。
    內容不能大多是您的地址、姓名或這個服務的名稱。
    幾個不相關的詞連在一起，好記又難猜。
help-password-closed = 密碼在這個瀏覽器中無法使用
help-password-closed-text = 輸入錯誤非常多次之後，密碼只能在曾經登入過的瀏覽器使用。請在登入頁面要求寄送連結：它會在提出要求的瀏覽器重新開放同一個密碼。
help-password-not-me = 我沒有要求新密碼
help-password-not-me-text = 您的密碼不會改變。如果要讓連結立即失效，請按郵件中的「這不是我」。

help-contact = 電子郵件地址和電話號碼
help-contact-lead = 我們用它們聯絡您，您也靠它們重新登入。請趁還能登入時保持更新。
help-contact-number = 電話號碼的寫法
help-contact-number-text = 照您習慣的方式寫就好：有沒有國碼、開頭的 0、空格、連字號或括號都可以。儲存之前，頁面會顯示我們如何理解這個號碼。
help-contact-call = 驗證電話號碼
help-contact-call-text =
    要求我們打電話給您。頁面會顯示六位數字。
    接聽電話，用電話按鍵輸入這些數字。
    如果輸入錯誤，請再要求一次電話；頁面會顯示新的數字。
help-contact-change = 變更電子郵件地址或電話號碼
help-contact-change-text =
    開啟帳戶頁面並變更；我們會再次要求密碼和裝置。
    用郵件中的驗證碼，或接一通電話，驗證新的聯絡方式。
    舊的地址會收到通知。如果不是您變更的，請使用那封郵件中的連結。
help-contact-hold = 仍然使用舊的聯絡方式
help-contact-hold-text = 變更後 { $contact-hours } 小時內，復原和忘記密碼仍使用舊的聯絡方式，以免有人取得您的工作階段後奪走帳戶。一次只能進行一項變更。

help-account = 我的帳戶
help-account-lead = 一個帳戶有一個根使用者，一個根使用者有一個電子郵件地址。
help-account-taken = 舊帳戶無法登入，新帳戶又不能使用同一個地址
help-account-taken-text =
    一個電子郵件地址只屬於一個根使用者。如果只是忘記密碼，請設定新密碼。
    已關閉的帳戶在 { $reopen-days } 天內可以重新開啟；請聯絡此系統的維運人員。
    在那之後，帳戶無法重新開啟，地址也不能再使用。
    要建立新帳戶，請在您的地址加上一個詞，例如 name+new@example.com：這算是不同的地址，郵件會寄到同一個信箱。請先寄一封測試郵件。
help-account-suspended = 帳戶已暫停使用或已關閉
help-account-suspended-text = 在此系統的維運人員重新啟用或重新開啟之前，沒有人能登入。其中的內容會保留。
help-account-open = 建立帳戶
help-account-open-text =
    輸入您的電子郵件地址，再輸入我們寄到該地址的驗證碼。
    為帳戶命名並設定密碼。
    馬上註冊 MFA 裝置，並保存備用復原碼。
    如果這裡不能自行建立帳戶，請聯絡此系統的維運人員。
help-account-manage = 管理或關閉帳戶
help-account-manage-text = 名稱、聯絡資訊、密碼和裝置都可以自行變更。要關閉帳戶，或發現有人盜用，請聯絡此系統的維運人員；請告訴他們帳戶 ID，但不要提供密碼。
help-account-billing = 帳單問題
help-account-billing-text = 這裡沒有帳單資料。您不必登入就可以詢問。
help-account-retail = 訂單問題
help-account-retail-text = 這裡沒有訂單資料；購物用的帳戶和這裡的帳戶是不同的。
help-account-number = 帳戶 ID
help-account-number-text = 登入後，右上角帳戶名稱旁邊的 12 位數字就是帳戶 ID。根使用者登入時不需要它。
help-account-forgotten = 我不知道帳戶 ID，或不知道在哪裡登入
help-account-forgotten-text =
    在信箱中搜尋 { $sender } 寄來的郵件：與帳戶有關的郵件會寫出帳戶 ID。
    在瀏覽器的書籤和瀏覽記錄中尋找 { $url }。
    要求我們寄給您：答案會寄到帳戶的信箱。沒有人會用其他方式告訴您。

help-user-types = 我是哪一種使用者？
help-user-types-lead = 這取決於您的使用者是由誰建立的。如果不確定，請詢問給您存取權的人。
help-user-types-root = 根使用者
help-user-types-root-text = 帳戶是您自己建立的，您用它的電子郵件地址登入。根使用者可以在帳戶中做任何事；只有其他人無法完成的工作才使用它，並請用 MFA 保護。
help-user-types-iam = IAM 使用者
help-user-types-iam-text = 有人在帳戶中為您建立了使用者，並給您使用者名稱和帳戶 ID。這個系統目前還沒有 IAM 使用者；在此之前，請詢問帳戶的擁有者。
help-user-types-workforce = 組織目錄中的使用者
help-user-types-workforce-text = 組織會用郵件邀請您使用入口網站，您所有的帳戶都在那裡。這個系統目前還沒有這種入口網站。
help-user-types-federated = 聯合身分使用者
help-user-types-federated-text = 您會用公司自己的登入方式登入，在這裡沒有密碼。這個系統目前沒有連接任何其他登入服務。
help-user-types-builder = 個人設定檔
help-user-types-builder-text = 屬於您個人而不屬於帳戶的設定檔。這個系統目前還沒有提供。

given-field = 您拿到的登入資訊是什麼？
given-hint = 電子郵件地址、帳戶 ID、名稱或網址。我們只看格式，不會查詢任何資料。
given-act = 告訴我怎麼登入
given-go = 以根使用者身分繼續
given-email-title = 電子郵件地址：屬於根使用者
given-email = 根使用者用建立帳戶時的電子郵件地址登入。如果帳戶是別人建立的，請向對方要求存取權。
given-account-title = 帳戶：屬於 IAM 使用者
given-account = IAM 使用者有帳戶 ID 或帳戶的別名、使用者名稱和密碼。這個系統目前還沒有 IAM 使用者，請詢問帳戶的擁有者。如果帳戶是您自己建立的，請用它的電子郵件地址登入。
given-portal-title = 組織的入口網站
given-portal = 組織目錄中的使用者從入口網站登入。這個系統目前還沒有入口網站，請詢問給您網址的人。
given-name-title = 帳戶或入口網站的名稱
given-name = 這兩種登入方式，這個系統目前都還沒有，請詢問給您名稱的人。如果帳戶是您自己建立的，請用它的電子郵件地址登入。
given-unclear-title = 從這裡看不出來
given-unclear = 請對照下面的使用者類型，或詢問給您存取權的人。

help-recovery-contacts = 復原聯絡人
help-recovery-contacts-lead = 您事先指定的人。遺失裝置時，其中兩位一起就能代替電話。
help-recovery-contacts-name = 指定聯絡人
help-recovery-contacts-name-text =
    請至少指定 { $contacts } 位您不靠這個帳戶也聯絡得到的人，每位都要有只有本人會看的信箱。最多可以指定 { $contacts-most } 位。
    我們會用郵件邀請每一位。對方會看到您的帳戶 ID 和一部分電子郵件地址，看不到帳戶名稱。
    每一位在接受 { $steady-days } 天後才算數，因此請在需要之前就指定。帳戶的所有聯絡方式都會收到通知。
    如果邀請郵件遺失，可以從清單再寄一次。
help-recovery-contacts-use = 請他們幫忙
help-recovery-contacts-use-text =
    用電子郵件地址和密碼登入，選擇「{ sign-in-troubleshoot }」，並驗證帳戶的電子郵件地址。
    選擇「{ recovery-people-instead }」，我們會用郵件詢問他們。
    打電話給他們，或當面告訴他們頁面上的兩個詞。
    有 { $contacts } 位確認之後，需等待 { $wait-hours } 小時。帳戶的聯絡方式會收到通知，可以中止復原。
help-recovery-contacts-none = 沒有人可以詢問
help-recovery-contacts-none-text = 接受邀請的不到 { $contacts } 位、接受後還不滿 { $steady-days } 天，或此系統的維運人員已關閉這種方式。請改用其他裝置、備用復原碼或電話。
help-recovery-contacts-invited = 有人請我擔任復原聯絡人
help-recovery-contacts-invited-text =
    請先和對方說話，確定是誰請您幫忙，再接受。
    您不會因此能存取帳戶，也不需要有自己的帳戶。透過邀請郵件的連結，隨時可以不再擔任。
help-recovery-contacts-asked = 有人問我是不是真的是他
help-recovery-contacts-asked-text =
    請當面、或由您自己撥打已知的號碼和他說話。不要透過郵件或聊天軟體，也不要相信打來的電話。
    核對兩個詞。只有在您認得聲音或面孔、而且兩個詞相同時，才確認。
    有疑問時，請回答您不知道這件事。這不會把任何人鎖在外面，我們會警告這個帳戶。

help-words = 頁面上的用語
help-words-lead = 這些詞在這裡的意思。
help-words-account = 帳戶
help-words-account-text = 收納相關的內容，有名稱、12 位數字的帳戶 ID，以及一個根使用者。
help-words-root = 根使用者
help-words-root-text = 建立帳戶的人。根使用者憑證就是帳戶的電子郵件地址和密碼，再加上 MFA 裝置；它可以在帳戶中做任何事。
help-words-user = 使用者
help-words-user-text = 用自己的憑證登入的人或程式。
help-words-administrator = 管理員
help-words-administrator-text = 管理其他使用者、能協助他們登入的人。在這裡，目前就是此系統的維運人員。
help-words-credentials = 憑證
help-words-credentials-text = 用來證明是您本人的東西：密碼、MFA 裝置、備用復原碼。
help-words-corporate = 公司憑證
help-words-corporate-text = 您公司自己的登入憑證。這個系統目前還不接受。
help-words-profile = 設定檔
help-words-profile-text = 關於一個人的資料：姓名、地址、電話號碼。在這裡，就是帳戶頁面顯示的內容。
help-words-code = 驗證碼
help-words-code-text = 我們寄給您的數字。請在等待的頁面輸入，只能使用一次。

reach-title = 所有內容都能通過嗎？
reach-lead = 登入只需要一部主機。請從這個瀏覽器測試它的回應是否正常，並查看網路需要允許的項目。
reach-test = 測試這個瀏覽器
reach-test-lead = 請逐項查看，不需要指令碼。
reach-again = 再測試一次
reach-ok = 正常
reach-page = 頁面
reach-page-text = 來自 { $host }。
reach-picture = 圖片
reach-picture-text = 這裡應該有一盞燈。如果沒有，表示中間有某處擋下了頁面的部分內容。
reach-cookie = Cookie
reach-cookie-kept = 您的瀏覽器會保留我們的 Cookie。
reach-cookie-none = 還沒有
reach-cookie-text = 請再測試一次。如果這一行沒有改變，請允許此網站使用 Cookie。
reach-secure = 加密
reach-secure-yes = 連線已加密（HTTPS）。
reach-secure-none = 沒有
reach-secure-trial = 試用伺服器只在本機回應，沒有加密。
reach-clock = 我們的時鐘
reach-clock-text = 請與安裝驗證器應用程式的裝置對照：相差 30 秒，代碼就可能被拒絕。
reach-from = 您的連線來自
reach-hosts = 需要允許的項目
reach-hosts-lead = 給管理您網路或郵件的人。所有根使用者需要的都相同。
reach-host = 頁面、圖片和聲音
reach-host-text = TCP 連接埠 { $port }。不會從其他主機載入任何內容。
reach-sender = 郵件寄件者
reach-elsewhere = 如果登入頁面完全打不開，請換一個網路試試，並把這一頁給管理您網路的人看。

help-support = 支援案件
help-support-lead = 信箱或電話遺失，而且沒有其他方法時，可以由維運人員更換該項聯絡方式。過程刻意緩慢：所有相關的人都會接到通知，並且可以中止。
help-support-which = 我無法使用信箱，或什麼都沒有了
help-support-which-text =
    只有信箱無法使用：用密碼和裝置登入，不需要郵件，然後變更帳戶的地址。
    只是忘記密碼：請我們寄送連結。只是沒有裝置：使用備用復原碼、其他裝置，或進行復原。
    信箱和密碼都沒有了，或沒有那個信箱就無法登入：請提出支援案件。案件只會更換那一項聯絡方式。
    電話和號碼都沒有了：用裝置登入，然後填寫另一個號碼。無法登入的話，請為此提出支援案件；信箱必須還能使用。
    什麼都沒有了：請先找找寫在紙上的備用復原碼，以及仍是登入狀態的瀏覽器，再提出支援案件。
help-support-form = 如何提出
help-support-form-text =
    請先試試其他方法：比較快，也不需要有人查看您的身分。
    提出支援案件，填寫帳戶的地址、遺失的項目，以及要取代的聯絡方式。
    請保存案件的連結：透過它可以查看案件的狀態，也可以撤回。
help-support-way = 接下來會發生什麼事
help-support-way-text =
    一位維運人員會確認您的身分，並記錄確認的方式。
    由另一位維運人員核准，或拒絕案件。
    在至少 { $support-days } 天內，會多次通知帳戶的聯絡方式，收件人可以中止案件。使用已註冊的 MFA 裝置登入也會中止。
    之後會更換該項聯絡方式，接著就可以使用一般的方法：透過郵件設定新密碼，或進行復原。
    如果什麼都沒有了，等待時間會更長；之後提出者可以登入，一天之內工作階段能做的事很少。
help-support-cannot = 支援人員不能做的事
help-support-cannot-text =
    無論任何理由，支援人員都不能查看或設定密碼、MFA 裝置或代碼。
    支援人員不會告訴任何人帳戶 ID 或登入地址，也只談論所詢問的帳戶。
    支援沒有電話號碼。打電話給您並自稱支援人員的，都不是。
help-support-lock = 之後另一項聯絡方式會鎖定
help-support-lock-text = 更換聯絡方式之後的 { $lock-days } 天內，不能變更另一項，以免有人先後取得兩者。

help-privacy = 隱私權
help-privacy-lead = 這項服務保存哪些關於您的資料，以及為什麼。
help-privacy-kept = 保存的資料
help-privacy-kept-text = 帳戶的名稱、電子郵件地址和電話號碼，以及您裝置的名稱。密碼和備用復原碼只以無法還原的形式保存；您的驗證器應用程式與我們共用的內容會加密保存。
help-privacy-log = 事件紀錄
help-privacy-log-text = 登入、復原和變更都會記錄時間、網路位址和瀏覽器，以便發現濫用。紀錄中絕對不會有密碼和代碼。
help-privacy-cookies = Cookie
help-privacy-cookies-text = 只有登入需要的 Cookie：一個用來識別瀏覽器，一個用於工作階段，一個讓我們在 90 天內認得您的瀏覽器，另外記住您選擇的語言和時區。沒有其他公司會得知您的造訪，也不會從其他地方載入任何內容。
help-privacy-ask = 詢問您的資料
help-privacy-ask-text = 此系統由其維運人員負責：您可以詢問他們保存了哪些關於您的資料，或要求更正、刪除。

help-outbox = 試用模式的寄件匣
help-outbox-lead = 試用模式下，資料不會離開這部機器：郵件和電話都會送到寄件匣。
help-outbox-open = 開啟寄件匣
help-outbox-open-text = 請使用伺服器啟動時顯示的連結。連結中含有金鑰，因此這部機器上的其他人無法看到您的驗證碼；請完整複製。
help-outbox-call = 接聽電話
help-outbox-call-text = 有來電時，寄件匣裡的電話會響。請接聽、聽語音說明，並在按鍵上輸入數字；您也可以拒接，或設為忙線。
help-outbox-real = 沒有寄件匣
help-outbox-real-text = 如果郵件和電話是真正送出的，就沒有寄件匣：請查看您自己的信箱，並等候您自己的電話響起。

help-operator = 維運人員
help-operator-lead = 在此系統中處理支援案件的人。他們在專用的頁面登入。
help-operator-sign-in = 無法登入
help-operator-sign-in-text = 地址、密碼和代碼會一起檢查，頁面不會說明是哪一項有誤。代碼只能使用一次，而且裝置的時鐘必須正確。如果有人在別處輸入錯誤太多次，您曾經登入過的瀏覽器仍然可以使用。
help-operator-set-up = 設定連結
help-operator-set-up-text = 只能使用一次，30 分鐘內有效。由能在主機上執行命令的人產生新的連結；無法要求郵寄。
help-operator-approve = 核准案件
help-operator-approve-text = 由兩位維運人員共同決定：第二位不是開啟案件的人，在最近 10 分鐘內使用過裝置，兩人在最近 30 天內沒有互相授予權限，也都不屬於該帳戶。
help-operator-change = 變更過的設定
help-operator-change-text = 每次啟動時，都會比對承載或保護復原的設定。變更之後，至少一天內，且在變更前就已經是維運人員的人核准之前，復原都不會使用。如果不是你們的變更，請在頁面上說明：還原成原本的設定之前，會一直暫停。
help-operator-power = 維運人員做不到的事
help-operator-power-text = 他們看不到帳戶的任何密碼、裝置、代碼或金鑰，也無法設定。
