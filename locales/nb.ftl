# Norwegian Bokmål; du is the polite form of today.

titled = { $title } – { $name }

login-title = Din påloggingskode
login-intro = Skriv inn denne koden for å logge på:
login-unasked = Hvis du ikke har prøvd å logge på, kan du se bort fra denne meldingen. Bytt passord for sikkerhets skyld.

verification-title = Din bekreftelseskode
verification-intro = Skriv inn denne koden for å fortsette:
verification-unasked = Hvis du ikke har bedt om denne koden, kan du se bort fra denne meldingen.

password-reset-title = Din kode for tilbakestilling av passord
password-reset-intro = Skriv inn denne koden for å velge et nytt passord:
password-reset-unasked = Hvis du ikke har bedt om et nytt passord, kan du se bort fra denne meldingen. Passordet ditt forblir uendret.

transaction-title = Din kode for godkjenning av transaksjonen
transaction-intro = Skriv inn denne koden for å bekrefte transaksjonen:
transaction-unasked = Hvis du ikke har startet denne transaksjonen, må du ikke skrive inn koden. Kontakt oss umiddelbart.

valid-minutes = { $count ->
    [one] Koden er gyldig i { $count } minutt.
   *[other] Koden er gyldig i { $count } minutter.
}
valid-seconds = { $count ->
    [one] Koden er gyldig i { $count } sekund.
   *[other] Koden er gyldig i { $count } sekunder.
}
never-share = Del aldri denne koden med noen. Vi vil aldri be deg om den.
