# Czech, formal address (vy), plurals: 1, 2–4, 5 and more.

titled = { $title } – { $name }

login-title = Váš přihlašovací kód
login-intro = Pro přihlášení zadejte tento kód:
login-unasked = Pokud jste se nepokoušeli přihlásit, tuto zprávu prosím ignorujte. Pro jistotu si změňte heslo.

verification-title = Váš ověřovací kód
verification-intro = Pro pokračování zadejte tento kód:
verification-unasked = Pokud jste o tento kód nežádali, tuto zprávu prosím ignorujte.

password-reset-title = Váš kód pro obnovení hesla
password-reset-intro = Pro nastavení nového hesla zadejte tento kód:
password-reset-unasked = Pokud jste o nové heslo nežádali, tuto zprávu prosím ignorujte. Vaše heslo zůstává beze změny.

transaction-title = Váš kód pro potvrzení transakce
transaction-intro = Pro potvrzení transakce zadejte tento kód:
transaction-unasked = Pokud jste tuto transakci nezadali, kód nezadávejte a neprodleně nás kontaktujte.

valid-minutes = { $count ->
    [one] Kód platí { $count } minutu.
    [few] Kód platí { $count } minuty.
   *[other] Kód platí { $count } minut.
}
valid-seconds = { $count ->
    [one] Kód platí { $count } sekundu.
    [few] Kód platí { $count } sekundy.
   *[other] Kód platí { $count } sekund.
}
never-share = Tento kód nikdy nikomu nesdělujte. Nikdy se vás na něj nebudeme ptát.
