# Romanian, formal address (dumneavoastră), plurals: 1, 2–19, 20 and more with "de".

titled = { $title } – { $name }

login-title = Codul dumneavoastră de autentificare
login-intro = Introduceți acest cod pentru a vă autentifica:
login-unasked = Dacă nu ați încercat să vă autentificați, vă rugăm să ignorați acest mesaj. Pentru siguranță, schimbați-vă parola.

verification-title = Codul dumneavoastră de verificare
verification-intro = Introduceți acest cod pentru a continua:
verification-unasked = Dacă nu ați solicitat acest cod, vă rugăm să ignorați acest mesaj.

password-reset-title = Codul pentru resetarea parolei
password-reset-intro = Introduceți acest cod pentru a alege o parolă nouă:
password-reset-unasked = Dacă nu ați solicitat o parolă nouă, vă rugăm să ignorați acest mesaj. Parola dumneavoastră rămâne neschimbată.

transaction-title = Codul pentru confirmarea tranzacției
transaction-intro = Introduceți acest cod pentru a confirma tranzacția:
transaction-unasked = Dacă nu ați inițiat această tranzacție, nu introduceți codul și contactați-ne imediat.

valid-minutes = { $count ->
    [one] Codul este valabil { $count } minut.
    [few] Codul este valabil { $count } minute.
   *[other] Codul este valabil { $count } de minute.
}
valid-seconds = { $count ->
    [one] Codul este valabil { $count } secundă.
    [few] Codul este valabil { $count } secunde.
   *[other] Codul este valabil { $count } de secunde.
}
never-share = Nu comunicați nimănui acest cod. Nu vi-l vom cere niciodată.
