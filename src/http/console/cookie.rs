//! The cookies of a browser: of its session, and of the device that it is.

use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::{HttpRequest, HttpResponse};
use secrecy::{ExposeSecret, SecretString};

use crate::domain::web_origin::WebOrigin;
use crate::service::{Browser, DeviceToken, SignedIn};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;

/// What a cookie is for.
#[derive(Clone, Copy)]
enum Kind {
    Session,
    Device,
}

impl Kind {
    /// The name binds the cookie to this host, this path and TLS (RFC 6265bis §4.1.3.2). Without TLS, which is possible
    /// on this machine only, browsers refuse such a name.
    fn name(self, public: &WebOrigin) -> &'static str {
        match (self, is_secure(public)) {
            (Self::Session, true) => "__Host-otpmint",
            (Self::Session, false) => "otpmint-local",
            (Self::Device, true) => "__Host-otpmint-device",
            (Self::Device, false) => "otpmint-local-device",
        }
    }

    fn build(self, value: &str, public: &WebOrigin) -> Cookie<'static> {
        Cookie::build(self.name(public), value.to_owned())
            .path("/")
            .secure(is_secure(public))
            .http_only(true)
            .same_site(SameSite::Strict)
            .finish()
    }

    fn of(self, request: &HttpRequest, public: &WebOrigin) -> Option<SecretString> {
        request.cookie(self.name(public)).map(|cookie| SecretString::from(cookie.value()))
    }
}

/// The session token of a request.
pub(crate) fn token(request: &HttpRequest, public: &WebOrigin) -> Option<SecretString> {
    Kind::Session.of(request, public)
}

/// The browser that a request comes from.
pub(crate) fn browser(state: &AppState, request: &HttpRequest) -> Browser {
    let cookie = |kind: Kind| state.console().and_then(|public| kind.of(request, public));
    let client_ip = ClientIp::of(request);
    Browser { session: cookie(Kind::Session), device: cookie(Kind::Device), client_ip }
}

/// Sets the cookies of a new session. That of the session ends with the browser, and replaces that of an earlier session.
pub(crate) fn begin(state: &AppState, answer: &mut HttpResponse, session: &SignedIn) {
    let Some(public) = state.console() else { return };
    set(answer, &Kind::Session.build(session.token.expose_secret(), public));
    if let Some(device) = &session.device {
        remember(state, answer, device);
    }
}

/// Sets the cookie of a device, which outlives the browser.
pub(crate) fn remember(state: &AppState, answer: &mut HttpResponse, device: &DeviceToken) {
    let Some(public) = state.console() else { return };
    let mut cookie = Kind::Device.build(device.token().expose_secret(), public);
    cookie.set_max_age(time::Duration::try_from(DeviceToken::LASTS).ok());
    set(answer, &cookie);
}

/// Removes the cookie of the session.
pub(crate) fn end(state: &AppState, answer: &mut HttpResponse) {
    let Some(public) = state.console() else { return };
    let mut cookie = Kind::Session.build("", public);
    cookie.set_max_age(time::Duration::ZERO);
    set(answer, &cookie);
}

fn set(answer: &mut HttpResponse, cookie: &Cookie<'_>) {
    // The names and the tokens have only characters that a cookie may have.
    if let Err(error) = answer.add_cookie(cookie) {
        tracing::error!(%error, "a cookie could not be set");
    }
}

fn is_secure(public: &WebOrigin) -> bool {
    public.as_str().starts_with("https:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_bound_to_its_host_wherever_there_is_tls() {
        let shown =
            |kind: Kind, origin: &str| kind.build("abc", &WebOrigin::parse(origin).unwrap()).to_string();
        let (remote, local) = ("https://otp.example", "http://127.0.0.1:5000");
        let bound = "HttpOnly; SameSite=Strict; Secure; Path=/";
        assert_eq!(shown(Kind::Session, remote), format!("__Host-otpmint=abc; {bound}"));
        assert_eq!(shown(Kind::Device, remote), format!("__Host-otpmint-device=abc; {bound}"));
        let plain = "HttpOnly; SameSite=Strict; Path=/";
        assert_eq!(shown(Kind::Session, local), format!("otpmint-local=abc; {plain}"));
        assert_eq!(shown(Kind::Device, local), format!("otpmint-local-device=abc; {plain}"));
    }
}
