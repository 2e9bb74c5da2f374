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
never-share = No comparta nunca este código con nadie. Nunca se lo pediremos.
