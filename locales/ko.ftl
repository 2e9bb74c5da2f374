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
never-share = 인증번호를 절대 다른 사람에게 알려 주지 마십시오. 저희는 인증번호를 묻지 않습니다.
