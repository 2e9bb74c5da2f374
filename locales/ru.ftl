# Russian, formal address (вы), plurals: 1 and 21, 2–4, 5 and more.

titled = { $title } – { $name }

login-title = Код для входа
login-intro = Введите этот код, чтобы войти:
login-unasked = Если вы не пытались войти, не обращайте внимания на это сообщение. На всякий случай смените пароль.

verification-title = Код подтверждения
verification-intro = Введите этот код, чтобы продолжить:
verification-unasked = Если вы не запрашивали этот код, не обращайте внимания на это сообщение.

password-reset-title = Код для сброса пароля
password-reset-intro = Введите этот код, чтобы задать новый пароль:
password-reset-unasked = Если вы не запрашивали новый пароль, не обращайте внимания на это сообщение. Ваш пароль останется прежним.

transaction-title = Код для подтверждения операции
transaction-intro = Введите этот код, чтобы подтвердить операцию:
transaction-unasked = Если вы не начинали эту операцию, не вводите код и немедленно свяжитесь с нами.

valid-minutes = { $count ->
    [one] Срок действия кода: { $count } минута.
    [few] Срок действия кода: { $count } минуты.
   *[many] Срок действия кода: { $count } минут.
}
valid-seconds = { $count ->
    [one] Срок действия кода: { $count } секунда.
    [few] Срок действия кода: { $count } секунды.
   *[many] Срок действия кода: { $count } секунд.
}
or-link = Или откройте эту ссылку:
never-share = Никогда и никому не сообщайте этот код. Мы никогда его у вас не спросим.

login-text = { $code } — код для входа.
verification-text = { $code } — код подтверждения.
password-reset-text = { $code } — код для сброса пароля.
transaction-text = { $code } — код подтверждения операции.
text-for = { $name }: { $text }
text-never-share = { $text } Никому его не сообщайте.

call-language = ru-RU
call-hello = Здравствуйте.
call-hello-from = Здравствуйте, вам звонит { $name }.
login-call = Ваш код для входа: { $code }.
verification-call = Ваш код подтверждения: { $code }.
password-reset-call = Ваш код для сброса пароля: { $code }.
transaction-call = Ваш код для подтверждения операции: { $code }.
call-again = Повторяю: { $code }.

page-ask-title = Введите адрес электронной почты
page-ask = Мы отправим на него код.
page-address = Адрес электронной почты
page-ask-title-phone = Введите номер телефона
page-ask-phone = Мы отправим код на этот номер.
page-number = Номер телефона
page-either = Адрес электронной почты или номер телефона
page-send = Отправить код
page-title = Введите код
page-sent-to = Мы отправили код на адрес { $to }.
page-from = Письмо придёт с адреса { $from }.
page-spam = Если вы его не видите, посмотрите в папке «Спам».
page-texted = Мы отправили СМС на номер { $to }.
page-calling = Мы звоним на номер { $to }.
page-sent-over = Мы отправили код на номер { $to } через { $app }.
page-code = Код
page-code-digits = Код из { $count } цифр
page-submit = Продолжить
page-attempts = Осталось попыток: { $count }
page-time-left = Осталось времени: { $time }
page-pause = Подождите { $time }, прежде чем продолжить.
page-resend = Отправить код ещё раз
page-resend-in = Отправить ещё раз можно через { $time }.
page-text-instead = Отправить по СМС
page-call-instead = Получить код по телефону
page-app-instead = Отправить через { $app }
page-wrong-address = Неверный адрес?
page-wrong-number = Неверный номер?
page-other-address = Указать другой адрес
page-other-number = Указать другой номер
page-failed = Не удалось доставить сообщение.
page-wrong = Этот код неверен.
page-not-a-code = Это не код. Посмотрите сообщение ещё раз; попытка не засчитана.
page-not-an-address = Это не адрес электронной почты.
page-not-a-number = Это не номер телефона. Укажите его с + и кодом страны.
page-not-either = Это не адрес электронной почты и не номер телефона с + и кодом страны.
page-not-there = Сейчас мы не можем отправить код на этот номер.
page-sent-again = Код отправлен ещё раз.
page-later = Сейчас не получилось. Подождите немного и попробуйте ещё раз.
page-done = Готово. Эту страницу можно закрыть.
page-used = Этот код уже использован.
page-expired = Срок действия этого кода истёк.
page-exhausted = Попыток не осталось.
page-canceled = Этот код отменён.
page-start-again = Вернитесь в приложение и запросите новый код.
page-unknown = Эта ссылка недействительна.
page-back = Вернуться в приложение

enrol-title = Настройте приложение для аутентификации
enrol-scan = Отсканируйте этот код приложением для аутентификации на телефоне.
enrol-picture = QR-код для приложения для аутентификации
enrol-open = Открыть в приложении на этом устройстве
enrol-type = Или введите этот ключ в приложении:
enrol-code = Код, который показывает приложение
enrol-not-a-code = Это не код из приложения. Попытка не засчитана.
enrol-done = Приложение для аутентификации настроено
enrol-keep = Храните эти коды восстановления в надёжном месте. Если вы потеряете приложение, каждый из них сработает один раз. Они показаны только сейчас.
enrol-over = Время на настройку приложения истекло
