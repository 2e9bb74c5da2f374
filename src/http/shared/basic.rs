//! `Authorization: Basic` (RFC 7617).

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use zeroize::Zeroizing;

/// The user and the password of `Authorization: Basic`.
#[derive(Clone, Debug)]
pub(crate) struct Basic {
    /// The part before the first colon.
    pub(crate) user: String,
    /// The part behind it.
    pub(crate) password: SecretString,
}

/// Why there are no user and password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BasicError {
    /// There is no such header.
    Missing,
    /// Its value is not base64.
    Encoding,
    /// It is not UTF-8, or it has no colon.
    Form,
}

impl Basic {
    /// Reads the header of a request.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, BasicError> {
        let value = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, encoded) = value.and_then(|value| value.split_once(' ')).ok_or(BasicError::Missing)?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return Err(BasicError::Missing);
        }
        let decoded =
            STANDARD.decode(encoded.trim()).map(Zeroizing::new).map_err(|_| BasicError::Encoding)?;
        let text = std::str::from_utf8(&decoded).map_err(|_| BasicError::Form)?;
        let (user, password) = text.split_once(':').ok_or(BasicError::Form)?;
        Ok(Self { user: user.to_owned(), password: SecretString::from(password) })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use secrecy::ExposeSecret;

    use super::*;

    fn read(value: &str) -> Result<(String, String), BasicError> {
        let request = TestRequest::default().insert_header((AUTHORIZATION, value)).to_http_request();
        Basic::of(&request).map(|basic| (basic.user, basic.password.expose_secret().to_owned()))
    }

    #[test]
    fn the_password_may_have_colons_and_the_user_none() {
        let encoded = STANDARD.encode("app:a:b");
        let expected = Ok(("app".to_owned(), "a:b".to_owned()));
        assert_eq!(read(&format!("Basic {encoded}")), expected);
        assert_eq!(read(&format!("basic  {encoded} ")), expected);
    }

    #[test]
    fn each_way_of_being_wrong_is_told_apart() {
        assert_eq!(Basic::of(&TestRequest::default().to_http_request()).err(), Some(BasicError::Missing));
        assert_eq!(read("Bearer abc"), Err(BasicError::Missing));
        assert_eq!(read("Basic"), Err(BasicError::Missing));
        assert_eq!(read("Basic !"), Err(BasicError::Encoding));
        assert_eq!(read(&format!("Basic {}", STANDARD.encode("app"))), Err(BasicError::Form));
        assert_eq!(read(&format!("Basic {}", STANDARD.encode(b"a:\xff"))), Err(BasicError::Form));
    }
}
