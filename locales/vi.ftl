# Vietnamese, polite. A noun stays the same after a number.

titled = { $title } – { $name }

login-title = Mã đăng nhập của quý khách
login-intro = Vui lòng nhập mã này để đăng nhập:
login-unasked = Nếu quý khách không thực hiện đăng nhập, vui lòng bỏ qua thư này. Để bảo đảm an toàn, quý khách nên đổi mật khẩu.

verification-title = Mã xác minh của quý khách
verification-intro = Vui lòng nhập mã này để tiếp tục:
verification-unasked = Nếu quý khách không yêu cầu mã này, vui lòng bỏ qua thư này.

password-reset-title = Mã đặt lại mật khẩu của quý khách
password-reset-intro = Vui lòng nhập mã này để tạo mật khẩu mới:
password-reset-unasked = Nếu quý khách không yêu cầu mật khẩu mới, vui lòng bỏ qua thư này. Mật khẩu của quý khách vẫn giữ nguyên.

transaction-title = Mã xác nhận giao dịch của quý khách
transaction-intro = Vui lòng nhập mã này để xác nhận giao dịch:
transaction-unasked = Nếu quý khách không thực hiện giao dịch này, xin đừng nhập mã và hãy liên hệ ngay với chúng tôi.

valid-minutes = Mã này có hiệu lực trong { $count } phút.
valid-seconds = Mã này có hiệu lực trong { $count } giây.
or-link = Hoặc mở liên kết này:
never-share = Tuyệt đối không chia sẻ mã này với bất kỳ ai. Chúng tôi không bao giờ yêu cầu quý khách cung cấp mã này.

login-text = { $code } là mã đăng nhập.
verification-text = { $code } là mã xác minh.
password-reset-text = { $code } là mã đặt lại mật khẩu.
transaction-text = { $code } là mã xác nhận giao dịch.
text-for = { $name }: { $text }
text-never-share = { $text } Không chia sẻ mã với ai.

call-language = vi-VN
call-hello = Xin chào quý khách.
call-hello-from = Xin chào quý khách, đây là cuộc gọi từ { $name }.
login-call = Mã đăng nhập của quý khách là: { $code }.
verification-call = Mã xác minh của quý khách là: { $code }.
password-reset-call = Mã đặt lại mật khẩu của quý khách là: { $code }.
transaction-call = Mã xác nhận giao dịch của quý khách là: { $code }.
call-again = Xin nhắc lại: { $code }.

page-ask-title = Địa chỉ email của bạn là gì?
page-ask = Chúng tôi sẽ gửi mã đến đó.
page-address = Địa chỉ email
page-ask-title-phone = Số điện thoại của bạn là gì?
page-ask-phone = Chúng tôi sẽ gửi mã đến số này.
page-number = Số điện thoại
page-either = Địa chỉ email hoặc số điện thoại
page-send = Gửi mã
page-title = Nhập mã của bạn
page-sent-to = Chúng tôi đã gửi mã đến { $to }.
page-from = Thư được gửi từ { $from }.
page-spam = Nếu không thấy, hãy xem trong thư mục thư rác.
page-texted = Chúng tôi đã gửi tin nhắn SMS đến { $to }.
page-calling = Chúng tôi đang gọi đến { $to }.
page-sent-over = Chúng tôi đã gửi mã đến { $to } qua { $app }.
page-code = Mã
page-code-digits = Mã gồm { $count } chữ số
page-submit = Tiếp tục
page-attempts = Số lần thử còn lại: { $count }
page-time-left = Thời gian còn lại: { $time }
page-pause = Vui lòng đợi { $time } trước khi tiếp tục.
page-resend = Gửi lại mã
page-resend-in = Bạn có thể gửi lại sau { $time }.
page-text-instead = Gửi qua SMS
page-call-instead = Nhận mã qua cuộc gọi
page-app-instead = Gửi qua { $app }
page-wrong-address = Sai địa chỉ?
page-wrong-number = Sai số?
page-other-address = Dùng địa chỉ khác
page-other-number = Dùng số khác
page-failed = Không thể gửi tin nhắn đến nơi.
page-wrong = Mã này không đúng.
page-not-a-code = Đây không phải là mã. Vui lòng xem lại tin nhắn; lần này không bị tính.
page-not-an-address = Đây không phải là địa chỉ email.
page-not-a-number = Đây không phải là số điện thoại. Vui lòng nhập kèm dấu + và mã quốc gia.
page-not-either = Đây không phải là địa chỉ email, cũng không phải là số điện thoại có dấu + và mã quốc gia.
page-not-there = Hiện chúng tôi không thể gửi mã đến số này.
page-sent-again = Mã đang được gửi lại.
page-later = Hiện chưa thực hiện được. Vui lòng chờ một lát rồi thử lại.
page-done = Xong. Bạn có thể đóng trang này.
page-used = Mã này đã được sử dụng.
page-expired = Mã này đã hết hạn.
page-exhausted = Không còn lần thử nào.
page-canceled = Mã này đã bị hủy.
page-start-again = Vui lòng quay lại ứng dụng và yêu cầu mã mới.
page-unknown = Liên kết này không hợp lệ.
page-back = Quay lại ứng dụng

enrol-title = Thiết lập ứng dụng xác thực
enrol-scan = Quét mã này bằng ứng dụng xác thực trên điện thoại của bạn.
enrol-picture = Mã QR cho ứng dụng xác thực
enrol-open = Mở trong ứng dụng trên thiết bị này
enrol-type = Hoặc nhập khóa này vào ứng dụng:
enrol-code = Mã mà ứng dụng hiển thị
enrol-not-a-code = Đây không phải là mã của ứng dụng. Lần này không tính là một lần thử.
enrol-done = Ứng dụng xác thực của bạn đã được thiết lập
enrol-keep = Hãy giữ các mã khôi phục này ở nơi an toàn. Nếu bạn mất ứng dụng, mỗi mã dùng được một lần. Chúng chỉ được hiển thị lúc này.
enrol-over = Đã hết thời gian thiết lập ứng dụng
