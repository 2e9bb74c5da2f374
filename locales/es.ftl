# Spanish, formal address (usted).

titled = { $title } – { $name }

login-title = Su código de inicio de sesión
login-intro = Introduzca este código para iniciar sesión:
login-unasked = Si no ha intentado iniciar sesión, ignore este mensaje. Por seguridad, cambie su contraseña.

verification-title = Su código de verificación
verification-intro = Introduzca este código para continuar:
verification-unasked = Si no ha solicitado este código, ignore este mensaje.

password-reset-title = Su código para restablecer la contraseña
password-reset-intro = Introduzca este código para elegir una nueva contraseña:
password-reset-unasked = Si no ha solicitado una nueva contraseña, ignore este mensaje. Su contraseña no cambiará.

transaction-title = Su código para confirmar la operación
transaction-intro = Introduzca este código para confirmar la operación:
transaction-unasked = Si no ha iniciado esta operación, no introduzca el código y póngase en contacto con nosotros de inmediato.

valid-minutes = { $count ->
    [one] Este código es válido durante { $count } minuto.
   *[other] Este código es válido durante { $count } minutos.
}
valid-seconds = { $count ->
    [one] Este código es válido durante { $count } segundo.
   *[other] Este código es válido durante { $count } segundos.
}
or-link = O abra este enlace:
never-share = No comparta nunca este código con nadie. Nunca se lo pediremos.

# “Clave” instead of “código” in text messages: the GSM alphabet has no ó.
login-text = { $code } es su clave de acceso.
verification-text = { $code } es su clave de seguridad.
password-reset-text = { $code } es su clave para cambiar la contraseña.
transaction-text = { $code } es su clave de firma.
text-for = { $name }: { $text }
text-never-share = { $text } No la comparta con nadie.

call-language = es-ES
call-hello = Hola.
call-hello-from = Hola, le llama { $name }.
login-call = Su código de inicio de sesión es: { $code }.
verification-call = Su código de verificación es: { $code }.
password-reset-call = Su código para restablecer la contraseña es: { $code }.
transaction-call = Su código para confirmar la operación es: { $code }.
call-again = Repetimos: { $code }.

page-ask-title = ¿Cuál es su dirección de correo electrónico?
page-ask = Le enviaremos un código.
page-address = Correo electrónico
page-ask-title-phone = ¿Cuál es su número de teléfono?
page-ask-phone = Enviaremos un código a este número.
page-number = Número de teléfono
page-either = Correo electrónico o número de teléfono
page-send = Enviar el código
page-title = Introduzca su código
page-sent-to = Hemos enviado un código a { $to }.
page-from = Llega desde { $from }.
page-spam = Si no lo encuentra, mire en la carpeta de correo no deseado.
page-texted = Hemos enviado un SMS a { $to }.
page-calling = Estamos llamando a { $to }.
page-sent-over = Hemos enviado un código a { $to } por { $app }.
page-code = Código
page-code-digits = Código de { $count } dígitos
page-submit = Continuar
page-attempts = Intentos restantes: { $count }
page-time-left = Tiempo restante: { $time }
page-pause = Espere { $time } antes de continuar.
page-resend = Enviar el código otra vez
page-resend-in = Podrá enviarlo otra vez dentro de { $time }.
page-text-instead = Enviarlo por SMS
page-call-instead = Recibir una llamada
page-app-instead = Enviarlo por { $app }
page-wrong-address = ¿Dirección incorrecta?
page-wrong-number = ¿Número incorrecto?
page-other-address = Usar otra dirección
page-other-number = Usar otro número
page-failed = No se ha podido entregar el mensaje.
page-wrong = Este código es incorrecto.
page-not-a-code = Esto no es un código. Consulte de nuevo el mensaje; no ha contado como intento.
page-not-an-address = Esto no es una dirección de correo electrónico.
page-not-a-number = Esto no es un número de teléfono. Escríbalo con + y el prefijo del país.
page-not-either = Esto no es una dirección de correo electrónico ni un número de teléfono con + y el prefijo del país.
page-not-there = En este momento no podemos enviar un código a este número.
page-sent-again = El código está de nuevo en camino.
page-later = No ha sido posible en este momento. Espere un momento e inténtelo de nuevo.
page-done = Listo. Puede cerrar esta página.
page-used = Este código ya se ha utilizado.
page-expired = Este código ha caducado.
page-exhausted = No quedan intentos.
page-canceled = Este código se ha anulado.
page-start-again = Vuelva a la aplicación y solicite un código nuevo.
page-unknown = Este enlace no es válido.
page-back = Volver a la aplicación

enrol-title = Configura tu aplicación de autenticación
enrol-scan = Escanea este código con una aplicación de autenticación en tu teléfono.
enrol-picture = Código QR para la aplicación de autenticación
enrol-open = Abrir en una aplicación de este dispositivo
enrol-type = O escribe esta clave en la aplicación:
enrol-code = Código que muestra la aplicación
enrol-not-a-code = Esto no es un código de la aplicación. No ha contado como intento.
enrol-done = Tu aplicación de autenticación está configurada
enrol-keep = Guarda estos códigos de recuperación en un lugar seguro. Si pierdes la aplicación, cada uno sirve una vez. Solo se muestran ahora.
enrol-over = Se ha agotado el tiempo para configurar la aplicación
