# Korean, formal polite (합쇼체).

titled = [{ $name }] { $title }

login-title = 로그인 인증번호 안내
login-intro = 로그인하시려면 다음 인증번호를 입력해 주십시오.
login-unasked = 로그인을 시도하지 않으셨다면 이 메일을 무시해 주십시오. 안전을 위해 비밀번호를 변경하시기 바랍니다.

verification-title = 인증번호 안내
verification-intro = 계속하시려면 다음 인증번호를 입력해 주십시오.
verification-unasked = 인증번호를 요청하지 않으셨다면 이 메일을 무시해 주십시오.

password-reset-title = 비밀번호 재설정 인증번호 안내
password-reset-intro = 새 비밀번호를 설정하시려면 다음 인증번호를 입력해 주십시오.
password-reset-unasked = 비밀번호 재설정을 요청하지 않으셨다면 이 메일을 무시해 주십시오. 비밀번호는 변경되지 않습니다.

transaction-title = 거래 확인 인증번호 안내
transaction-intro = 거래를 확인하시려면 다음 인증번호를 입력해 주십시오.
transaction-unasked = 이 거래를 시작하지 않으셨다면 인증번호를 입력하지 마시고 즉시 저희에게 연락해 주십시오.

valid-minutes = 이 인증번호는 { $count }분 동안 유효합니다.
valid-seconds = 이 인증번호는 { $count }초 동안 유효합니다.
or-link = 또는 다음 링크를 여십시오:
never-share = 인증번호를 절대 다른 사람에게 알려 주지 마십시오. 저희는 인증번호를 묻지 않습니다.

login-text = 로그인 인증번호: { $code }
verification-text = 인증번호: { $code }
password-reset-text = 비밀번호 재설정 인증번호: { $code }
transaction-text = 거래 확인 인증번호: { $code }
text-for = [{ $name }] { $text }
text-never-share = { $text }. 타인에게 알려 주지 마십시오.

call-language = ko-KR
call-hello = 안녕하십니까.
call-hello-from = 안녕하십니까. { $name }입니다.
login-call = 로그인 인증번호는 { $code } 입니다.
verification-call = 인증번호는 { $code } 입니다.
password-reset-call = 비밀번호 재설정 인증번호는 { $code } 입니다.
transaction-call = 거래 확인 인증번호는 { $code } 입니다.
call-again = 다시 한번 말씀드립니다. { $code } 입니다.

page-ask-title = 이메일 주소 입력
page-ask = 인증번호를 보내 드립니다.
page-address = 이메일 주소
page-ask-title-phone = 전화번호 입력
page-ask-phone = 이 번호로 인증번호를 보내 드립니다.
page-number = 전화번호
page-either = 이메일 주소 또는 전화번호
page-send = 인증번호 보내기
page-title = 인증번호 입력
page-sent-to = { $to }(으)로 인증번호를 보냈습니다.
page-from = { $from }에서 보낸 메일입니다.
page-spam = 메일이 보이지 않으면 스팸함을 확인해 주세요.
page-texted = { $to }(으)로 문자 메시지를 보냈습니다.
page-calling = { $to }(으)로 전화를 걸고 있습니다.
page-sent-over = { $app }(으)로 { $to }에 인증번호를 보냈습니다.
page-code = 인증번호
page-code-digits = { $count }자리 인증번호
page-submit = 계속
page-attempts = 남은 시도 횟수: { $count }
page-time-left = 남은 시간: { $time }
page-pause = 계속하기 전에 { $time } 기다려 주세요.
page-resend = 인증번호 다시 보내기
page-resend-in = { $time } 후에 다시 보낼 수 있습니다.
page-text-instead = 문자 메시지로 받기
page-call-instead = 전화로 받기
page-app-instead = { $app }(으)로 받기
page-wrong-address = 주소가 잘못되었습니까?
page-wrong-number = 번호가 잘못되었습니까?
page-other-address = 다른 주소 사용
page-other-number = 다른 번호 사용
page-failed = 메시지를 전달하지 못했습니다.
page-wrong = 인증번호가 올바르지 않습니다.
page-not-a-code = 인증번호가 아닙니다. 메시지를 다시 확인해 주십시오. 시도 횟수에 포함되지 않았습니다.
page-not-an-address = 이메일 주소가 아닙니다.
page-not-a-number = 전화번호가 아닙니다. +와 국가 번호를 붙여 입력해 주십시오.
page-not-either = 이메일 주소도, +와 국가 번호를 붙인 전화번호도 아닙니다.
page-not-there = 지금은 이 번호로 인증번호를 보낼 수 없습니다.
page-sent-again = 인증번호를 다시 보냈습니다.
page-later = 지금은 처리하지 못했습니다. 잠시 후 다시 시도해 주십시오.
page-done = 완료되었습니다. 이 페이지를 닫으셔도 됩니다.
page-used = 이미 사용된 인증번호입니다.
page-expired = 만료된 인증번호입니다.
page-exhausted = 남은 시도 횟수가 없습니다.
page-canceled = 취소된 인증번호입니다.
page-start-again = 앱으로 돌아가 새 인증번호를 요청해 주십시오.
page-unknown = 유효하지 않은 링크입니다.
page-back = 앱으로 돌아가기

enrol-title = 인증 앱 설정
enrol-scan = 휴대전화의 인증 앱으로 이 코드를 스캔하세요.
enrol-picture = 인증 앱용 QR 코드
enrol-open = 이 기기의 앱에서 열기
enrol-type = 또는 앱에 이 키를 입력하세요:
enrol-code = 앱에 표시되는 코드
enrol-not-a-code = 앱의 코드가 아닙니다. 시도 횟수에 포함되지 않았습니다.
enrol-done = 인증 앱이 설정되었습니다
enrol-keep = 이 복구 코드를 안전한 곳에 보관하세요. 앱을 잃어버리면 각 코드를 한 번씩 사용할 수 있습니다. 지금만 표시됩니다.
enrol-over = 앱을 설정할 시간이 지났습니다
