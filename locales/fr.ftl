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
or-link = Ou ouvrez ce lien :
never-share = Ne communiquez jamais ce code à qui que ce soit. Nous ne vous le demanderons jamais.

login-text = { $code } est votre code de connexion.
verification-text = { $code } est votre code de vérification.
password-reset-text = { $code } est votre code pour changer de mot de passe.
transaction-text = { $code } est votre code pour valider l’opération.
text-for = { $name } : { $text }
text-never-share = { $text } Ne le communiquez à personne.

call-language = fr-FR
call-hello = Bonjour.
call-hello-from = Bonjour, ici { $name }.
login-call = Votre code de connexion est : { $code }.
verification-call = Votre code de vérification est : { $code }.
password-reset-call = Votre code de réinitialisation du mot de passe est : { $code }.
transaction-call = Votre code de validation de l’opération est : { $code }.
call-again = Je répète : { $code }.

page-ask-title = Quelle est votre adresse e-mail ?
page-ask = Nous y enverrons un code.
page-address = Adresse e-mail
page-ask-title-phone = Quel est votre numéro de téléphone ?
page-ask-phone = Nous enverrons un code à ce numéro.
page-number = Numéro de téléphone
page-either = Adresse e-mail ou numéro de téléphone
page-send = Envoyer le code
page-title = Saisissez votre code
page-sent-to = Nous avons envoyé un code à { $to }.
page-from = Il vient de { $from }.
page-spam = Si vous ne le trouvez pas, regardez dans votre dossier de courrier indésirable.
page-texted = Nous avons envoyé un SMS au { $to }.
page-calling = Nous appelons le { $to }.
page-sent-over = Nous avons envoyé un code au { $to } par { $app }.
page-code = Votre code
page-code-digits = Code à { $count } chiffres
page-submit = Continuer
page-attempts = Essais restants : { $count }
page-time-left = Temps restant : { $time }
page-pause = Veuillez attendre { $time } avant de continuer.
page-resend = Renvoyer le code
page-resend-in = Vous pourrez le renvoyer dans { $time }.
page-text-instead = L’envoyer plutôt par SMS
page-call-instead = Recevoir plutôt un appel
page-app-instead = L’envoyer plutôt par { $app }
page-wrong-address = Mauvaise adresse ?
page-wrong-number = Mauvais numéro ?
page-other-address = Utiliser une autre adresse
page-other-number = Utiliser un autre numéro
page-failed = Le message n’a pas pu être remis.
page-wrong = Ce code est incorrect.
page-not-a-code = Ceci n’est pas un code. Veuillez relire le message ; cet essai n’a pas été compté.
page-not-an-address = Ceci n’est pas une adresse e-mail.
page-not-a-number = Ceci n’est pas un numéro de téléphone. Veuillez l’écrire avec + et l’indicatif du pays.
page-not-either = Ceci n’est ni une adresse e-mail ni un numéro de téléphone avec + et l’indicatif du pays.
page-not-there = Nous ne pouvons pas envoyer de code à ce numéro pour le moment.
page-sent-again = Le code est de nouveau en route.
page-later = Cela n’a pas fonctionné pour le moment. Veuillez patienter un instant et réessayer.
page-done = C’est fait. Vous pouvez fermer cette page.
page-used = Ce code a déjà été utilisé.
page-expired = Ce code a expiré.
page-exhausted = Il ne reste plus d’essais.
page-canceled = Ce code a été annulé.
page-start-again = Retournez dans l’application et demandez un nouveau code.
page-unknown = Ce lien n’est pas valide.
page-back = Retour à l’application

enrol-title = Configurez votre application d’authentification
enrol-scan = Scannez ce code avec une application d’authentification sur votre téléphone.
enrol-picture = Code QR pour l’application d’authentification
enrol-open = Ouvrir dans une application sur cet appareil
enrol-type = Ou saisissez cette clé dans l’application :
enrol-code = Code affiché par l’application
enrol-not-a-code = Ce n’est pas un code de l’application. Cela n’a pas compté comme une tentative.
enrol-done = Votre application d’authentification est configurée
enrol-keep = Conservez ces codes de secours en lieu sûr. Si vous perdez l’application, chacun fonctionne une fois. Ils ne sont affichés que maintenant.
enrol-over = Le délai pour configurer l’application est écoulé
