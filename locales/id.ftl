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
never-share = Jangan pernah membagikan kode ini kepada siapa pun. Kami tidak akan pernah memintanya.
