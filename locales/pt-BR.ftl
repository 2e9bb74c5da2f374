# Portuguese as written in Brazil, formal address (você).

titled = { $title } – { $name }

login-title = Seu código de acesso
login-intro = Digite este código para entrar:
login-unasked = Se você não tentou entrar, ignore esta mensagem. Por segurança, altere sua senha.

verification-title = Seu código de verificação
verification-intro = Digite este código para continuar:
verification-unasked = Se você não solicitou este código, ignore esta mensagem.

password-reset-title = Seu código para redefinir a senha
password-reset-intro = Digite este código para escolher uma nova senha:
password-reset-unasked = Se você não solicitou uma nova senha, ignore esta mensagem. Sua senha continua a mesma.

transaction-title = Seu código para confirmar a transação
transaction-intro = Digite este código para confirmar a transação:
transaction-unasked = Se você não iniciou esta transação, não digite o código e entre em contato conosco imediatamente.

valid-minutes = { $count ->
    [one] Este código é válido por { $count } minuto.
   *[other] Este código é válido por { $count } minutos.
}
valid-seconds = { $count ->
    [one] Este código é válido por { $count } segundo.
   *[other] Este código é válido por { $count } segundos.
}
or-link = Ou abra este link:
never-share = Nunca compartilhe este código com ninguém. Nós nunca pediremos que você o informe.

login-text = { $code } é seu código de acesso.
verification-text = { $code } é seu código de verificação.
password-reset-text = { $code } é seu código da nova senha.
transaction-text = { $code } é seu código da transação.
text-for = { $name }: { $text }
text-never-share = { $text } Não o compartilhe.

call-language = pt-BR
call-hello = Olá.
call-hello-from = Olá, aqui é { $name }.
login-call = Seu código de acesso é: { $code }.
verification-call = Seu código de verificação é: { $code }.
password-reset-call = Seu código para redefinir a senha é: { $code }.
transaction-call = Seu código para confirmar a transação é: { $code }.
call-again = Repetindo: { $code }.

page-ask-title = Qual é o seu endereço de e-mail?
page-ask = Enviaremos um código para ele.
page-address = Endereço de e-mail
page-ask-title-phone = Qual é o seu número de telefone?
page-ask-phone = Enviaremos um código para este número.
page-number = Número de telefone
page-either = Endereço de e-mail ou número de telefone
page-send = Enviar o código
page-title = Digite seu código
page-sent-to = Enviamos um código para { $to }.
page-from = Ele vem de { $from }.
page-spam = Se não o encontrar, olhe na pasta de spam.
page-texted = Enviamos um SMS para { $to }.
page-calling = Estamos ligando para { $to }.
page-sent-over = Enviamos um código para { $to } pelo { $app }.
page-code = Código
page-code-digits = Código de { $count } dígitos
page-submit = Continuar
page-attempts = Tentativas restantes: { $count }
page-time-left = Tempo restante: { $time }
page-pause = Aguarde { $time } antes de continuar.
page-resend = Enviar o código novamente
page-resend-in = Você poderá enviá-lo novamente em { $time }.
page-text-instead = Enviar por SMS
page-call-instead = Receber uma ligação
page-app-instead = Enviar pelo { $app }
page-wrong-address = Endereço errado?
page-wrong-number = Número errado?
page-other-address = Usar outro endereço
page-other-number = Usar outro número
page-failed = Não foi possível entregar a mensagem.
page-wrong = Este código está errado.
page-not-a-code = Isto não é um código. Confira a mensagem novamente; não contou como tentativa.
page-not-an-address = Isto não é um endereço de e-mail.
page-not-a-number = Isto não é um número de telefone. Escreva-o com + e o código do país.
page-not-either = Isto não é um endereço de e-mail nem um número de telefone com + e o código do país.
page-not-there = No momento não podemos enviar um código para este número.
page-sent-again = O código está a caminho novamente.
page-later = Não foi possível agora. Aguarde um momento e tente novamente.
page-done = Pronto. Você pode fechar esta página.
page-used = Este código já foi usado.
page-expired = Este código expirou.
page-exhausted = Não restam tentativas.
page-canceled = Este código foi cancelado.
page-start-again = Volte ao aplicativo e peça um novo código.
page-unknown = Este link não é válido.
page-back = Voltar ao aplicativo

enrol-title = Configure seu aplicativo autenticador
enrol-scan = Escaneie este código com um aplicativo autenticador no seu celular.
enrol-picture = Código QR para o aplicativo autenticador
enrol-open = Abrir em um aplicativo neste dispositivo
enrol-type = Ou digite esta chave no aplicativo:
enrol-code = Código que o aplicativo mostra
enrol-not-a-code = Isto não é um código do aplicativo. Não contou como tentativa.
enrol-done = Seu aplicativo autenticador está configurado
enrol-keep = Guarde estes códigos de recuperação em um lugar seguro. Se você perder o aplicativo, cada um funciona uma vez. Eles só são mostrados agora.
enrol-over = O tempo para configurar o aplicativo acabou
