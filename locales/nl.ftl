# Dutch, formal address (u).

titled = { $title } voor { $name }

login-title = Uw inlogcode
login-intro = Voer deze code in om in te loggen:
login-unasked = Als u niet hebt geprobeerd in te loggen, kunt u dit bericht negeren. Wijzig voor de zekerheid uw wachtwoord.

verification-title = Uw verificatiecode
verification-intro = Voer deze code in om door te gaan:
verification-unasked = Als u deze code niet hebt aangevraagd, kunt u dit bericht negeren.

password-reset-title = Uw code voor een nieuw wachtwoord
password-reset-intro = Voer deze code in om een nieuw wachtwoord te kiezen:
password-reset-unasked = Als u geen nieuw wachtwoord hebt aangevraagd, kunt u dit bericht negeren. Uw wachtwoord blijft ongewijzigd.

transaction-title = Uw transactiecode
transaction-intro = Voer deze code in om uw transactie te bevestigen:
transaction-unasked = Als u deze transactie niet hebt gestart, voer de code dan niet in en neem onmiddellijk contact met ons op.

valid-minutes = { $count ->
    [one] Deze code is { $count } minuut geldig.
   *[other] Deze code is { $count } minuten geldig.
}
valid-seconds = { $count ->
    [one] Deze code is { $count } seconde geldig.
   *[other] Deze code is { $count } seconden geldig.
}
or-link = Of open deze link:
never-share = Deel deze code nooit met iemand. Wij zullen u er nooit om vragen.

login-text = { $code } is uw inlogcode.
verification-text = { $code } is uw verificatiecode.
password-reset-text = { $code } is uw code voor een nieuw wachtwoord.
transaction-text = { $code } is uw transactiecode.
text-for = { $name }: { $text }
text-never-share = { $text } Deel deze met niemand.

call-language = nl-NL
call-hello = Goedendag.
call-hello-from = Goedendag, u spreekt met { $name }.
login-call = Uw inlogcode is: { $code }.
verification-call = Uw verificatiecode is: { $code }.
password-reset-call = Uw code voor een nieuw wachtwoord is: { $code }.
transaction-call = Uw transactiecode is: { $code }.
call-again = Nogmaals: { $code }.

page-ask-title = Wat is uw e-mailadres?
page-ask = Wij sturen er een code naartoe.
page-address = E-mailadres
page-ask-title-phone = Wat is uw telefoonnummer?
page-ask-phone = Wij sturen een code naar dit nummer.
page-number = Telefoonnummer
page-either = E-mailadres of telefoonnummer
page-send = Code sturen
page-title = Voer uw code in
page-sent-to = Wij hebben een code gestuurd naar { $to }.
page-from = De e-mail komt van { $from }.
page-spam = Kijk in uw spammap als u hem niet vindt.
page-texted = Wij hebben een sms gestuurd naar { $to }.
page-calling = Wij bellen { $to }.
page-sent-over = Wij hebben via { $app } een code gestuurd naar { $to }.
page-code = Uw code
page-code-digits = Code van { $count } cijfers
page-submit = Doorgaan
page-attempts = Resterende pogingen: { $count }
page-time-left = Resterende tijd: { $time }
page-pause = Wacht nog { $time } voordat u verdergaat.
page-resend = Code opnieuw sturen
page-resend-in = U kunt hem over { $time } opnieuw sturen.
page-text-instead = Liever per sms sturen
page-call-instead = Liever gebeld worden
page-app-instead = Liever via { $app } sturen
page-wrong-address = Verkeerd adres?
page-wrong-number = Verkeerd nummer?
page-other-address = Een ander adres gebruiken
page-other-number = Een ander nummer gebruiken
page-failed = Het bericht kon niet worden bezorgd.
page-wrong = Deze code is onjuist.
page-not-a-code = Dit is geen code. Kijk nog eens in het bericht; dit telde niet als poging.
page-not-an-address = Dit is geen e-mailadres.
page-not-a-number = Dit is geen telefoonnummer. Schrijf het met + en het landnummer.
page-not-either = Dit is geen e-mailadres en ook geen telefoonnummer met + en het landnummer.
page-not-there = Wij kunnen op dit moment geen code naar dit nummer sturen.
page-sent-again = De code is weer onderweg.
page-later = Dat lukte nu niet. Wacht even en probeer het opnieuw.
page-done = Klaar. U kunt deze pagina sluiten.
page-used = Deze code is al gebruikt.
page-expired = Deze code is verlopen.
page-exhausted = Er zijn geen pogingen meer over.
page-canceled = Deze code is ingetrokken.
page-start-again = Ga terug naar de app en vraag een nieuwe code aan.
page-unknown = Deze link is niet geldig.
page-back = Terug naar de app

enrol-title = Stel je authenticator-app in
enrol-scan = Scan deze code met een authenticator-app op je telefoon.
enrol-picture = QR-code voor de authenticator-app
enrol-open = Openen in een app op dit apparaat
enrol-type = Of typ deze sleutel in de app:
enrol-code = Code die de app toont
enrol-not-a-code = Dit is geen code van de app. Het telde niet als poging.
enrol-done = Je authenticator-app is ingesteld
enrol-keep = Bewaar deze herstelcodes op een veilige plek. Als je de app kwijtraakt, werkt elke code één keer. Ze worden alleen nu getoond.
enrol-over = De tijd om de app in te stellen is voorbij
