# Ukrainian, formal address (ви), plurals: 1 and 21, 2–4, 5 and more.

titled = { $title } – { $name }

login-title = Код для входу
login-intro = Введіть цей код, щоб увійти:
login-unasked = Якщо ви не намагалися увійти, не зважайте на це повідомлення. Про всяк випадок змініть пароль.

verification-title = Код підтвердження
verification-intro = Введіть цей код, щоб продовжити:
verification-unasked = Якщо ви не запитували цей код, не зважайте на це повідомлення.

password-reset-title = Код для скидання пароля
password-reset-intro = Введіть цей код, щоб установити новий пароль:
password-reset-unasked = Якщо ви не запитували новий пароль, не зважайте на це повідомлення. Ваш пароль залишиться без змін.

transaction-title = Код для підтвердження операції
transaction-intro = Введіть цей код, щоб підтвердити операцію:
transaction-unasked = Якщо ви не розпочинали цю операцію, не вводьте код і негайно зв’яжіться з нами.

valid-minutes = { $count ->
    [one] Термін дії коду: { $count } хвилина.
    [few] Термін дії коду: { $count } хвилини.
   *[many] Термін дії коду: { $count } хвилин.
}
valid-seconds = { $count ->
    [one] Термін дії коду: { $count } секунда.
    [few] Термін дії коду: { $count } секунди.
   *[many] Термін дії коду: { $count } секунд.
}
or-link = Або відкрийте це посилання:
never-share = Ніколи й нікому не повідомляйте цей код. Ми ніколи не запитаємо його у вас.

login-text = { $code } — код для входу.
verification-text = { $code } — код підтвердження.
password-reset-text = { $code } — код для скидання пароля.
transaction-text = { $code } — код підтвердження операції.
text-for = { $name }: { $text }
text-never-share = { $text } Нікому його не кажіть.

call-language = uk-UA
call-hello = Вітаємо.
call-hello-from = Вітаємо, вам телефонує { $name }.
login-call = Ваш код для входу: { $code }.
verification-call = Ваш код підтвердження: { $code }.
password-reset-call = Ваш код для скидання пароля: { $code }.
transaction-call = Ваш код для підтвердження операції: { $code }.
call-again = Повторюю: { $code }.

page-ask-title = Введіть адресу електронної пошти
page-ask = Ми надішлемо на неї код.
page-address = Адреса електронної пошти
page-ask-title-phone = Введіть номер телефону
page-ask-phone = Ми надішлемо код на цей номер.
page-number = Номер телефону
page-either = Адреса електронної пошти або номер телефону
page-send = Надіслати код
page-title = Введіть код
page-sent-to = Ми надіслали код на адресу { $to }.
page-from = Лист надійде з адреси { $from }.
page-spam = Якщо ви його не бачите, перегляньте папку «Спам».
page-texted = Ми надіслали СМС на номер { $to }.
page-calling = Ми телефонуємо на номер { $to }.
page-sent-over = Ми надіслали код на номер { $to } через { $app }.
page-code = Код
page-code-digits = Код із { $count } цифр
page-submit = Продовжити
page-attempts = Залишилося спроб: { $count }
page-time-left = Залишилося часу: { $time }
page-pause = Зачекайте { $time }, перш ніж продовжити.
page-resend = Надіслати код ще раз
page-resend-in = Надіслати ще раз можна через { $time }.
page-text-instead = Надіслати в СМС
page-call-instead = Отримати код телефоном
page-app-instead = Надіслати через { $app }
page-wrong-address = Неправильна адреса?
page-wrong-number = Неправильний номер?
page-other-address = Вказати іншу адресу
page-other-number = Вказати інший номер
page-failed = Не вдалося доставити повідомлення.
page-wrong = Цей код неправильний.
page-not-a-code = Це не код. Перегляньте повідомлення ще раз; спробу не зараховано.
page-not-an-address = Це не адреса електронної пошти.
page-not-a-number = Це не номер телефону. Укажіть його з + і кодом країни.
page-not-either = Це не адреса електронної пошти й не номер телефону з + і кодом країни.
page-not-there = Зараз ми не можемо надіслати код на цей номер.
page-sent-again = Код надіслано ще раз.
page-later = Зараз не вийшло. Зачекайте трохи та спробуйте ще раз.
page-done = Готово. Цю сторінку можна закрити.
page-used = Цей код уже використано.
page-expired = Термін дії цього коду минув.
page-exhausted = Спроб не залишилося.
page-canceled = Цей код скасовано.
page-start-again = Поверніться до застосунку та запросіть новий код.
page-unknown = Це посилання недійсне.
page-back = Повернутися до застосунку

enrol-title = Налаштуйте застосунок для автентифікації
enrol-scan = Відскануйте цей код застосунком для автентифікації на телефоні.
enrol-picture = QR-код для застосунку для автентифікації
enrol-open = Відкрити в застосунку на цьому пристрої
enrol-type = Або введіть цей ключ у застосунку:
enrol-code = Код, який показує застосунок
enrol-not-a-code = Це не код із застосунку. Спробу не зараховано.
enrol-done = Застосунок для автентифікації налаштовано
enrol-keep = Зберігайте ці коди відновлення в безпечному місці. Якщо ви втратите застосунок, кожен із них спрацює один раз. Їх показано лише зараз.
enrol-over = Час на налаштування застосунку минув
