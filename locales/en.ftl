# English: what is said where no other locale fits, and the model for the others.

titled = { $title } for { $name }

login-title = Your sign-in code
login-intro = Enter this code to sign in:
login-unasked = If you did not try to sign in, please ignore this message. To be safe, change your password.

verification-title = Your verification code
verification-intro = Enter this code to continue:
verification-unasked = If you did not ask for this code, please ignore this message.

password-reset-title = Your password reset code
password-reset-intro = Enter this code to choose a new password:
password-reset-unasked = If you did not ask for a new password, please ignore this message. Your password stays unchanged.

transaction-title = Your transaction code
transaction-intro = Enter this code to confirm your transaction:
transaction-unasked = If you did not start this transaction, do not enter the code and contact us immediately.

valid-minutes = { $count ->
    [one] This code is valid for { $count } minute.
   *[other] This code is valid for { $count } minutes.
}
valid-seconds = { $count ->
    [one] This code is valid for { $count } second.
   *[other] This code is valid for { $count } seconds.
}
never-share = Never share this code with anyone. We will never ask you for it.
