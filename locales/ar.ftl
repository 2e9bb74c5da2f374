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
never-share = لا تشارك هذا الرمز مع أي شخص أبدًا. لن نطلبه منك مطلقًا.
