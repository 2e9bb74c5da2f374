# Polish, formal address (Państwo), plurals: 1, 2–4, 5 and more.

titled = { $title } – { $name }

login-title = Kod logowania
login-intro = Aby się zalogować, prosimy wpisać ten kod:
login-unasked = Jeśli to nie Państwo próbowali się zalogować, prosimy zignorować tę wiadomość. Dla bezpieczeństwa prosimy zmienić hasło.

verification-title = Kod weryfikacyjny
verification-intro = Aby kontynuować, prosimy wpisać ten kod:
verification-unasked = Jeśli nie prosili Państwo o ten kod, prosimy zignorować tę wiadomość.

password-reset-title = Kod do zresetowania hasła
password-reset-intro = Aby ustawić nowe hasło, prosimy wpisać ten kod:
password-reset-unasked = Jeśli nie prosili Państwo o nowe hasło, prosimy zignorować tę wiadomość. Hasło pozostanie bez zmian.

transaction-title = Kod do potwierdzenia transakcji
transaction-intro = Aby potwierdzić transakcję, prosimy wpisać ten kod:
transaction-unasked = Jeśli to nie Państwo zlecili tę transakcję, prosimy nie wpisywać kodu i niezwłocznie się z nami skontaktować.

valid-minutes = { $count ->
    [one] Kod jest ważny przez { $count } minutę.
    [few] Kod jest ważny przez { $count } minuty.
   *[many] Kod jest ważny przez { $count } minut.
}
valid-seconds = { $count ->
    [one] Kod jest ważny przez { $count } sekundę.
    [few] Kod jest ważny przez { $count } sekundy.
   *[many] Kod jest ważny przez { $count } sekund.
}
or-link = Można też otworzyć ten link:
never-share = Prosimy nigdy nie udostępniać nikomu tego kodu. Nigdy o niego nie poprosimy.

login-text = { $code } to kod logowania.
verification-text = { $code } to kod weryfikacyjny.
password-reset-text = { $code } to kod do zmiany hasła.
transaction-text = { $code } to kod autoryzacji transakcji.
text-for = { $name }: { $text }
text-never-share = { $text } Nie podawaj go nikomu.

call-language = pl-PL
call-hello = Dzień dobry.
call-hello-from = Dzień dobry, tu { $name }.
login-call = Kod logowania to: { $code }.
verification-call = Kod weryfikacyjny to: { $code }.
password-reset-call = Kod do zresetowania hasła to: { $code }.
transaction-call = Kod do potwierdzenia transakcji to: { $code }.
call-again = Powtarzam: { $code }.

page-ask-title = Jaki jest Państwa adres e-mail?
page-ask = Wyślemy na niego kod.
page-address = Adres e-mail
page-ask-title-phone = Jaki jest Państwa numer telefonu?
page-ask-phone = Wyślemy kod na ten numer.
page-number = Numer telefonu
page-either = Adres e-mail lub numer telefonu
page-send = Wyślij kod
page-title = Prosimy wpisać kod
page-sent-to = Wysłaliśmy kod na adres { $to }.
page-from = Wiadomość przyjdzie z adresu { $from }.
page-spam = Jeśli jej nie ma, sprawdź folder ze spamem.
page-texted = Wysłaliśmy SMS na numer { $to }.
page-calling = Dzwonimy na numer { $to }.
page-sent-over = Wysłaliśmy kod na numer { $to } przez { $app }.
page-code = Kod
page-code-digits = Kod z { $count } cyfr
page-submit = Dalej
page-attempts = Pozostałe próby: { $count }
page-time-left = Pozostały czas: { $time }
page-pause = Poczekaj { $time }, zanim przejdziesz dalej.
page-resend = Wyślij kod ponownie
page-resend-in = Kod można wysłać ponownie za { $time }.
page-text-instead = Wyślij zamiast tego SMS
page-call-instead = Zadzwoń zamiast tego
page-app-instead = Wyślij zamiast tego przez { $app }
page-wrong-address = Niewłaściwy adres?
page-wrong-number = Niewłaściwy numer?
page-other-address = Użyj innego adresu
page-other-number = Użyj innego numeru
page-failed = Nie udało się dostarczyć wiadomości.
page-wrong = Ten kod jest nieprawidłowy.
page-not-a-code = To nie jest kod. Prosimy jeszcze raz sprawdzić wiadomość; nie policzono tego jako próby.
page-not-an-address = To nie jest adres e-mail.
page-not-a-number = To nie jest numer telefonu. Prosimy wpisać go ze znakiem + i numerem kierunkowym kraju.
page-not-either = To nie jest ani adres e-mail, ani numer telefonu ze znakiem + i numerem kierunkowym kraju.
page-not-there = W tej chwili nie możemy wysłać kodu na ten numer.
page-sent-again = Kod jest znowu w drodze.
page-later = Teraz się nie udało. Prosimy chwilę poczekać i spróbować ponownie.
page-done = Gotowe. Możesz zamknąć tę stronę.
page-used = Ten kod został już użyty.
page-expired = Ten kod wygasł.
page-exhausted = Nie ma już więcej prób.
page-canceled = Ten kod został anulowany.
page-start-again = Prosimy wrócić do aplikacji i poprosić o nowy kod.
page-unknown = Ten link jest nieprawidłowy.
page-back = Wróć do aplikacji

enrol-title = Skonfiguruj aplikację uwierzytelniającą
enrol-scan = Zeskanuj ten kod aplikacją uwierzytelniającą w telefonie.
enrol-picture = Kod QR dla aplikacji uwierzytelniającej
enrol-open = Otwórz w aplikacji na tym urządzeniu
enrol-type = Albo wpisz ten klucz w aplikacji:
enrol-code = Kod wyświetlany przez aplikację
enrol-not-a-code = To nie jest kod z aplikacji. Nie policzyliśmy tego jako próby.
enrol-done = Aplikacja uwierzytelniająca jest skonfigurowana
enrol-keep = Przechowuj te kody odzyskiwania w bezpiecznym miejscu. Jeśli stracisz aplikację, każdy z nich zadziała raz. Są pokazywane tylko teraz.
enrol-over = Czas na skonfigurowanie aplikacji minął
