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
or-link = Sau deschideți acest link:
never-share = Nu comunicați nimănui acest cod. Nu vi-l vom cere niciodată.

# The words of text messages have no ă, ș and ț, which the GSM alphabet lacks.
login-text = { $code } este codul de autentificare.
verification-text = { $code } este codul de verificare.
password-reset-text = { $code } este codul pentru resetarea parolei.
transaction-text = { $code } este codul de autorizare.
text-for = { $name }: { $text }
text-never-share = { $text } A nu se divulga.

call-language = ro-RO
call-hello = Bună ziua.
call-hello-from = Bună ziua, vă sună { $name }.
login-call = Codul dumneavoastră de autentificare este: { $code }.
verification-call = Codul dumneavoastră de verificare este: { $code }.
password-reset-call = Codul pentru resetarea parolei este: { $code }.
transaction-call = Codul pentru confirmarea tranzacției este: { $code }.
call-again = Repet: { $code }.

page-ask-title = Care este adresa dumneavoastră de e-mail?
page-ask = Vom trimite un cod la ea.
page-address = Adresă de e-mail
page-ask-title-phone = Care este numărul dumneavoastră de telefon?
page-ask-phone = Vom trimite un cod la acest număr.
page-number = Număr de telefon
page-either = Adresă de e-mail sau număr de telefon
page-send = Trimiteți codul
page-title = Introduceți codul
page-sent-to = Am trimis un cod la { $to }.
page-from = Mesajul vine de la { $from }.
page-spam = Dacă nu îl găsiți, căutați în dosarul de spam.
page-texted = Am trimis un SMS la { $to }.
page-calling = Sunăm la { $to }.
page-sent-over = Am trimis un cod la { $to } prin { $app }.
page-code = Cod
page-code-digits = Cod din { $count } cifre
page-submit = Continuați
page-attempts = Încercări rămase: { $count }
page-time-left = Timp rămas: { $time }
page-pause = Vă rugăm să așteptați { $time } înainte de a continua.
page-resend = Trimiteți codul din nou
page-resend-in = Îl puteți trimite din nou peste { $time }.
page-text-instead = Trimiteți în schimb prin SMS
page-call-instead = Primiți în schimb un apel
page-app-instead = Trimiteți în schimb prin { $app }
page-wrong-address = Adresă greșită?
page-wrong-number = Număr greșit?
page-other-address = Folosiți altă adresă
page-other-number = Folosiți alt număr
page-failed = Mesajul nu a putut fi livrat.
page-wrong = Acest cod este greșit.
page-not-a-code = Acesta nu este un cod. Verificați din nou mesajul; nu a fost socotit drept încercare.
page-not-an-address = Aceasta nu este o adresă de e-mail.
page-not-a-number = Acesta nu este un număr de telefon. Scrieți-l cu + și prefixul țării.
page-not-either = Aceasta nu este nici o adresă de e-mail, nici un număr de telefon cu + și prefixul țării.
page-not-there = Momentan nu putem trimite un cod la acest număr.
page-sent-again = Codul este din nou pe drum.
page-later = Nu a reușit acum. Așteptați puțin și încercați din nou.
page-done = Gata. Puteți închide această pagină.
page-used = Acest cod a fost deja folosit.
page-expired = Acest cod a expirat.
page-exhausted = Nu mai sunt încercări.
page-canceled = Acest cod a fost anulat.
page-start-again = Reveniți în aplicație și cereți un cod nou.
page-unknown = Acest link nu este valabil.
page-back = Înapoi la aplicație

enrol-title = Configurează aplicația de autentificare
enrol-scan = Scanează acest cod cu o aplicație de autentificare de pe telefon.
enrol-picture = Cod QR pentru aplicația de autentificare
enrol-open = Deschide într-o aplicație de pe acest dispozitiv
enrol-type = Sau introdu această cheie în aplicație:
enrol-code = Codul afișat de aplicație
enrol-not-a-code = Acesta nu este un cod al aplicației. Nu a fost socotit drept încercare.
enrol-done = Aplicația de autentificare este configurată
enrol-keep = Păstrează aceste coduri de recuperare într-un loc sigur. Dacă pierzi aplicația, fiecare funcționează o dată. Sunt afișate doar acum.
enrol-over = Timpul pentru configurarea aplicației a expirat
