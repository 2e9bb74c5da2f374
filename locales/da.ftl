# Danish; du is the polite form of today.

titled = { $title } – { $name }

login-title = Din loginkode
login-intro = Indtast denne kode for at logge ind:
login-unasked = Hvis du ikke har forsøgt at logge ind, kan du se bort fra denne besked. Skift for en sikkerheds skyld din adgangskode.

verification-title = Din bekræftelseskode
verification-intro = Indtast denne kode for at fortsætte:
verification-unasked = Hvis du ikke har bedt om denne kode, kan du se bort fra denne besked.

password-reset-title = Din kode til nulstilling af adgangskoden
password-reset-intro = Indtast denne kode for at vælge en ny adgangskode:
password-reset-unasked = Hvis du ikke har bedt om en ny adgangskode, kan du se bort fra denne besked. Din adgangskode forbliver uændret.

transaction-title = Din kode til godkendelse af transaktionen
transaction-intro = Indtast denne kode for at bekræfte transaktionen:
transaction-unasked = Hvis du ikke har startet denne transaktion, skal du ikke indtaste koden. Kontakt os med det samme.

valid-minutes = { $count ->
    [one] Koden er gyldig i { $count } minut.
   *[other] Koden er gyldig i { $count } minutter.
}
valid-seconds = { $count ->
    [one] Koden er gyldig i { $count } sekund.
   *[other] Koden er gyldig i { $count } sekunder.
}
never-share = Del aldrig denne kode med nogen. Vi vil aldrig bede dig om den.
