# Turkish, formal address (siz). A noun stays singular after a number.

titled = { $title } – { $name }

login-title = Giriş kodunuz
login-intro = Giriş yapmak için bu kodu girin:
login-unasked = Giriş yapmayı denemediyseniz lütfen bu iletiyi dikkate almayın. Güvenliğiniz için şifrenizi değiştirin.

verification-title = Doğrulama kodunuz
verification-intro = Devam etmek için bu kodu girin:
verification-unasked = Bu kodu siz istemediyseniz lütfen bu iletiyi dikkate almayın.

password-reset-title = Şifre sıfırlama kodunuz
password-reset-intro = Yeni bir şifre belirlemek için bu kodu girin:
password-reset-unasked = Yeni bir şifre istemediyseniz lütfen bu iletiyi dikkate almayın. Şifreniz değişmeyecektir.

transaction-title = İşlem onay kodunuz
transaction-intro = İşleminizi onaylamak için bu kodu girin:
transaction-unasked = Bu işlemi siz başlatmadıysanız kodu girmeyin ve hemen bizimle iletişime geçin.

valid-minutes = Bu kod { $count } dakika geçerlidir.
valid-seconds = Bu kod { $count } saniye geçerlidir.
or-link = Ya da bu bağlantıyı açın:
never-share = Bu kodu hiçbir zaman kimseyle paylaşmayın. Sizden bu kodu asla istemeyiz.

login-text = { $code } giriş kodunuzdur.
verification-text = { $code } doğrulama kodunuzdur.
password-reset-text = { $code } şifre sıfırlama kodunuzdur.
transaction-text = { $code } işlem onay kodunuzdur.
text-for = { $name }: { $text }
text-never-share = { $text } Kimseyle paylaşmayın.

call-language = tr-TR
call-hello = Merhaba.
call-hello-from = Merhaba, { $name } adına arıyoruz.
login-call = Giriş kodunuz: { $code }.
verification-call = Doğrulama kodunuz: { $code }.
password-reset-call = Şifre sıfırlama kodunuz: { $code }.
transaction-call = İşlem onay kodunuz: { $code }.
call-again = Tekrar ediyorum: { $code }.

page-ask-title = E-posta adresiniz nedir?
page-ask = Bu adrese bir kod göndereceğiz.
page-address = E-posta adresi
page-ask-title-phone = Telefon numaranız nedir?
page-ask-phone = Bu numaraya bir kod göndereceğiz.
page-number = Telefon numarası
page-either = E-posta adresi veya telefon numarası
page-send = Kodu gönder
page-title = Kodunuzu girin
page-sent-to = { $to } adresine bir kod gönderdik.
page-from = Mesaj { $from } adresinden gelir.
page-spam = Bulamazsanız spam klasörünüze bakın.
page-texted = { $to } numarasına bir SMS gönderdik.
page-calling = { $to } numarasını arıyoruz.
page-sent-over = { $to } numarasına { $app } üzerinden bir kod gönderdik.
page-code = Kod
page-code-digits = { $count } haneli kod
page-submit = Devam et
page-attempts = Kalan deneme: { $count }
page-time-left = Kalan süre: { $time }
page-pause = Devam etmeden önce lütfen { $time } bekleyin.
page-resend = Kodu yeniden gönder
page-resend-in = { $time } sonra yeniden gönderebilirsiniz.
page-text-instead = Bunun yerine SMS gönder
page-call-instead = Bunun yerine telefonla ara
page-app-instead = Bunun yerine { $app } üzerinden gönder
page-wrong-address = Adres yanlış mı?
page-wrong-number = Numara yanlış mı?
page-other-address = Başka bir adres kullan
page-other-number = Başka bir numara kullan
page-failed = İleti teslim edilemedi.
page-wrong = Bu kod yanlış.
page-not-a-code = Bu bir kod değil. Lütfen iletiye yeniden bakın; bu bir deneme sayılmadı.
page-not-an-address = Bu bir e-posta adresi değil.
page-not-a-number = Bu bir telefon numarası değil. Lütfen + ve ülke koduyla yazın.
page-not-either = Bu ne bir e-posta adresi ne de + ve ülke koduyla yazılmış bir telefon numarası.
page-not-there = Şu anda bu numaraya kod gönderemiyoruz.
page-sent-again = Kod yeniden yolda.
page-later = Şu anda olmadı. Lütfen biraz bekleyip yeniden deneyin.
page-done = Tamamlandı. Bu sayfayı kapatabilirsiniz.
page-used = Bu kod zaten kullanıldı.
page-expired = Bu kodun süresi doldu.
page-exhausted = Deneme hakkı kalmadı.
page-canceled = Bu kod iptal edildi.
page-start-again = Uygulamaya dönün ve yeni bir kod isteyin.
page-unknown = Bu bağlantı geçerli değil.
page-back = Uygulamaya dön

enrol-title = Kimlik doğrulama uygulamanızı kurun
enrol-scan = Bu kodu telefonunuzdaki bir kimlik doğrulama uygulamasıyla tarayın.
enrol-picture = Kimlik doğrulama uygulaması için QR kodu
enrol-open = Bu cihazdaki bir uygulamada aç
enrol-type = Veya bu anahtarı uygulamaya yazın:
enrol-code = Uygulamanın gösterdiği kod
enrol-not-a-code = Bu, uygulamanın kodu değil. Deneme olarak sayılmadı.
enrol-done = Kimlik doğrulama uygulamanız kuruldu
enrol-keep = Bu kurtarma kodlarını güvenli bir yerde saklayın. Uygulamayı kaybederseniz her biri bir kez geçerlidir. Yalnızca şimdi gösterilirler.
enrol-over = Uygulamayı kurma süresi doldu
