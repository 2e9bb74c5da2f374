# Arabic, formal. Plurals: 1 and 2 are words without a number, 3–10, 11–99.

titled = { $title } – { $name }

login-title = رمز تسجيل الدخول
login-intro = يُرجى إدخال هذا الرمز لتسجيل الدخول:
login-unasked = إذا لم تحاول تسجيل الدخول، فيُرجى تجاهل هذه الرسالة. ومن باب الاحتياط، يُرجى تغيير كلمة المرور.

verification-title = رمز التحقق
verification-intro = يُرجى إدخال هذا الرمز للمتابعة:
verification-unasked = إذا لم تطلب هذا الرمز، فيُرجى تجاهل هذه الرسالة.

password-reset-title = رمز إعادة تعيين كلمة المرور
password-reset-intro = يُرجى إدخال هذا الرمز لاختيار كلمة مرور جديدة:
password-reset-unasked = إذا لم تطلب كلمة مرور جديدة، فيُرجى تجاهل هذه الرسالة. ستبقى كلمة المرور دون تغيير.

transaction-title = رمز تأكيد المعاملة
transaction-intro = يُرجى إدخال هذا الرمز لتأكيد المعاملة:
transaction-unasked = إذا لم تبدأ هذه المعاملة، فلا تُدخل الرمز وتواصل معنا فورًا.

valid-minutes = { $count ->
    [one] هذا الرمز صالح لمدة دقيقة واحدة.
    [two] هذا الرمز صالح لمدة دقيقتين.
    [few] هذا الرمز صالح لمدة { $count } دقائق.
   *[other] هذا الرمز صالح لمدة { $count } دقيقة.
}
valid-seconds = { $count ->
    [one] هذا الرمز صالح لمدة ثانية واحدة.
    [two] هذا الرمز صالح لمدة ثانيتين.
    [few] هذا الرمز صالح لمدة { $count } ثوانٍ.
   *[other] هذا الرمز صالح لمدة { $count } ثانية.
}
or-link = أو افتح هذا الرابط:
never-share = لا تشارك هذا الرمز مع أي شخص أبدًا. لن نطلبه منك مطلقًا.

login-text = رمز تسجيل الدخول: { $code }
verification-text = رمز التحقق: { $code }
password-reset-text = رمز إعادة تعيين كلمة المرور: { $code }
transaction-text = رمز تأكيد المعاملة: { $code }
text-for = { $text } ({ $name })
text-never-share = { $text }. لا تشاركه مع أحد.

call-language = ar-AE
call-hello = مرحبًا.
call-hello-from = مرحبًا، معك { $name }.
login-call = رمز تسجيل الدخول هو: { $code }.
verification-call = رمز التحقق هو: { $code }.
password-reset-call = رمز إعادة تعيين كلمة المرور هو: { $code }.
transaction-call = رمز تأكيد المعاملة هو: { $code }.
call-again = أكرر: { $code }.

page-ask-title = ما عنوان بريدك الإلكتروني؟
page-ask = سنرسل إليه رمزًا.
page-address = البريد الإلكتروني
page-ask-title-phone = ما رقم هاتفك؟
page-ask-phone = سنرسل رمزًا إلى هذا الرقم.
page-number = رقم الهاتف
page-either = البريد الإلكتروني أو رقم الهاتف
page-send = إرسال الرمز
page-title = أدخل الرمز
page-sent-to = أرسلنا رمزًا إلى { $to }.
page-from = تصل الرسالة من { $from }.
page-spam = إذا لم تجدها، فابحث في مجلد الرسائل غير المرغوب فيها.
page-texted = أرسلنا رسالة نصية إلى { $to }.
page-calling = نتصل الآن بالرقم { $to }.
page-sent-over = أرسلنا رمزًا إلى { $to } عبر { $app }.
page-code = الرمز
page-code-digits = رمز من { $count } أرقام
page-submit = متابعة
page-attempts = المحاولات المتبقية: { $count }
page-time-left = الوقت المتبقي: { $time }
page-pause = يرجى الانتظار { $time } قبل المتابعة.
page-resend = إرسال الرمز مرة أخرى
page-resend-in = يمكنك إرساله مرة أخرى بعد { $time }.
page-text-instead = إرساله في رسالة نصية بدلًا من ذلك
page-call-instead = تلقي الرمز بمكالمة بدلًا من ذلك
page-app-instead = إرساله عبر { $app } بدلًا من ذلك
page-wrong-address = هل العنوان خاطئ؟
page-wrong-number = هل الرقم خاطئ؟
page-other-address = استخدام عنوان آخر
page-other-number = استخدام رقم آخر
page-failed = تعذّر تسليم الرسالة.
page-wrong = هذا الرمز خاطئ.
page-not-a-code = هذا ليس رمزًا. يُرجى مراجعة الرسالة؛ لم تُحتسب هذه محاولة.
page-not-an-address = هذا ليس عنوان بريد إلكتروني.
page-not-a-number = هذا ليس رقم هاتف. يُرجى كتابته مع علامة + ورمز البلد.
page-not-either = هذا ليس عنوان بريد إلكتروني ولا رقم هاتف مع علامة + ورمز البلد.
page-not-there = لا يمكننا إرسال رمز إلى هذا الرقم حاليًا.
page-sent-again = الرمز في طريقه إليك مرة أخرى.
page-later = لم ينجح ذلك الآن. يُرجى الانتظار قليلًا ثم المحاولة مرة أخرى.
page-done = تم. يمكنك إغلاق هذه الصفحة.
page-used = استُخدم هذا الرمز من قبل.
page-expired = انتهت صلاحية هذا الرمز.
page-exhausted = لم تتبقَّ أي محاولات.
page-canceled = أُلغي هذا الرمز.
page-start-again = يُرجى العودة إلى التطبيق وطلب رمز جديد.
page-unknown = هذا الرابط غير صالح.
page-back = العودة إلى التطبيق

enrol-title = إعداد تطبيق المصادقة
enrol-scan = امسح هذا الرمز بتطبيق مصادقة على هاتفك.
enrol-picture = رمز QR لتطبيق المصادقة
enrol-open = الفتح في تطبيق على هذا الجهاز
enrol-type = أو اكتب هذا المفتاح في التطبيق:
enrol-code = الرمز الذي يعرضه التطبيق
enrol-not-a-code = هذا ليس رمزًا من التطبيق. لم تُحتسب هذه محاولة.
enrol-done = تم إعداد تطبيق المصادقة
enrol-keep = احتفظ برموز الاسترداد هذه في مكان آمن. إذا فقدت التطبيق، يصلح كل منها مرة واحدة. لن تظهر إلا الآن.
enrol-over = انتهى الوقت المخصص لإعداد التطبيق
