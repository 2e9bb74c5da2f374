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
or-link = または次のリンクを開いてください：
never-share = この認証コードは絶対に他の人に教えないでください。当社からお尋ねすることは一切ありません。

login-text = { $code } がログイン用の認証コードです。
verification-text = { $code } が認証コードです。
password-reset-text = { $code } がパスワード再設定用の認証コードです。
transaction-text = { $code } がお取引確認用の認証コードです。
text-for = 【{ $name }】{ $text }
text-never-share = { $text }他人に教えないでください。

call-language = ja-JP
call-hello = 認証コードをお知らせいたします。
call-hello-from = こちらは{ $name }です。
login-call = ログイン用の認証コードは、{ $code } です。
verification-call = 認証コードは、{ $code } です。
password-reset-call = パスワード再設定用の認証コードは、{ $code } です。
transaction-call = お取引確認用の認証コードは、{ $code } です。
call-again = 繰り返します。{ $code } です。

page-ask-title = メールアドレスの入力
page-ask = 認証コードをお送りします。
page-address = メールアドレス
page-ask-title-phone = 電話番号の入力
page-ask-phone = この番号に認証コードをお送りします。
page-number = 電話番号
page-either = メールアドレスまたは電話番号
page-send = コードを送信
page-title = 認証コードの入力
page-sent-to = { $to } に認証コードを送信しました。
page-from = 送信元は { $from } です。
page-spam = 見つからない場合は、迷惑メールフォルダをご確認ください。
page-texted = { $to } にショートメッセージを送信しました。
page-calling = { $to } に電話をおかけしています。
page-sent-over = { $app } で { $to } に認証コードを送信しました。
page-code = 認証コード
page-code-digits = { $count }桁の認証コード
page-submit = 続行
page-attempts = 残りの試行回数: { $count }
page-time-left = 残り時間: { $time }
page-pause = 続行する前に { $time } お待ちください。
page-resend = コードを再送信
page-resend-in = { $time } 後に再送信できます。
page-text-instead = ショートメッセージで受け取る
page-call-instead = 電話で受け取る
page-app-instead = { $app } で受け取る
page-wrong-address = 宛先が違いますか？
page-wrong-number = 番号が違いますか？
page-other-address = 別のアドレスを使う
page-other-number = 別の番号を使う
page-failed = メッセージを配信できませんでした。
page-wrong = 認証コードが正しくありません。
page-not-a-code = 認証コードではありません。メッセージをもう一度ご確認ください。試行回数には数えられていません。
page-not-an-address = メールアドレスではありません。
page-not-a-number = 電話番号ではありません。+ と国番号を付けてご入力ください。
page-not-either = メールアドレスでも、+ と国番号の付いた電話番号でもありません。
page-not-there = 現在、この番号には認証コードをお送りできません。
page-sent-again = 認証コードを再送信しました。
page-later = 現在処理できませんでした。しばらく待ってから、もう一度お試しください。
page-done = 完了しました。このページを閉じてかまいません。
page-used = この認証コードは使用済みです。
page-expired = この認証コードは有効期限が切れています。
page-exhausted = 試行回数の上限に達しました。
page-canceled = この認証コードは取り消されました。
page-start-again = アプリに戻り、新しい認証コードを請求してください。
page-unknown = このリンクは無効です。
page-back = アプリに戻る

enrol-title = 認証アプリの設定
enrol-scan = スマートフォンの認証アプリでこのコードを読み取ってください。
enrol-picture = 認証アプリ用の QR コード
enrol-open = この端末のアプリで開く
enrol-type = または、このキーをアプリに入力してください:
enrol-code = アプリに表示されるコード
enrol-not-a-code = これはアプリのコードではありません。試行回数には数えられていません。
enrol-done = 認証アプリの設定が完了しました
enrol-keep = これらのリカバリーコードを安全な場所に保管してください。アプリを失ったとき、それぞれ 1 回だけ使えます。表示されるのは今だけです。
enrol-over = アプリを設定できる時間が過ぎました
