# Swedish; du is the polite form of today.

titled = { $title } för { $name }

login-title = Din inloggningskod
login-intro = Ange den här koden för att logga in:
login-unasked = Om du inte har försökt logga in kan du bortse från det här meddelandet. Byt lösenord för säkerhets skull.

verification-title = Din verifieringskod
verification-intro = Ange den här koden för att fortsätta:
verification-unasked = Om du inte har begärt koden kan du bortse från det här meddelandet.

password-reset-title = Din kod för att återställa lösenordet
password-reset-intro = Ange den här koden för att välja ett nytt lösenord:
password-reset-unasked = Om du inte har begärt ett nytt lösenord kan du bortse från det här meddelandet. Ditt lösenord ändras inte.

transaction-title = Din kod för att bekräfta transaktionen
transaction-intro = Ange den här koden för att bekräfta transaktionen:
transaction-unasked = Om du inte har påbörjat transaktionen ska du inte ange koden. Kontakta oss omedelbart.

valid-minutes = { $count ->
    [one] Koden är giltig i { $count } minut.
   *[other] Koden är giltig i { $count } minuter.
}
valid-seconds = { $count ->
    [one] Koden är giltig i { $count } sekund.
   *[other] Koden är giltig i { $count } sekunder.
}
or-link = Eller öppna den här länken:
never-share = Dela aldrig koden med någon. Vi kommer aldrig att be dig om den.

login-text = { $code } är din inloggningskod.
verification-text = { $code } är din verifieringskod.
password-reset-text = { $code } är din kod för nytt lösenord.
transaction-text = { $code } är din kod för transaktionen.
text-for = { $name }: { $text }
text-never-share = { $text } Dela den aldrig med någon.

call-language = sv-SE
call-hello = Hej.
call-hello-from = Hej, det här är { $name }.
login-call = Din inloggningskod är: { $code }.
verification-call = Din verifieringskod är: { $code }.
password-reset-call = Din kod för att återställa lösenordet är: { $code }.
transaction-call = Din kod för att bekräfta transaktionen är: { $code }.
call-again = Jag upprepar: { $code }.

page-ask-title = Vilken är din e-postadress?
page-ask = Vi skickar en kod till den.
page-address = E-postadress
page-ask-title-phone = Vilket är ditt telefonnummer?
page-ask-phone = Vi skickar en kod till numret.
page-number = Telefonnummer
page-either = E-postadress eller telefonnummer
page-send = Skicka koden
page-title = Ange din kod
page-sent-to = Vi har skickat en kod till { $to }.
page-from = Det kommer från { $from }.
page-spam = Titta i skräpposten om du inte hittar det.
page-texted = Vi har skickat ett sms till { $to }.
page-calling = Vi ringer { $to }.
page-sent-over = Vi har skickat en kod till { $to } via { $app }.
page-code = Kod
page-code-digits = Kod med { $count } siffror
page-submit = Fortsätt
page-attempts = Försök kvar: { $count }
page-time-left = Tid kvar: { $time }
page-pause = Vänta { $time } innan du fortsätter.
page-resend = Skicka koden igen
page-resend-in = Du kan skicka den igen om { $time }.
page-text-instead = Skicka den som sms i stället
page-call-instead = Ring mig i stället
page-app-instead = Skicka den via { $app } i stället
page-wrong-address = Fel adress?
page-wrong-number = Fel nummer?
page-other-address = Använd en annan adress
page-other-number = Använd ett annat nummer
page-failed = Meddelandet kunde inte levereras.
page-wrong = Den här koden är fel.
page-not-a-code = Det här är ingen kod. Titta i meddelandet igen; det räknades inte som ett försök.
page-not-an-address = Det här är ingen e-postadress.
page-not-a-number = Det här är inget telefonnummer. Skriv det med + och landsnumret.
page-not-either = Det här är varken en e-postadress eller ett telefonnummer med + och landsnummer.
page-not-there = Vi kan inte skicka en kod till det här numret just nu.
page-sent-again = Koden är på väg igen.
page-later = Det gick inte just nu. Vänta en stund och försök igen.
page-done = Klart. Du kan stänga den här sidan.
page-used = Den här koden har redan använts.
page-expired = Den här koden har gått ut.
page-exhausted = Det finns inga försök kvar.
page-canceled = Den här koden har dragits tillbaka.
page-start-again = Gå tillbaka till appen och be om en ny kod.
page-unknown = Den här länken är inte giltig.
page-back = Tillbaka till appen

enrol-title = Konfigurera din autentiseringsapp
enrol-scan = Skanna den här koden med en autentiseringsapp i din telefon.
enrol-picture = QR-kod för autentiseringsappen
enrol-open = Öppna i en app på den här enheten
enrol-type = Eller skriv in den här nyckeln i appen:
enrol-code = Koden som appen visar
enrol-not-a-code = Det här är inte en kod från appen. Det räknades inte som ett försök.
enrol-done = Din autentiseringsapp är konfigurerad
enrol-keep = Spara de här återställningskoderna på ett säkert ställe. Om du förlorar appen fungerar var och en av dem en gång. De visas bara nu.
enrol-over = Tiden för att konfigurera appen är slut
