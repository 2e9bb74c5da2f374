# Chinese, simplified characters, formal address (您).

titled = 【{ $name }】{ $title }

login-title = 登录验证码
login-intro = 请输入以下验证码完成登录：
login-unasked = 如非您本人尝试登录，请忽略此邮件。为安全起见，建议您修改密码。

verification-title = 您的验证码
verification-intro = 请输入以下验证码以继续：
verification-unasked = 如非您本人申请此验证码，请忽略此邮件。

password-reset-title = 重置密码验证码
password-reset-intro = 请输入以下验证码以设置新密码：
password-reset-unasked = 如非您本人申请重置密码，请忽略此邮件，您的密码不会改变。

transaction-title = 交易确认验证码
transaction-intro = 请输入以下验证码以确认交易：
transaction-unasked = 如非您本人发起此交易，请勿输入验证码，并立即与我们联系。

valid-minutes = 验证码有效期为 { $count } 分钟。
valid-seconds = 验证码有效期为 { $count } 秒。
or-link = 或打开此链接：
never-share = 请勿向任何人透露此验证码。我们绝不会向您索要验证码。

login-text = { $code } 是您的登录验证码。
verification-text = { $code } 是您的验证码。
password-reset-text = { $code } 是您的重置密码验证码。
transaction-text = { $code } 是您的交易确认验证码。
text-for = 【{ $name }】{ $text }
text-never-share = { $text }请勿告知他人。

call-language = zh-CN
call-hello = 您好。
call-hello-from = 您好，这里是{ $name }。
login-call = 您的登录验证码是：{ $code }。
verification-call = 您的验证码是：{ $code }。
password-reset-call = 您的重置密码验证码是：{ $code }。
transaction-call = 您的交易确认验证码是：{ $code }。
call-again = 再说一遍：{ $code }。

page-ask-title = 请输入您的电子邮箱
page-ask = 我们将向该邮箱发送验证码。
page-address = 电子邮箱
page-ask-title-phone = 请输入您的电话号码
page-ask-phone = 我们将向该号码发送验证码。
page-number = 电话号码
page-either = 电子邮箱或电话号码
page-send = 发送验证码
page-title = 输入验证码
page-sent-to = 我们已将验证码发送至 { $to }。
page-from = 邮件来自 { $from }。
page-spam = 如果没有找到，请查看垃圾邮件文件夹。
page-texted = 我们已向 { $to } 发送短信。
page-calling = 我们正在拨打 { $to }。
page-sent-over = 我们已通过 { $app } 将验证码发送至 { $to }。
page-code = 验证码
page-code-digits = { $count } 位验证码
page-submit = 继续
page-attempts = 剩余尝试次数：{ $count }
page-time-left = 剩余时间：{ $time }
page-pause = 请等待 { $time } 后再继续。
page-resend = 重新发送验证码
page-resend-in = { $time } 后可重新发送。
page-text-instead = 改用短信发送
page-call-instead = 改用电话接收
page-app-instead = 改用 { $app } 发送
page-wrong-address = 地址有误？
page-wrong-number = 号码有误？
page-other-address = 使用其他地址
page-other-number = 使用其他号码
page-failed = 消息未能送达。
page-wrong = 验证码错误。
page-not-a-code = 这不是验证码。请再次查看消息；本次不计入尝试次数。
page-not-an-address = 这不是电子邮箱地址。
page-not-a-number = 这不是电话号码。请以 + 和国家代码开头输入。
page-not-either = 这既不是电子邮箱地址，也不是以 + 和国家代码开头的电话号码。
page-not-there = 目前无法向该号码发送验证码。
page-sent-again = 验证码已重新发送。
page-later = 暂时未能完成。请稍候再试。
page-done = 已完成。您可以关闭此页面。
page-used = 此验证码已被使用。
page-expired = 此验证码已过期。
page-exhausted = 尝试次数已用完。
page-canceled = 此验证码已取消。
page-start-again = 请返回应用并重新获取验证码。
page-unknown = 此链接无效。
page-back = 返回应用

enrol-title = 设置您的身份验证器应用
enrol-scan = 请用手机上的身份验证器应用扫描此二维码。
enrol-picture = 身份验证器应用的二维码
enrol-open = 在此设备的应用中打开
enrol-type = 或在应用中输入此密钥：
enrol-code = 应用显示的验证码
enrol-not-a-code = 这不是应用的验证码。这次不计入尝试次数。
enrol-done = 您的身份验证器应用已设置完成
enrol-keep = 请将这些恢复代码保存在安全的地方。如果您丢失了应用，每个代码可使用一次。它们只在此时显示。
enrol-over = 设置应用的时间已过
