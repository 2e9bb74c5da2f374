# Persian, formal. A noun stays singular after a number.

titled = { $title } – { $name }

login-title = کد ورود شما
login-intro = برای ورود، این کد را وارد کنید:
login-unasked = اگر شما برای ورود اقدام نکرده‌اید، لطفاً این پیام را نادیده بگیرید. برای اطمینان، گذرواژهٔ خود را تغییر دهید.

verification-title = کد تأیید شما
verification-intro = برای ادامه، این کد را وارد کنید:
verification-unasked = اگر شما این کد را درخواست نکرده‌اید، لطفاً این پیام را نادیده بگیرید.

password-reset-title = کد بازنشانی گذرواژه
password-reset-intro = برای انتخاب گذرواژهٔ جدید، این کد را وارد کنید:
password-reset-unasked = اگر شما گذرواژهٔ جدید درخواست نکرده‌اید، لطفاً این پیام را نادیده بگیرید. گذرواژهٔ شما تغییری نمی‌کند.

transaction-title = کد تأیید تراکنش
transaction-intro = برای تأیید تراکنش، این کد را وارد کنید:
transaction-unasked = اگر شما این تراکنش را آغاز نکرده‌اید، کد را وارد نکنید و فوراً با ما تماس بگیرید.

valid-minutes = این کد به مدت { $count } دقیقه معتبر است.
valid-seconds = این کد به مدت { $count } ثانیه معتبر است.
or-link = یا این پیوند را باز کنید:
never-share = هرگز این کد را در اختیار کسی قرار ندهید. ما هیچ‌گاه آن را از شما نخواهیم خواست.

login-text = کد ورود: { $code }
verification-text = کد تأیید: { $code }
password-reset-text = کد بازنشانی گذرواژه: { $code }
transaction-text = کد تأیید تراکنش: { $code }
text-for = { $text } ({ $name })
text-never-share = { $text }. آن را به کسی ندهید.

# No voice speaks Persian yet, so calls are in English. These words wait for one.
call-language = en-US
call-hello = سلام.
call-hello-from = سلام، از طرف { $name } تماس می‌گیریم.
login-call = کد ورود شما: { $code }.
verification-call = کد تأیید شما: { $code }.
password-reset-call = کد بازنشانی گذرواژهٔ شما: { $code }.
transaction-call = کد تأیید تراکنش شما: { $code }.
call-again = تکرار می‌کنم: { $code }.

page-ask-title = نشانی رایانامهٔ شما چیست؟
page-ask = کدی به آن می‌فرستیم.
page-address = نشانی رایانامه
page-ask-title-phone = شمارهٔ تلفن شما چیست؟
page-ask-phone = کدی به این شماره می‌فرستیم.
page-number = شمارهٔ تلفن
page-either = نشانی رایانامه یا شمارهٔ تلفن
page-send = ارسال کد
page-title = کد خود را وارد کنید
page-sent-to = کدی به { $to } فرستادیم.
page-from = این پیام از { $from } می‌آید.
page-spam = اگر آن را پیدا نکردید، پوشهٔ هرزنامه را ببینید.
page-texted = پیامکی به { $to } فرستادیم.
page-calling = در حال تماس با { $to } هستیم.
page-sent-over = کدی از راه { $app } به { $to } فرستادیم.
page-code = کد
page-code-digits = کد { $count } رقمی
page-submit = ادامه
page-attempts = تلاش‌های باقی‌مانده: { $count }
page-time-left = زمان باقی‌مانده: { $time }
page-pause = لطفاً پیش از ادامه { $time } صبر کنید.
page-resend = ارسال دوبارهٔ کد
page-resend-in = می‌توانید پس از { $time } دوباره آن را بفرستید.
page-text-instead = ارسال با پیامک
page-call-instead = دریافت با تماس تلفنی
page-app-instead = ارسال از راه { $app }
page-wrong-address = نشانی اشتباه است؟
page-wrong-number = شماره اشتباه است؟
page-other-address = استفاده از نشانی دیگر
page-other-number = استفاده از شمارهٔ دیگر
page-failed = پیام تحویل داده نشد.
page-wrong = این کد نادرست است.
page-not-a-code = این یک کد نیست. لطفاً دوباره به پیام نگاه کنید؛ این یک تلاش به شمار نیامد.
page-not-an-address = این نشانی رایانامه نیست.
page-not-a-number = این شمارهٔ تلفن نیست. لطفاً آن را با + و پیش‌شمارهٔ کشور بنویسید.
page-not-either = این نه نشانی رایانامه است و نه شمارهٔ تلفنی با + و پیش‌شمارهٔ کشور.
page-not-there = اکنون نمی‌توانیم به این شماره کد بفرستیم.
page-sent-again = کد دوباره در راه است.
page-later = اکنون انجام نشد. لطفاً کمی صبر کنید و دوباره امتحان کنید.
page-done = انجام شد. می‌توانید این صفحه را ببندید.
page-used = از این کد پیش‌تر استفاده شده است.
page-expired = این کد منقضی شده است.
page-exhausted = تلاشی باقی نمانده است.
page-canceled = این کد لغو شده است.
page-start-again = به برنامه بازگردید و کد تازه‌ای درخواست کنید.
page-unknown = این پیوند معتبر نیست.
page-back = بازگشت به برنامه

enrol-title = راه‌اندازی برنامهٔ احراز هویت
enrol-scan = این کد را با یک برنامهٔ احراز هویت روی تلفن خود اسکن کنید.
enrol-picture = کد QR برای برنامهٔ احراز هویت
enrol-open = باز کردن در برنامه‌ای روی این دستگاه
enrol-type = یا این کلید را در برنامه وارد کنید:
enrol-code = کدی که برنامه نشان می‌دهد
enrol-not-a-code = این کد برنامه نیست. این تلاش به حساب نیامد.
enrol-done = برنامهٔ احراز هویت شما راه‌اندازی شد
enrol-keep = این کدهای بازیابی را در جایی امن نگه دارید. اگر برنامه را از دست بدهید، هر کدام یک بار کار می‌کند. فقط اکنون نشان داده می‌شوند.
enrol-over = زمان راه‌اندازی برنامه به پایان رسید
