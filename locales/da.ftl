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
or-link = Eller åbn dette link:
never-share = Del aldrig denne kode med nogen. Vi vil aldrig bede dig om den.

login-text = { $code } er din loginkode.
verification-text = { $code } er din bekræftelseskode.
password-reset-text = { $code } er din kode til en ny adgangskode.
transaction-text = { $code } er din godkendelseskode.
text-for = { $name }: { $text }
text-never-share = { $text } Del den aldrig med nogen.

call-language = da-DK
call-hello = Hej.
call-hello-from = Hej, det er { $name }.
login-call = Din loginkode er: { $code }.
verification-call = Din bekræftelseskode er: { $code }.
password-reset-call = Din kode til nulstilling af adgangskoden er: { $code }.
transaction-call = Din kode til godkendelse af transaktionen er: { $code }.
call-again = Jeg gentager: { $code }.

page-ask-title = Hvad er din e-mailadresse?
page-ask = Vi sender en kode til den.
page-address = E-mailadresse
page-ask-title-phone = Hvad er dit telefonnummer?
page-ask-phone = Vi sender en kode til dette nummer.
page-number = Telefonnummer
page-either = E-mailadresse eller telefonnummer
page-send = Send koden
page-title = Indtast din kode
page-sent-to = Vi har sendt en kode til { $to }.
page-from = Den kommer fra { $from }.
page-spam = Kig i din spammappe, hvis du ikke kan finde den.
page-texted = Vi har sendt en sms til { $to }.
page-calling = Vi ringer til { $to }.
page-sent-over = Vi har sendt en kode til { $to } via { $app }.
page-code = Kode
page-code-digits = Kode med { $count } cifre
page-submit = Fortsæt
page-attempts = Resterende forsøg: { $count }
page-time-left = Resterende tid: { $time }
page-pause = Vent { $time }, før du fortsætter.
page-resend = Send koden igen
page-resend-in = Du kan sende den igen om { $time }.
page-text-instead = Send den som sms i stedet
page-call-instead = Ring til mig i stedet
page-app-instead = Send den via { $app } i stedet
page-wrong-address = Forkert adresse?
page-wrong-number = Forkert nummer?
page-other-address = Brug en anden adresse
page-other-number = Brug et andet nummer
page-failed = Beskeden kunne ikke leveres.
page-wrong = Denne kode er forkert.
page-not-a-code = Dette er ikke en kode. Se i beskeden igen; det talte ikke som et forsøg.
page-not-an-address = Dette er ikke en e-mailadresse.
page-not-a-number = Dette er ikke et telefonnummer. Skriv det med + og landekoden.
page-not-either = Dette er hverken en e-mailadresse eller et telefonnummer med + og landekode.
page-not-there = Vi kan ikke sende en kode til dette nummer lige nu.
page-sent-again = Koden er på vej igen.
page-later = Det lykkedes ikke lige nu. Vent et øjeblik, og prøv igen.
page-done = Færdig. Du kan lukke denne side.
page-used = Denne kode er allerede brugt.
page-expired = Denne kode er udløbet.
page-exhausted = Der er ingen forsøg tilbage.
page-canceled = Denne kode er trukket tilbage.
page-start-again = Gå tilbage til appen, og bed om en ny kode.
page-unknown = Dette link er ikke gyldigt.
page-back = Tilbage til appen

enrol-title = Konfigurer din godkendelsesapp
enrol-scan = Scan denne kode med en godkendelsesapp på din telefon.
enrol-picture = QR-kode til godkendelsesappen
enrol-open = Åbn i en app på denne enhed
enrol-type = Eller indtast denne nøgle i appen:
enrol-code = Koden, som appen viser
enrol-not-a-code = Dette er ikke en kode fra appen. Det talte ikke som et forsøg.
enrol-done = Din godkendelsesapp er konfigureret
enrol-keep = Gem disse gendannelseskoder et sikkert sted. Hvis du mister appen, virker hver af dem én gang. De vises kun nu.
enrol-over = Tiden til at konfigurere appen er udløbet
