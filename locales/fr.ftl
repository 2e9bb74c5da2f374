# French, formal address (vous). A no-break space stands before a colon.

titled = { $title } – { $name }

login-title = Votre code de connexion
login-intro = Saisissez ce code pour vous connecter :
login-unasked = Si vous n’avez pas tenté de vous connecter, veuillez ignorer ce message. Par sécurité, changez votre mot de passe.

verification-title = Votre code de vérification
verification-intro = Saisissez ce code pour continuer :
verification-unasked = Si vous n’avez pas demandé ce code, veuillez ignorer ce message.

password-reset-title = Votre code de réinitialisation du mot de passe
password-reset-intro = Saisissez ce code pour choisir un nouveau mot de passe :
password-reset-unasked = Si vous n’avez pas demandé de nouveau mot de passe, veuillez ignorer ce message. Votre mot de passe reste inchangé.

transaction-title = Votre code de validation de l’opération
transaction-intro = Saisissez ce code pour confirmer votre opération :
transaction-unasked = Si vous n’êtes pas à l’origine de cette opération, ne saisissez pas le code et contactez-nous immédiatement.

valid-minutes = { $count ->
    [one] Ce code est valable { $count } minute.
   *[other] Ce code est valable { $count } minutes.
}
valid-seconds = { $count ->
    [one] Ce code est valable { $count } seconde.
   *[other] Ce code est valable { $count } secondes.
}
never-share = Ne communiquez jamais ce code à qui que ce soit. Nous ne vous le demanderons jamais.
