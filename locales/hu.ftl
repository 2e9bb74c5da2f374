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
never-share = Soha ne ossza meg senkivel ezt a kódot. Mi soha nem fogjuk kérni Öntől.
