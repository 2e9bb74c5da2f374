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
never-share = โปรดอย่าเปิดเผยรหัสนี้แก่ผู้ใด เราจะไม่มีวันขอรหัสนี้จากคุณ
