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
or-link = Nebo otevřete tento odkaz:
never-share = Tento kód nikdy nikomu nesdělujte. Nikdy se vás na něj nebudeme ptát.

login-text = { $code } je přihlašovací kód.
verification-text = { $code } je ověřovací kód.
password-reset-text = { $code } je kód pro obnovení hesla.
transaction-text = { $code } je autorizační kód.
text-for = { $name }: { $text }
text-never-share = { $text } Nikomu ho nesdělujte.

call-language = cs-CZ
call-hello = Dobrý den.
call-hello-from = Dobrý den, volá { $name }.
login-call = Váš přihlašovací kód je: { $code }.
verification-call = Váš ověřovací kód je: { $code }.
password-reset-call = Váš kód pro obnovení hesla je: { $code }.
transaction-call = Váš kód pro potvrzení transakce je: { $code }.
call-again = Opakuji: { $code }.

page-ask-title = Jaká je vaše e-mailová adresa?
page-ask = Pošleme na ni kód.
page-address = E-mailová adresa
page-ask-title-phone = Jaké je vaše telefonní číslo?
page-ask-phone = Pošleme na toto číslo kód.
page-number = Telefonní číslo
page-either = E-mailová adresa nebo telefonní číslo
page-send = Poslat kód
page-title = Zadejte svůj kód
page-sent-to = Poslali jsme kód na adresu { $to }.
page-from = Zpráva přijde z adresy { $from }.
page-spam = Pokud ji nenajdete, podívejte se do složky se spamem.
page-texted = Poslali jsme SMS na číslo { $to }.
page-calling = Voláme na číslo { $to }.
page-sent-over = Poslali jsme kód na číslo { $to } přes { $app }.
page-code = Kód
page-code-digits = { $count }místný kód
page-submit = Pokračovat
page-attempts = Zbývající pokusy: { $count }
page-time-left = Zbývající čas: { $time }
page-pause = Než budete pokračovat, počkejte { $time }.
page-resend = Poslat kód znovu
page-resend-in = Znovu ho můžete poslat za { $time }.
page-text-instead = Poslat raději SMS
page-call-instead = Raději zavolat
page-app-instead = Poslat raději přes { $app }
page-wrong-address = Nesprávná adresa?
page-wrong-number = Nesprávné číslo?
page-other-address = Použít jinou adresu
page-other-number = Použít jiné číslo
page-failed = Zprávu se nepodařilo doručit.
page-wrong = Tento kód je nesprávný.
page-not-a-code = Toto není kód. Podívejte se prosím znovu do zprávy; nepočítalo se to jako pokus.
page-not-an-address = Toto není e-mailová adresa.
page-not-a-number = Toto není telefonní číslo. Zadejte ho prosím se znakem + a předvolbou země.
page-not-either = Toto není e-mailová adresa ani telefonní číslo se znakem + a předvolbou země.
page-not-there = Na toto číslo teď kód poslat nemůžeme.
page-sent-again = Kód je znovu na cestě.
page-later = Teď se to nepodařilo. Chvíli prosím počkejte a zkuste to znovu.
page-done = Hotovo. Tuto stránku můžete zavřít.
page-used = Tento kód už byl použit.
page-expired = Platnost tohoto kódu vypršela.
page-exhausted = Nezbývají žádné pokusy.
page-canceled = Tento kód byl zrušen.
page-start-again = Vraťte se do aplikace a požádejte o nový kód.
page-unknown = Tento odkaz není platný.
page-back = Zpět do aplikace

enrol-title = Nastavte si ověřovací aplikaci
enrol-scan = Naskenujte tento kód ověřovací aplikací v telefonu.
enrol-picture = QR kód pro ověřovací aplikaci
enrol-open = Otevřít v aplikaci na tomto zařízení
enrol-type = Nebo zadejte do aplikace tento klíč:
enrol-code = Kód, který aplikace zobrazuje
enrol-not-a-code = Toto není kód z aplikace. Nepočítalo se to jako pokus.
enrol-done = Vaše ověřovací aplikace je nastavena
enrol-keep = Uložte si tyto záchranné kódy na bezpečné místo. Pokud o aplikaci přijdete, každý z nich platí jednou. Zobrazují se jen teď.
enrol-over = Čas na nastavení aplikace vypršel
