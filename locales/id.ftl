# Indonesian, formal address (Anda). A noun stays the same after a number.

titled = { $title } – { $name }

login-title = Kode masuk Anda
login-intro = Masukkan kode ini untuk masuk:
login-unasked = Jika Anda tidak mencoba masuk, abaikan pesan ini. Demi keamanan, ubah kata sandi Anda.

verification-title = Kode verifikasi Anda
verification-intro = Masukkan kode ini untuk melanjutkan:
verification-unasked = Jika Anda tidak meminta kode ini, abaikan pesan ini.

password-reset-title = Kode pengaturan ulang kata sandi Anda
password-reset-intro = Masukkan kode ini untuk membuat kata sandi baru:
password-reset-unasked = Jika Anda tidak meminta kata sandi baru, abaikan pesan ini. Kata sandi Anda tidak berubah.

transaction-title = Kode konfirmasi transaksi Anda
transaction-intro = Masukkan kode ini untuk mengonfirmasi transaksi Anda:
transaction-unasked = Jika Anda tidak memulai transaksi ini, jangan masukkan kode ini dan segera hubungi kami.

valid-minutes = Kode ini berlaku selama { $count } menit.
valid-seconds = Kode ini berlaku selama { $count } detik.
or-link = Atau buka tautan ini:
never-share = Jangan pernah membagikan kode ini kepada siapa pun. Kami tidak akan pernah memintanya.

login-text = { $code } adalah kode masuk Anda.
verification-text = { $code } adalah kode verifikasi Anda.
password-reset-text = { $code } adalah kode untuk kata sandi baru Anda.
transaction-text = { $code } adalah kode transaksi Anda.
text-for = { $name }: { $text }
text-never-share = { $text } Jangan berikan kepada siapa pun.

call-language = id-ID
call-hello = Halo.
call-hello-from = Halo, ini panggilan dari { $name }.
login-call = Kode masuk Anda adalah: { $code }.
verification-call = Kode verifikasi Anda adalah: { $code }.
password-reset-call = Kode pengaturan ulang kata sandi Anda adalah: { $code }.
transaction-call = Kode konfirmasi transaksi Anda adalah: { $code }.
call-again = Kami ulangi: { $code }.

page-ask-title = Apa alamat surel Anda?
page-ask = Kami akan mengirim kode ke sana.
page-address = Alamat surel
page-ask-title-phone = Berapa nomor telepon Anda?
page-ask-phone = Kami akan mengirim kode ke nomor ini.
page-number = Nomor telepon
page-either = Alamat surel atau nomor telepon
page-send = Kirim kode
page-title = Masukkan kode Anda
page-sent-to = Kami telah mengirim kode ke { $to }.
page-from = Pesan ini datang dari { $from }.
page-spam = Jika tidak ditemukan, periksa folder spam Anda.
page-texted = Kami telah mengirim SMS ke { $to }.
page-calling = Kami sedang menelepon { $to }.
page-sent-over = Kami telah mengirim kode ke { $to } melalui { $app }.
page-code = Kode
page-code-digits = Kode { $count } digit
page-submit = Lanjutkan
page-attempts = Sisa percobaan: { $count }
page-time-left = Sisa waktu: { $time }
page-pause = Harap tunggu { $time } sebelum melanjutkan.
page-resend = Kirim ulang kode
page-resend-in = Anda dapat mengirimnya lagi dalam { $time }.
page-text-instead = Kirim melalui SMS saja
page-call-instead = Telepon saya saja
page-app-instead = Kirim melalui { $app } saja
page-wrong-address = Alamat salah?
page-wrong-number = Nomor salah?
page-other-address = Gunakan alamat lain
page-other-number = Gunakan nomor lain
page-failed = Pesan tidak dapat disampaikan.
page-wrong = Kode ini salah.
page-not-a-code = Ini bukan kode. Silakan lihat kembali pesannya; ini tidak dihitung sebagai percobaan.
page-not-an-address = Ini bukan alamat surel.
page-not-a-number = Ini bukan nomor telepon. Silakan tulis dengan + dan kode negara.
page-not-either = Ini bukan alamat surel maupun nomor telepon dengan + dan kode negara.
page-not-there = Saat ini kami tidak dapat mengirim kode ke nomor ini.
page-sent-again = Kode sedang dikirim lagi.
page-later = Saat ini belum berhasil. Silakan tunggu sebentar lalu coba lagi.
page-done = Selesai. Anda dapat menutup halaman ini.
page-used = Kode ini sudah digunakan.
page-expired = Kode ini sudah kedaluwarsa.
page-exhausted = Tidak ada percobaan tersisa.
page-canceled = Kode ini telah dibatalkan.
page-start-again = Kembalilah ke aplikasi dan minta kode baru.
page-unknown = Tautan ini tidak berlaku.
page-back = Kembali ke aplikasi

enrol-title = Siapkan aplikasi autentikator Anda
enrol-scan = Pindai kode ini dengan aplikasi autentikator di ponsel Anda.
enrol-picture = Kode QR untuk aplikasi autentikator
enrol-open = Buka di aplikasi pada perangkat ini
enrol-type = Atau ketik kunci ini di aplikasi:
enrol-code = Kode yang ditampilkan aplikasi
enrol-not-a-code = Ini bukan kode dari aplikasi. Ini tidak dihitung sebagai percobaan.
enrol-done = Aplikasi autentikator Anda sudah siap
enrol-keep = Simpan kode pemulihan ini di tempat yang aman. Jika Anda kehilangan aplikasi, masing-masing berlaku satu kali. Kode ini hanya ditampilkan sekarang.
enrol-over = Waktu untuk menyiapkan aplikasi telah habis
