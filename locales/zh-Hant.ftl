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
never-share = 請勿將此驗證碼告知任何人。我們絕不會向您索取驗證碼。
