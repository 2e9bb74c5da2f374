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
never-share = Geben Sie diesen Code niemals weiter. Wir werden Sie nie danach fragen.
