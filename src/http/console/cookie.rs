//! The cookie of a session.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use secrecy::{ExposeSecret, SecretString};

use crate::domain::web_origin::WebOrigin;

/// The name binds the cookie to this host, this path and TLS (RFC 6265bis §4.1.3.2).
const NAME: &str = "__Host-otpmint";

/// The name without TLS, which is possible on this machine only: browsers refuse `__Host-` cookies there.
const LOCAL_NAME: &str = "otpmint-local";

/// The session token of a request.
pub(crate) fn token(request: &HttpRequest, public: &WebOrigin) -> Option<SecretString> {
    request.cookie(name(public)).map(|cookie| SecretString::from(cookie.value()))
}

/// The cookie of a new session. It ends with the browser, and replaces that of an earlier session.
pub(crate) fn of(token: &SecretString, public: &WebOrigin) -> Cookie<'static> {
    build(token.expose_secret().to_owned(), public)
}

/// Removes the cookie.
pub(crate) fn gone(public: &WebOrigin) -> Cookie<'static> {
    let mut cookie = build(String::new(), public);
    cookie.set_max_age(time::Duration::ZERO);
    cookie
}

fn build(value: String, public: &WebOrigin) -> Cookie<'static> {
    Cookie::build(name(public), value)
        .path("/")
        .secure(is_secure(public))
        .http_only(true)
        .same_site(SameSite::Strict)
        .finish()
}

fn name(public: &WebOrigin) -> &'static str {
    if is_secure(public) { NAME } else { LOCAL_NAME }
}

fn is_secure(public: &WebOrigin) -> bool {
    public.as_str().starts_with("https:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_bound_to_its_host_wherever_there_is_tls() {
        let token = SecretString::from("abc");
        let shown = |origin: &str| of(&token, &WebOrigin::parse(origin).unwrap()).to_string();
        assert_eq!(
            shown("https://otp.example"),
            "__Host-otpmint=abc; HttpOnly; SameSite=Strict; Secure; Path=/"
        );
        assert_eq!(shown("http://127.0.0.1:5000"), "otpmint-local=abc; HttpOnly; SameSite=Strict; Path=/");
        let gone = gone(&WebOrigin::parse("https://otp.example").unwrap()).to_string();
        assert_eq!(gone, "__Host-otpmint=; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=0");
    }
}
