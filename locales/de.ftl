# German, formal address (Sie).

titled = { $title } für { $name }

login-title = Ihr Anmeldecode
login-intro = Geben Sie diesen Code ein, um sich anzumelden:
login-unasked = Wenn Sie sich nicht anmelden wollten, ignorieren Sie diese Nachricht bitte. Ändern Sie zur Sicherheit Ihr Passwort.

verification-title = Ihr Bestätigungscode
verification-intro = Geben Sie diesen Code ein, um fortzufahren:
verification-unasked = Wenn Sie diesen Code nicht angefordert haben, ignorieren Sie diese Nachricht bitte.

password-reset-title = Ihr Code zum Zurücksetzen des Passworts
password-reset-intro = Geben Sie diesen Code ein, um ein neues Passwort festzulegen:
password-reset-unasked = Wenn Sie kein neues Passwort angefordert haben, ignorieren Sie diese Nachricht bitte. Ihr Passwort bleibt unverändert.

transaction-title = Ihr Code zur Freigabe der Transaktion
transaction-intro = Geben Sie diesen Code ein, um Ihre Transaktion zu bestätigen:
transaction-unasked = Wenn Sie diese Transaktion nicht veranlasst haben, geben Sie den Code nicht ein und wenden Sie sich umgehend an uns.

valid-minutes = { $count ->
    [one] Dieser Code ist { $count } Minute lang gültig.
   *[other] Dieser Code ist { $count } Minuten lang gültig.
}
valid-seconds = { $count ->
    [one] Dieser Code ist { $count } Sekunde lang gültig.
   *[other] Dieser Code ist { $count } Sekunden lang gültig.
}
or-link = Oder öffnen Sie diesen Link:
never-share = Geben Sie diesen Code niemals weiter. Wir werden Sie nie danach fragen.

login-text = { $code } ist Ihr Anmeldecode.
verification-text = { $code } ist Ihr Bestätigungscode.
password-reset-text = { $code } ist Ihr Code für ein neues Passwort.
transaction-text = { $code } ist Ihr Freigabecode.
text-for = { $name }: { $text }
text-never-share = { $text } Geben Sie ihn niemals weiter.

call-language = de-DE
call-hello = Guten Tag.
call-hello-from = Guten Tag, hier ist { $name }.
login-call = Ihr Anmeldecode lautet: { $code }.
verification-call = Ihr Bestätigungscode lautet: { $code }.
password-reset-call = Ihr Code zum Zurücksetzen des Passworts lautet: { $code }.
transaction-call = Ihr Code zur Freigabe der Transaktion lautet: { $code }.
call-again = Ich wiederhole: { $code }.

page-ask-title = Wie lautet Ihre E-Mail-Adresse?
page-ask = Wir senden einen Code dorthin.
page-address = E-Mail-Adresse
page-ask-title-phone = Wie lautet Ihre Telefonnummer?
page-ask-phone = Wir senden einen Code an diese Nummer.
page-number = Telefonnummer
page-either = E-Mail-Adresse oder Telefonnummer
page-send = Code senden
page-title = Geben Sie Ihren Code ein
page-sent-to = Wir haben einen Code an { $to } gesendet.
page-from = Die E-Mail kommt von { $from }.
page-spam = Wenn Sie sie nicht finden, sehen Sie im Spam-Ordner nach.
page-texted = Wir haben eine SMS an { $to } gesendet.
page-calling = Wir rufen { $to } an.
page-sent-over = Wir haben einen Code über { $app } an { $to } gesendet.
page-code = Code eingeben
page-code-digits = { $count }-stelliger Code
page-submit = Weiter
page-attempts = Verbleibende Versuche: { $count }
page-time-left = Verbleibende Zeit: { $time }
page-pause = Bitte warten Sie { $time }, bevor Sie fortfahren.
page-resend = Code erneut senden
page-resend-in = Sie können ihn in { $time } erneut senden.
page-text-instead = Stattdessen als SMS senden
page-call-instead = Stattdessen anrufen lassen
page-app-instead = Stattdessen über { $app } senden
page-wrong-address = Falsche Adresse?
page-wrong-number = Falsche Nummer?
page-other-address = Andere Adresse verwenden
page-other-number = Andere Nummer verwenden
page-failed = Die Nachricht konnte nicht zugestellt werden.
page-wrong = Dieser Code ist falsch.
page-not-a-code = Das ist kein Code. Sehen Sie bitte noch einmal in die Nachricht; dies zählte nicht als Versuch.
page-not-an-address = Das ist keine E-Mail-Adresse.
page-not-a-number = Das ist keine Telefonnummer. Schreiben Sie sie bitte mit + und der Landesvorwahl.
page-not-either = Das ist weder eine E-Mail-Adresse noch eine Telefonnummer mit + und Landesvorwahl.
page-not-there = An diese Nummer können wir im Moment keinen Code senden.
page-sent-again = Der Code ist wieder unterwegs.
page-later = Das hat gerade nicht geklappt. Bitte warten Sie einen Moment und versuchen Sie es erneut.
page-done = Fertig. Sie können diese Seite schließen.
page-used = Dieser Code wurde bereits verwendet.
page-expired = Dieser Code ist abgelaufen.
page-exhausted = Es sind keine Versuche mehr übrig.
page-canceled = Dieser Code wurde zurückgezogen.
page-start-again = Kehren Sie zur App zurück und fordern Sie einen neuen Code an.
page-unknown = Dieser Link ist nicht gültig.
page-back = Zurück zur App

enrol-title = Authenticator-App einrichten
enrol-scan = Scannen Sie diesen Code mit einer Authenticator-App auf Ihrem Telefon.
enrol-picture = QR-Code für die Authenticator-App
enrol-open = In einer App auf diesem Gerät öffnen
enrol-type = Oder geben Sie diesen Schlüssel in der App ein:
enrol-code = Code, den die App anzeigt
enrol-not-a-code = Das ist kein Code der App. Es zählte nicht als Versuch.
enrol-done = Ihre Authenticator-App ist eingerichtet
enrol-keep = Bewahren Sie diese Wiederherstellungscodes sicher auf. Wenn Sie die App verlieren, gilt jeder von ihnen einmal. Sie werden nur jetzt angezeigt.
enrol-over = Die Zeit zum Einrichten der App ist abgelaufen
