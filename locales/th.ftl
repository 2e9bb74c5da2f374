# Thai, polite and formal. A noun stays the same after a number.

titled = { $title } – { $name }

login-title = รหัสเข้าสู่ระบบของคุณ
login-intro = โปรดกรอกรหัสนี้เพื่อเข้าสู่ระบบ:
login-unasked = หากคุณไม่ได้พยายามเข้าสู่ระบบ โปรดเพิกเฉยต่อข้อความนี้ และเพื่อความปลอดภัย โปรดเปลี่ยนรหัสผ่านของคุณ

verification-title = รหัสยืนยันของคุณ
verification-intro = โปรดกรอกรหัสนี้เพื่อดำเนินการต่อ:
verification-unasked = หากคุณไม่ได้ขอรหัสนี้ โปรดเพิกเฉยต่อข้อความนี้

password-reset-title = รหัสสำหรับตั้งรหัสผ่านใหม่
password-reset-intro = โปรดกรอกรหัสนี้เพื่อตั้งรหัสผ่านใหม่:
password-reset-unasked = หากคุณไม่ได้ขอตั้งรหัสผ่านใหม่ โปรดเพิกเฉยต่อข้อความนี้ รหัสผ่านของคุณจะไม่เปลี่ยนแปลง

transaction-title = รหัสยืนยันการทำรายการ
transaction-intro = โปรดกรอกรหัสนี้เพื่อยืนยันการทำรายการ:
transaction-unasked = หากคุณไม่ได้เป็นผู้ทำรายการนี้ โปรดอย่ากรอกรหัสและติดต่อเราทันที

valid-minutes = รหัสนี้ใช้ได้ภายใน { $count } นาที
valid-seconds = รหัสนี้ใช้ได้ภายใน { $count } วินาที
or-link = หรือเปิดลิงก์นี้:
never-share = โปรดอย่าเปิดเผยรหัสนี้แก่ผู้ใด เราจะไม่มีวันขอรหัสนี้จากคุณ

login-text = { $code } คือรหัสเข้าสู่ระบบ
verification-text = { $code } คือรหัสยืนยัน
password-reset-text = { $code } คือรหัสสำหรับตั้งรหัสผ่านใหม่
transaction-text = { $code } คือรหัสยืนยันรายการ
text-for = { $name }: { $text }
text-never-share = { $text } ห้ามบอกรหัสนี้แก่ผู้อื่น

call-language = th-TH
call-hello = สวัสดี
call-hello-from = สวัสดี สายนี้โทรจาก { $name }
login-call = รหัสเข้าสู่ระบบของคุณคือ { $code }
verification-call = รหัสยืนยันของคุณคือ { $code }
password-reset-call = รหัสสำหรับตั้งรหัสผ่านใหม่คือ { $code }
transaction-call = รหัสยืนยันการทำรายการคือ { $code }
call-again = ขอทวนอีกครั้ง { $code }

page-ask-title = กรอกที่อยู่อีเมลของคุณ
page-ask = เราจะส่งรหัสไปที่อีเมลนี้
page-address = ที่อยู่อีเมล
page-ask-title-phone = กรอกหมายเลขโทรศัพท์ของคุณ
page-ask-phone = เราจะส่งรหัสไปที่หมายเลขนี้
page-number = หมายเลขโทรศัพท์
page-either = ที่อยู่อีเมลหรือหมายเลขโทรศัพท์
page-send = ส่งรหัส
page-title = กรอกรหัสของคุณ
page-sent-to = เราได้ส่งรหัสไปที่ { $to } แล้ว
page-from = อีเมลส่งมาจาก { $from }
page-spam = หากไม่พบ โปรดดูในโฟลเดอร์จดหมายขยะ
page-texted = เราได้ส่งข้อความสั้นไปที่ { $to } แล้ว
page-calling = เรากำลังโทรไปที่ { $to }
page-sent-over = เราได้ส่งรหัสไปที่ { $to } ทาง { $app } แล้ว
page-code = รหัส
page-code-digits = รหัส { $count } หลัก
page-submit = ดำเนินการต่อ
page-attempts = จำนวนครั้งที่เหลือ: { $count }
page-time-left = เวลาที่เหลือ: { $time }
page-pause = โปรดรอ { $time } ก่อนดำเนินการต่อ
page-resend = ส่งรหัสอีกครั้ง
page-resend-in = คุณสามารถส่งอีกครั้งได้ใน { $time }
page-text-instead = ส่งทางข้อความสั้นแทน
page-call-instead = รับรหัสทางโทรศัพท์แทน
page-app-instead = ส่งทาง { $app } แทน
page-wrong-address = ที่อยู่ไม่ถูกต้องใช่หรือไม่
page-wrong-number = หมายเลขไม่ถูกต้องใช่หรือไม่
page-other-address = ใช้ที่อยู่อื่น
page-other-number = ใช้หมายเลขอื่น
page-failed = ไม่สามารถส่งข้อความได้
page-wrong = รหัสนี้ไม่ถูกต้อง
page-not-a-code = นี่ไม่ใช่รหัส โปรดดูข้อความอีกครั้ง ครั้งนี้ไม่นับเป็นการลอง
page-not-an-address = นี่ไม่ใช่ที่อยู่อีเมล
page-not-a-number = นี่ไม่ใช่หมายเลขโทรศัพท์ โปรดกรอกพร้อม + และรหัสประเทศ
page-not-either = นี่ไม่ใช่ทั้งที่อยู่อีเมลและหมายเลขโทรศัพท์ที่มี + และรหัสประเทศ
page-not-there = ขณะนี้เราไม่สามารถส่งรหัสไปที่หมายเลขนี้ได้
page-sent-again = ส่งรหัสอีกครั้งแล้ว
page-later = ขณะนี้ยังทำรายการไม่ได้ โปรดรอสักครู่แล้วลองอีกครั้ง
page-done = เสร็จแล้ว คุณปิดหน้านี้ได้
page-used = รหัสนี้ถูกใช้ไปแล้ว
page-expired = รหัสนี้หมดอายุแล้ว
page-exhausted = ไม่เหลือจำนวนครั้งให้ลองแล้ว
page-canceled = รหัสนี้ถูกยกเลิกแล้ว
page-start-again = โปรดกลับไปที่แอปและขอรหัสใหม่
page-unknown = ลิงก์นี้ใช้ไม่ได้
page-back = กลับไปที่แอป

enrol-title = ตั้งค่าแอปยืนยันตัวตนของคุณ
enrol-scan = สแกนรหัสนี้ด้วยแอปยืนยันตัวตนในโทรศัพท์ของคุณ
enrol-picture = คิวอาร์โค้ดสำหรับแอปยืนยันตัวตน
enrol-open = เปิดในแอปบนอุปกรณ์นี้
enrol-type = หรือพิมพ์คีย์นี้ในแอป:
enrol-code = รหัสที่แอปแสดง
enrol-not-a-code = นี่ไม่ใช่รหัสของแอป ไม่นับเป็นการลอง
enrol-done = ตั้งค่าแอปยืนยันตัวตนของคุณแล้ว
enrol-keep = เก็บรหัสกู้คืนเหล่านี้ไว้ในที่ปลอดภัย หากคุณทำแอปหาย แต่ละรหัสใช้ได้หนึ่งครั้ง รหัสจะแสดงเฉพาะตอนนี้เท่านั้น
enrol-over = หมดเวลาตั้งค่าแอปแล้ว
