# Hungarian, formal address (Ön). A noun stays singular after a number.

titled = { $title } – { $name }

login-title = Bejelentkezési kód
login-intro = A bejelentkezéshez adja meg ezt a kódot:
login-unasked = Ha nem Ön próbált bejelentkezni, hagyja figyelmen kívül ezt az üzenetet. A biztonság kedvéért változtassa meg a jelszavát.

verification-title = Ellenőrző kód
verification-intro = A folytatáshoz adja meg ezt a kódot:
verification-unasked = Ha nem Ön kérte ezt a kódot, hagyja figyelmen kívül ezt az üzenetet.

password-reset-title = Jelszó-visszaállítási kód
password-reset-intro = Az új jelszó beállításához adja meg ezt a kódot:
password-reset-unasked = Ha nem Ön kért új jelszót, hagyja figyelmen kívül ezt az üzenetet. A jelszava nem változik.

transaction-title = Kód a tranzakció jóváhagyásához
transaction-intro = A tranzakció jóváhagyásához adja meg ezt a kódot:
transaction-unasked = Ha nem Ön kezdeményezte ezt a tranzakciót, ne adja meg a kódot, és haladéktalanul forduljon hozzánk.

valid-minutes = A kód { $count } percig érvényes.
valid-seconds = A kód { $count } másodpercig érvényes.
or-link = Vagy nyissa meg ezt a hivatkozást:
never-share = Soha ne ossza meg senkivel ezt a kódot. Mi soha nem fogjuk kérni Öntől.

login-text = Bejelentkezési kód: { $code }
verification-text = Ellenőrző kód: { $code }
password-reset-text = Jelszó-visszaállítási kód: { $code }
transaction-text = Jóváhagyó kód: { $code }
text-for = { $name }: { $text }
text-never-share = { $text }. Ne adja meg senkinek.

call-language = hu-HU
call-hello = Jó napot kívánok.
call-hello-from = Jó napot kívánok. A hívó fél: { $name }.
login-call = A bejelentkezési kódja: { $code }.
verification-call = Az ellenőrző kódja: { $code }.
password-reset-call = A jelszó-visszaállítási kódja: { $code }.
transaction-call = A tranzakció jóváhagyásához szükséges kód: { $code }.
call-again = Ismétlem: { $code }.

page-ask-title = Mi az e-mail-címe?
page-ask = Kódot küldünk rá.
page-address = E-mail-cím
page-ask-title-phone = Mi a telefonszáma?
page-ask-phone = Kódot küldünk erre a számra.
page-number = Telefonszám
page-either = E-mail-cím vagy telefonszám
page-send = Kód küldése
page-title = Adja meg a kódját
page-sent-to = Kódot küldtünk ide: { $to }.
page-from = Az üzenet innen érkezik: { $from }.
page-spam = Ha nem találja, nézze meg a levélszemét mappát.
page-texted = SMS-t küldtünk ide: { $to }.
page-calling = Hívjuk ezt a számot: { $to }.
page-sent-over = Kódot küldtünk ide: { $to } ({ $app }).
page-code = Kód
page-code-digits = { $count } számjegyű kód
page-submit = Tovább
page-attempts = Hátralévő próbálkozások: { $count }
page-time-left = Hátralévő idő: { $time }
page-pause = Kérjük, várjon { $time } a folytatás előtt.
page-resend = Kód újraküldése
page-resend-in = Ennyi idő múlva küldheti újra: { $time }.
page-text-instead = Küldés inkább SMS-ben
page-call-instead = Inkább telefonhívást kérek
page-app-instead = Küldés inkább ezen: { $app }
page-wrong-address = Rossz a cím?
page-wrong-number = Rossz a szám?
page-other-address = Másik cím használata
page-other-number = Másik szám használata
page-failed = Az üzenetet nem sikerült kézbesíteni.
page-wrong = Ez a kód hibás.
page-not-a-code = Ez nem kód. Kérjük, nézze meg újra az üzenetet; ez nem számított próbálkozásnak.
page-not-an-address = Ez nem e-mail-cím.
page-not-a-number = Ez nem telefonszám. Kérjük, + jellel és az ország hívószámával írja be.
page-not-either = Ez sem e-mail-cím, sem + jellel és az ország hívószámával írt telefonszám.
page-not-there = Erre a számra jelenleg nem tudunk kódot küldeni.
page-sent-again = A kód ismét úton van.
page-later = Ez most nem sikerült. Kérjük, várjon egy kicsit, és próbálja újra.
page-done = Kész. Bezárhatja ezt az oldalt.
page-used = Ezt a kódot már felhasználták.
page-expired = Ez a kód lejárt.
page-exhausted = Nem maradt több próbálkozás.
page-canceled = Ezt a kódot visszavonták.
page-start-again = Térjen vissza az alkalmazásba, és kérjen új kódot.
page-unknown = Ez a hivatkozás nem érvényes.
page-back = Vissza az alkalmazásba

enrol-title = Állítsa be a hitelesítő alkalmazást
enrol-scan = Olvassa be ezt a kódot egy hitelesítő alkalmazással a telefonján.
enrol-picture = QR-kód a hitelesítő alkalmazáshoz
enrol-open = Megnyitás egy alkalmazásban ezen az eszközön
enrol-type = Vagy írja be ezt a kulcsot az alkalmazásba:
enrol-code = Az alkalmazásban látható kód
enrol-not-a-code = Ez nem az alkalmazás kódja. Nem számított próbálkozásnak.
enrol-done = A hitelesítő alkalmazás be van állítva
enrol-keep = Tartsa biztonságos helyen ezeket a helyreállítási kódokat. Ha elveszíti az alkalmazást, mindegyik egyszer használható. Csak most láthatók.
enrol-over = Lejárt az alkalmazás beállítására szánt idő
