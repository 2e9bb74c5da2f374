# Portuguese as written in Portugal, formal address.

titled = { $title } – { $name }

login-title = O seu código de início de sessão
login-intro = Introduza este código para iniciar sessão:
login-unasked = Se não tentou iniciar sessão, ignore esta mensagem. Por segurança, altere a sua palavra-passe.

verification-title = O seu código de verificação
verification-intro = Introduza este código para continuar:
verification-unasked = Se não pediu este código, ignore esta mensagem.

password-reset-title = O seu código para repor a palavra-passe
password-reset-intro = Introduza este código para escolher uma nova palavra-passe:
password-reset-unasked = Se não pediu uma nova palavra-passe, ignore esta mensagem. A sua palavra-passe mantém-se inalterada.

transaction-title = O seu código para confirmar a operação
transaction-intro = Introduza este código para confirmar a operação:
transaction-unasked = Se não iniciou esta operação, não introduza o código e contacte-nos de imediato.

valid-minutes = { $count ->
    [one] Este código é válido durante { $count } minuto.
   *[other] Este código é válido durante { $count } minutos.
}
valid-seconds = { $count ->
    [one] Este código é válido durante { $count } segundo.
   *[other] Este código é válido durante { $count } segundos.
}
or-link = Ou abra esta hiperligação:
never-share = Nunca partilhe este código com ninguém. Nunca lho pediremos.

login-text = { $code } é o código de acesso.
verification-text = { $code } é o código de verificação.
password-reset-text = { $code } é o código da palavra-passe.
transaction-text = { $code } é o código da operação.
text-for = { $name }: { $text }
text-never-share = { $text } Não o partilhe com ninguém.

call-language = pt-PT
call-hello = Olá.
call-hello-from = Olá, daqui fala { $name }.
login-call = O seu código de início de sessão é: { $code }.
verification-call = O seu código de verificação é: { $code }.
password-reset-call = O seu código para repor a palavra-passe é: { $code }.
transaction-call = O seu código para confirmar a operação é: { $code }.
call-again = Repetimos: { $code }.

page-ask-title = Qual é o seu endereço de correio eletrónico?
page-ask = Enviaremos um código para lá.
page-address = Endereço de correio eletrónico
page-ask-title-phone = Qual é o seu número de telefone?
page-ask-phone = Enviaremos um código para este número.
page-number = Número de telefone
page-either = Endereço de correio eletrónico ou número de telefone
page-send = Enviar o código
page-title = Introduza o seu código
page-sent-to = Enviámos um código para { $to }.
page-from = Vem de { $from }.
page-spam = Se não o encontrar, procure na pasta de spam.
page-texted = Enviámos uma SMS para { $to }.
page-calling = Estamos a telefonar para { $to }.
page-sent-over = Enviámos um código para { $to } por { $app }.
page-code = Código
page-code-digits = Código de { $count } dígitos
page-submit = Continuar
page-attempts = Tentativas restantes: { $count }
page-time-left = Tempo restante: { $time }
page-pause = Aguarde { $time } antes de continuar.
page-resend = Enviar o código novamente
page-resend-in = Poderá enviá-lo novamente dentro de { $time }.
page-text-instead = Enviar antes por SMS
page-call-instead = Receber antes uma chamada
page-app-instead = Enviar antes por { $app }
page-wrong-address = Endereço errado?
page-wrong-number = Número errado?
page-other-address = Usar outro endereço
page-other-number = Usar outro número
page-failed = Não foi possível entregar a mensagem.
page-wrong = Este código está errado.
page-not-a-code = Isto não é um código. Consulte novamente a mensagem; não contou como tentativa.
page-not-an-address = Isto não é um endereço de correio eletrónico.
page-not-a-number = Isto não é um número de telefone. Escreva-o com + e o indicativo do país.
page-not-either = Isto não é um endereço de correio eletrónico nem um número de telefone com + e o indicativo do país.
page-not-there = De momento não podemos enviar um código para este número.
page-sent-again = O código está novamente a caminho.
page-later = Não foi possível neste momento. Aguarde um pouco e tente novamente.
page-done = Concluído. Pode fechar esta página.
page-used = Este código já foi utilizado.
page-expired = Este código expirou.
page-exhausted = Não restam tentativas.
page-canceled = Este código foi anulado.
page-start-again = Volte à aplicação e peça um novo código.
page-unknown = Esta ligação não é válida.
page-back = Voltar à aplicação

enrol-title = Configure a sua aplicação de autenticação
enrol-scan = Leia este código com uma aplicação de autenticação no seu telemóvel.
enrol-picture = Código QR para a aplicação de autenticação
enrol-open = Abrir numa aplicação deste dispositivo
enrol-type = Ou escreva esta chave na aplicação:
enrol-code = Código que a aplicação mostra
enrol-not-a-code = Isto não é um código da aplicação. Não contou como tentativa.
enrol-done = A sua aplicação de autenticação está configurada
enrol-keep = Guarde estes códigos de recuperação num lugar seguro. Se perder a aplicação, cada um funciona uma vez. Só são mostrados agora.
enrol-over = O tempo para configurar a aplicação terminou
