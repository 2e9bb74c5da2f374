# Italian, formal address (Lei).

titled = { $title } – { $name }

login-title = Il Suo codice di accesso
login-intro = Inserisca questo codice per accedere:
login-unasked = Se non ha tentato di accedere, ignori questo messaggio. Per sicurezza, cambi la Sua password.

verification-title = Il Suo codice di verifica
verification-intro = Inserisca questo codice per continuare:
verification-unasked = Se non ha richiesto questo codice, ignori questo messaggio.

password-reset-title = Il Suo codice per reimpostare la password
password-reset-intro = Inserisca questo codice per scegliere una nuova password:
password-reset-unasked = Se non ha richiesto una nuova password, ignori questo messaggio. La Sua password resta invariata.

transaction-title = Il Suo codice per confermare l’operazione
transaction-intro = Inserisca questo codice per confermare l’operazione:
transaction-unasked = Se non ha avviato questa operazione, non inserisca il codice e ci contatti immediatamente.

valid-minutes = { $count ->
    [one] Questo codice è valido per { $count } minuto.
   *[other] Questo codice è valido per { $count } minuti.
}
valid-seconds = { $count ->
    [one] Questo codice è valido per { $count } secondo.
   *[other] Questo codice è valido per { $count } secondi.
}
or-link = Oppure apra questo link:
never-share = Non comunichi mai questo codice a nessuno. Non glielo chiederemo mai.

login-text = { $code } è il Suo codice di accesso.
verification-text = { $code } è il Suo codice di verifica.
password-reset-text = { $code } è il Suo codice per reimpostare la password.
transaction-text = { $code } è il Suo codice per confermare l’operazione.
text-for = { $name }: { $text }
text-never-share = { $text } Non lo comunichi a nessuno.

call-language = it-IT
call-hello = Salve.
call-hello-from = Salve, La chiama { $name }.
login-call = Il Suo codice di accesso è: { $code }.
verification-call = Il Suo codice di verifica è: { $code }.
password-reset-call = Il Suo codice per reimpostare la password è: { $code }.
transaction-call = Il Suo codice per confermare l’operazione è: { $code }.
call-again = Ripeto: { $code }.

page-ask-title = Qual è il Suo indirizzo e-mail?
page-ask = Vi invieremo un codice.
page-address = Indirizzo e-mail
page-ask-title-phone = Qual è il Suo numero di telefono?
page-ask-phone = Invieremo un codice a questo numero.
page-number = Numero di telefono
page-either = Indirizzo e-mail o numero di telefono
page-send = Invia il codice
page-title = Inserisca il Suo codice
page-sent-to = Abbiamo inviato un codice a { $to }.
page-from = Arriva da { $from }.
page-spam = Se non lo trova, guardi nella cartella della posta indesiderata.
page-texted = Abbiamo inviato un SMS al { $to }.
page-calling = Stiamo chiamando il { $to }.
page-sent-over = Abbiamo inviato un codice al { $to } tramite { $app }.
page-code = Codice
page-code-digits = Codice di { $count } cifre
page-submit = Continua
page-attempts = Tentativi rimasti: { $count }
page-time-left = Tempo rimasto: { $time }
page-pause = Attenda { $time } prima di continuare.
page-resend = Invia di nuovo il codice
page-resend-in = Potrà inviarlo di nuovo tra { $time }.
page-text-instead = Invia invece un SMS
page-call-instead = Chiama invece questo numero
page-app-instead = Invia invece tramite { $app }
page-wrong-address = Indirizzo sbagliato?
page-wrong-number = Numero sbagliato?
page-other-address = Usa un altro indirizzo
page-other-number = Usa un altro numero
page-failed = Non è stato possibile consegnare il messaggio.
page-wrong = Questo codice è errato.
page-not-a-code = Questo non è un codice. Controlli di nuovo il messaggio; non è stato contato come tentativo.
page-not-an-address = Questo non è un indirizzo e-mail.
page-not-a-number = Questo non è un numero di telefono. Lo scriva con + e il prefisso del Paese.
page-not-either = Questo non è né un indirizzo e-mail né un numero di telefono con + e il prefisso del Paese.
page-not-there = Al momento non possiamo inviare un codice a questo numero.
page-sent-again = Il codice è di nuovo in arrivo.
page-later = In questo momento non è riuscito. Attenda un momento e riprovi.
page-done = Fatto. Può chiudere questa pagina.
page-used = Questo codice è già stato utilizzato.
page-expired = Questo codice è scaduto.
page-exhausted = Non ci sono più tentativi.
page-canceled = Questo codice è stato annullato.
page-start-again = Torni all’app e richieda un nuovo codice.
page-unknown = Questo link non è valido.
page-back = Torna all’app

enrol-title = Configura la tua app di autenticazione
enrol-scan = Scansiona questo codice con un’app di autenticazione sul tuo telefono.
enrol-picture = Codice QR per l’app di autenticazione
enrol-open = Apri in un’app su questo dispositivo
enrol-type = Oppure digita questa chiave nell’app:
enrol-code = Codice mostrato dall’app
enrol-not-a-code = Questo non è un codice dell’app. Non è stato contato come tentativo.
enrol-done = La tua app di autenticazione è configurata
enrol-keep = Conserva questi codici di recupero in un luogo sicuro. Se perdi l’app, ognuno funziona una volta. Vengono mostrati solo ora.
enrol-over = Il tempo per configurare l’app è scaduto
