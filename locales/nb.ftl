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
or-link = Eller åpne denne lenken:
never-share = Del aldri denne koden med noen. Vi vil aldri be deg om den.

login-text = { $code } er din påloggingskode.
verification-text = { $code } er din bekreftelseskode.
password-reset-text = { $code } er din kode for nytt passord.
transaction-text = { $code } er din kode for transaksjonen.
text-for = { $name }: { $text }
text-never-share = { $text } Del den aldri med noen.

call-language = nb-NO
call-hello = Hei.
call-hello-from = Hei, dette er { $name }.
login-call = Din påloggingskode er: { $code }.
verification-call = Din bekreftelseskode er: { $code }.
password-reset-call = Din kode for tilbakestilling av passord er: { $code }.
transaction-call = Din kode for godkjenning av transaksjonen er: { $code }.
call-again = Jeg gjentar: { $code }.

page-ask-title = Hva er e-postadressen din?
page-ask = Vi sender en kode til den.
page-address = E-postadresse
page-ask-title-phone = Hva er telefonnummeret ditt?
page-ask-phone = Vi sender en kode til dette nummeret.
page-number = Telefonnummer
page-either = E-postadresse eller telefonnummer
page-send = Send koden
page-title = Skriv inn koden din
page-sent-to = Vi har sendt en kode til { $to }.
page-from = Den kommer fra { $from }.
page-spam = Se i søppelposten hvis du ikke finner den.
page-texted = Vi har sendt en SMS til { $to }.
page-calling = Vi ringer { $to }.
page-sent-over = Vi har sendt en kode til { $to } via { $app }.
page-code = Kode
page-code-digits = Kode med { $count } sifre
page-submit = Fortsett
page-attempts = Gjenstående forsøk: { $count }
page-time-left = Gjenstående tid: { $time }
page-pause = Vent { $time } før du fortsetter.
page-resend = Send koden på nytt
page-resend-in = Du kan sende den på nytt om { $time }.
page-text-instead = Send den som SMS i stedet
page-call-instead = Ring meg i stedet
page-app-instead = Send den via { $app } i stedet
page-wrong-address = Feil adresse?
page-wrong-number = Feil nummer?
page-other-address = Bruk en annen adresse
page-other-number = Bruk et annet nummer
page-failed = Meldingen kunne ikke leveres.
page-wrong = Denne koden er feil.
page-not-a-code = Dette er ikke en kode. Se på meldingen igjen; dette telte ikke som et forsøk.
page-not-an-address = Dette er ikke en e-postadresse.
page-not-a-number = Dette er ikke et telefonnummer. Skriv det med + og landskoden.
page-not-either = Dette er verken en e-postadresse eller et telefonnummer med + og landskode.
page-not-there = Vi kan ikke sende en kode til dette nummeret akkurat nå.
page-sent-again = Koden er på vei igjen.
page-later = Det gikk ikke akkurat nå. Vent litt og prøv igjen.
page-done = Ferdig. Du kan lukke denne siden.
page-used = Denne koden er allerede brukt.
page-expired = Denne koden er utløpt.
page-exhausted = Det er ingen forsøk igjen.
page-canceled = Denne koden er trukket tilbake.
page-start-again = Gå tilbake til appen og be om en ny kode.
page-unknown = Denne lenken er ikke gyldig.
page-back = Tilbake til appen

enrol-title = Sett opp autentiseringsappen din
enrol-scan = Skann denne koden med en autentiseringsapp på telefonen.
enrol-picture = QR-kode for autentiseringsappen
enrol-open = Åpne i en app på denne enheten
enrol-type = Eller skriv inn denne nøkkelen i appen:
enrol-code = Koden som appen viser
enrol-not-a-code = Dette er ikke en kode fra appen. Det telte ikke som et forsøk.
enrol-done = Autentiseringsappen din er satt opp
enrol-keep = Oppbevar disse gjenopprettingskodene på et trygt sted. Hvis du mister appen, virker hver av dem én gang. De vises bare nå.
enrol-over = Tiden for å sette opp appen er ute
