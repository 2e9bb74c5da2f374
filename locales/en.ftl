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
or-link = Or open this link:
never-share = Never share this code with anyone. We will never ask you for it.

# Text messages have one part: 160 letters of the GSM alphabet, or 70 if one letter is not in it. So they are short,
# and spelt with its letters where good language allows it. `text-for` adds the tenant's name, `text-never-share` a
# warning where there is room. The code stands within the first 40 characters, next to the word for it.
login-text = { $code } is your sign-in code.
verification-text = { $code } is your verification code.
password-reset-text = { $code } is your password reset code.
transaction-text = { $code } is your transaction code.
text-for = { $name }: { $text }
text-never-share = { $text } Never share it.

# Calls: `code` is read out sign by sign. The language is the one that the voice speaks.
call-language = en-US
call-hello = Hello.
call-hello-from = Hello, this is { $name }.
login-call = Your sign-in code is: { $code }.
verification-call = Your verification code is: { $code }.
password-reset-call = Your password reset code is: { $code }.
transaction-call = Your transaction code is: { $code }.
call-again = Once more: { $code }.

page-ask-title = What is your email address?
page-ask = We will send a code to it.
page-address = Email address
page-ask-title-phone = What is your phone number?
page-ask-phone = We will send a code to this number.
page-number = Phone number
page-either = Email address or phone number
page-send = Send the code
page-title = Enter your code
page-sent-to = We sent a code to { $to }.
page-from = It comes from { $from }.
page-spam = If you do not find it, look in your spam folder.
page-texted = We sent a text to { $to }.
page-calling = We are calling { $to }.
page-sent-over = We sent a code to { $to } over { $app }.
page-code = Code
page-code-digits = { $count }-digit code
page-submit = Continue
page-attempts = Attempts left: { $count }
page-time-left = Time left: { $time }
page-pause = Please wait { $time } before you continue.
page-resend = Send the code again
page-resend-in = You can send it again in { $time }.
page-text-instead = Text me instead
page-call-instead = Call me instead
page-app-instead = Send it over { $app } instead
page-wrong-address = Wrong address?
page-wrong-number = Wrong number?
page-other-address = Use another address
page-other-number = Use another number
page-failed = The message could not be delivered.
page-wrong = This code is wrong.
page-not-a-code = This is not a code. Look at the message again; this did not count as an attempt.
page-not-an-address = This is not an email address.
page-not-a-number = This is not a phone number. Please write it with + and the country code.
page-not-either = This is neither an email address nor a phone number with + and the country code.
page-not-there = We cannot send a code to this number at the moment.
page-sent-again = The code is on its way again.
page-later = That did not work just now. Please wait a moment and try again.
page-done = Done. You can close this page.
page-used = This code has already been used.
page-expired = This code has expired.
page-exhausted = There are no attempts left.
page-canceled = This code was called off.
page-start-again = Go back to the app and ask for a new code.
page-unknown = This link is not valid.
page-back = Back to the app

enrol-title = Set up your authenticator app
enrol-scan = Scan this code with an authenticator app on your phone.
enrol-picture = QR code for the authenticator app
enrol-open = Open in an app on this device
enrol-type = Or type this key into the app:
enrol-code = Code that the app shows
enrol-not-a-code = This is not a code of the app. This did not count as an attempt.
enrol-done = Your authenticator app is set up
enrol-keep = Keep these recovery codes in a safe place. If you lose the app, each of them works once. They are shown only now.
enrol-over = The time to set up the app is over
