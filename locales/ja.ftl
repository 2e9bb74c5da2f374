# Japanese, polite (です・ます).

titled = 【{ $name }】{ $title }

login-title = ログイン用認証コード
login-intro = ログインするには、次の認証コードを入力してください。
login-unasked = ログインにお心当たりがない場合は、このメールを破棄してください。念のため、パスワードの変更をお勧めいたします。

verification-title = 認証コードのお知らせ
verification-intro = 続行するには、次の認証コードを入力してください。
verification-unasked = このコードにお心当たりがない場合は、このメールを破棄してください。

password-reset-title = パスワード再設定用認証コード
password-reset-intro = 新しいパスワードを設定するには、次の認証コードを入力してください。
password-reset-unasked = パスワードの再設定にお心当たりがない場合は、このメールを破棄してください。パスワードは変更されません。

transaction-title = お取引確認用認証コード
transaction-intro = お取引を確認するには、次の認証コードを入力してください。
transaction-unasked = このお取引にお心当たりがない場合は、コードを入力せず、直ちに当社までご連絡ください。

valid-minutes = この認証コードの有効期間は{ $count }分です。
valid-seconds = この認証コードの有効期間は{ $count }秒です。
never-share = この認証コードは絶対に他の人に教えないでください。当社からお尋ねすることは一切ありません。
