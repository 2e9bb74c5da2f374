# Chinese, traditional characters, formal address (您).

titled = 【{ $name }】{ $title }

login-title = 登入驗證碼
login-intro = 請輸入以下驗證碼完成登入：
login-unasked = 若您並未嘗試登入，請忽略此郵件。為安全起見，建議您變更密碼。

verification-title = 您的驗證碼
verification-intro = 請輸入以下驗證碼以繼續：
verification-unasked = 若您並未要求此驗證碼，請忽略此郵件。

password-reset-title = 重設密碼驗證碼
password-reset-intro = 請輸入以下驗證碼以設定新密碼：
password-reset-unasked = 若您並未要求重設密碼，請忽略此郵件，您的密碼不會變更。

transaction-title = 交易確認驗證碼
transaction-intro = 請輸入以下驗證碼以確認交易：
transaction-unasked = 若此交易並非由您發起，請勿輸入驗證碼，並立即與我們聯絡。

valid-minutes = 驗證碼有效時間為 { $count } 分鐘。
valid-seconds = 驗證碼有效時間為 { $count } 秒。
or-link = 或開啟此連結：
never-share = 請勿將此驗證碼告知任何人。我們絕不會向您索取驗證碼。

login-text = { $code } 是您的登入驗證碼。
verification-text = { $code } 是您的驗證碼。
password-reset-text = { $code } 是您的重設密碼驗證碼。
transaction-text = { $code } 是您的交易確認驗證碼。
text-for = 【{ $name }】{ $text }
text-never-share = { $text }請勿告知他人。

call-language = zh-TW
call-hello = 您好。
call-hello-from = 您好，這裡是{ $name }。
login-call = 您的登入驗證碼是：{ $code }。
verification-call = 您的驗證碼是：{ $code }。
password-reset-call = 您的重設密碼驗證碼是：{ $code }。
transaction-call = 您的交易確認驗證碼是：{ $code }。
call-again = 再說一次：{ $code }。

page-ask-title = 請輸入您的電子郵件地址
page-ask = 我們將傳送驗證碼至該地址。
page-address = 電子郵件地址
page-ask-title-phone = 請輸入您的電話號碼
page-ask-phone = 我們將傳送驗證碼至該號碼。
page-number = 電話號碼
page-either = 電子郵件地址或電話號碼
page-send = 傳送驗證碼
page-title = 輸入驗證碼
page-sent-to = 我們已將驗證碼傳送至 { $to }。
page-from = 郵件來自 { $from }。
page-spam = 如果沒有找到，請查看垃圾郵件資料夾。
page-texted = 我們已傳送簡訊至 { $to }。
page-calling = 我們正在撥打 { $to }。
page-sent-over = 我們已透過 { $app } 將驗證碼傳送至 { $to }。
page-code = 驗證碼
page-code-digits = { $count } 位數驗證碼
page-submit = 繼續
page-attempts = 剩餘嘗試次數：{ $count }
page-time-left = 剩餘時間：{ $time }
page-pause = 請等待 { $time } 後再繼續。
page-resend = 重新傳送驗證碼
page-resend-in = { $time } 後可重新傳送。
page-text-instead = 改用簡訊傳送
page-call-instead = 改用電話接聽
page-app-instead = 改用 { $app } 傳送
page-wrong-address = 地址有誤？
page-wrong-number = 號碼有誤？
page-other-address = 使用其他地址
page-other-number = 使用其他號碼
page-failed = 訊息未能送達。
page-wrong = 驗證碼錯誤。
page-not-a-code = 這不是驗證碼。請再次查看訊息；本次不計入嘗試次數。
page-not-an-address = 這不是電子郵件地址。
page-not-a-number = 這不是電話號碼。請以 + 和國碼開頭輸入。
page-not-either = 這既不是電子郵件地址，也不是以 + 和國碼開頭的電話號碼。
page-not-there = 目前無法傳送驗證碼至該號碼。
page-sent-again = 驗證碼已重新傳送。
page-later = 暫時未能完成。請稍候再試。
page-done = 已完成。您可以關閉此頁面。
page-used = 此驗證碼已被使用。
page-expired = 此驗證碼已過期。
page-exhausted = 嘗試次數已用完。
page-canceled = 此驗證碼已取消。
page-start-again = 請返回應用程式並重新取得驗證碼。
page-unknown = 此連結無效。
page-back = 返回應用程式

enrol-title = 設定您的驗證器應用程式
enrol-scan = 請用手機上的驗證器應用程式掃描此 QR 碼。
enrol-picture = 驗證器應用程式的 QR 碼
enrol-open = 在此裝置的應用程式中開啟
enrol-type = 或在應用程式中輸入此金鑰：
enrol-code = 應用程式顯示的驗證碼
enrol-not-a-code = 這不是應用程式的驗證碼。這次不計入嘗試次數。
enrol-done = 您的驗證器應用程式已設定完成
enrol-keep = 請將這些復原碼保存在安全的地方。如果您遺失應用程式，每個碼可使用一次。它們只在此時顯示。
enrol-over = 設定應用程式的時間已過
