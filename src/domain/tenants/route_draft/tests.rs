//! Which secrets a draft may keep.

use std::sync::atomic::{AtomicU8, Ordering};

use secrecy::{ExposeSecret, SecretString};

use super::*;
use crate::domain::mail_address::MailAddress;
use crate::domain::outbound_url::OutboundUrl;
use crate::domain::tenants::oauth::{LoginId, OAuthGrant, OAuthLogin};
use crate::domain::tenants::oauth_draft::{GrantDraft, OAuthDraft};
use crate::domain::tenants::smtp::{Security, SmtpLogin, SmtpProfile};
use crate::domain::tenants::smtp_draft::LoginDraft;

/// Different at each draw.
struct Counter(AtomicU8);

impl Entropy for Counter {
    fn fill(&self, out: &mut [u8]) {
        out.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

fn of(smtp: SmtpProfile) -> Route {
    let transport = Transport::Smtp(smtp);
    let handle = RouteHandle::draw(transport.kind(), &Counter(AtomicU8::new(0)));
    Route { handle, name: String::new(), channels: transport.channels(), transport }
}

fn present() -> Route {
    of(SmtpProfile::from_compat("smtp.example.com", 587, "app@example.com", "hunter22").unwrap())
}

fn draft(of: &Route) -> SmtpDraft {
    let from = MailAddress::parse("other@example.com").unwrap();
    SmtpDraft { from, ..SmtpDraft::unchanged(of.smtp().unwrap()) }
}

fn complete(draft: SmtpDraft, handle: Option<&RouteHandle>, old: &[Route]) -> Result<Route, InvalidRoute> {
    let (name, transport) = ("spare".to_owned(), TransportDraft::Smtp(draft));
    let entropy = Counter(AtomicU8::new(100));
    RouteDraft { handle: handle.cloned(), name, channels: None, transport }.complete(old, &entropy)
}

fn replace(draft: SmtpDraft, old: &Route) -> Result<Route, InvalidRoute> {
    complete(draft, Some(&old.handle), std::slice::from_ref(old))
}

const CLIENT_SECRET: &str = "oauth/client_secret";
const REFRESH_TOKEN: &str = "oauth/refresh_token";

fn again(field: &'static str) -> InvalidRoute {
    let problem = "needed again when host, port, tls, username, token_url, the client or the grant change; a refresh \
                   token also when scope or client_secret change";
    InvalidRoute::new(field, problem)
}

fn lacking(field: &'static str) -> InvalidRoute {
    InvalidRoute::new(field, "a new login needs it")
}

/// Changes of where a login goes.
const ELSEWHERE: [fn(&mut SmtpDraft); 4] = [
    |draft| draft.host = "smtp.evil.example".to_owned(),
    |draft| draft.port = 2525,
    |draft| draft.security = Security::Implicit,
    |draft| draft.username = "somebody".to_owned(),
];

#[test]
fn a_password_is_kept_only_where_it_goes_to_the_same_server_under_the_same_login() {
    let old = present();
    let kept = replace(draft(&old), &old).unwrap();
    let smtp = kept.smtp().unwrap();
    let SmtpLogin::Password(password) = &smtp.login else { panic!("a password") };
    assert_eq!(password.expose_secret(), "hunter22");
    assert_eq!((kept.name.as_str(), smtp.from.as_str()), ("spare", "other@example.com"));
    for change in ELSEWHERE {
        let mut changed = draft(&old);
        change(&mut changed);
        assert_eq!(replace(changed, &old).unwrap_err(), InvalidRoute::PASSWORD_AGAIN);
        let mut changed = draft(&old);
        change(&mut changed);
        changed.login = LoginDraft::Password(Some("new".into()));
        assert!(replace(changed, &old).is_ok());
    }
}

#[test]
fn a_new_route_needs_a_password_and_an_unknown_one_is_refused() {
    let old = present();
    assert_eq!(complete(draft(&old), None, &[]).unwrap_err(), InvalidRoute::NO_PASSWORD);
    assert_eq!(complete(draft(&old), Some(&old.handle), &[]).unwrap_err(), InvalidRoute::ID);
}

fn url(text: &str) -> OutboundUrl {
    OutboundUrl::kept(text).unwrap()
}

/// A route whose login has this grant.
fn with(grant: OAuthGrant) -> Route {
    let mut smtp = present().smtp().unwrap().clone();
    let token_url = url("https://login.example.com/token");
    smtp.login = SmtpLogin::OAuth(OAuthLogin { id: LoginId(7), token_url, scope: "send".to_owned(), grant });
    of(smtp)
}

fn app(secret: &str) -> OAuthGrant {
    OAuthGrant::ClientCredentials { client_id: "app".to_owned(), client_secret: SecretString::from(secret) }
}

fn consent() -> OAuthGrant {
    OAuthGrant::RefreshToken {
        client_id: "app".to_owned(),
        client_secret: Some(SecretString::from("s3cret")),
        refresh_token: SecretString::from("r3fresh"),
    }
}

/// The login that results from changing that of `old`.
fn relogin(old: &Route, change: impl FnOnce(&mut OAuthDraft)) -> Result<OAuthLogin, InvalidRoute> {
    let mut draft = draft(old);
    let LoginDraft::OAuth(login) = &mut draft.login else { panic!("a login with a token") };
    change(login);
    replace(draft, old).map(|route| route.smtp().unwrap().oauth().unwrap().clone())
}

fn secret_of(login: &OAuthLogin) -> &str {
    match &login.grant {
        OAuthGrant::ClientCredentials { client_secret, .. } => client_secret.expose_secret(),
        OAuthGrant::RefreshToken { refresh_token, .. } => refresh_token.expose_secret(),
        OAuthGrant::ServiceAccount { private_key, .. } => private_key.pem().expose_secret(),
    }
}

#[test]
fn a_secret_is_kept_only_where_it_and_its_tokens_go_to_the_same_places() {
    for (grant, missing) in [(app("s3cret"), CLIENT_SECRET), (consent(), REFRESH_TOKEN)] {
        let old = with(grant);
        let kept = relogin(&old, |_| {}).unwrap();
        assert!(["s3cret", "r3fresh"].contains(&secret_of(&kept)));
        assert_eq!(kept.id, LoginId(7), "nothing has changed, so what was learned stays");
        for change in ELSEWHERE {
            let mut changed = draft(&old);
            change(&mut changed);
            assert_eq!(replace(changed, &old).unwrap_err(), again(missing));
        }
        let moved = relogin(&old, |login| login.token_url = url("https://evil.example/token"));
        assert_eq!(moved.unwrap_err(), again(missing));
        let other = relogin(&old, |login| match &mut login.grant {
            GrantDraft::ClientCredentials { client_id, .. } | GrantDraft::RefreshToken { client_id, .. } => {
                *client_id = "other".to_owned();
            }
            GrantDraft::ServiceAccount { client_email, .. } => *client_email = "other".to_owned(),
        });
        assert_eq!(other.unwrap_err(), again(missing));
        // A new route, and one that logged in with a password, have nothing to keep.
        let password = present();
        let copied = SmtpDraft::unchanged(old.smtp().unwrap());
        assert_eq!(complete(copied, None, &[]).unwrap_err(), lacking(missing));
        let copied = SmtpDraft::unchanged(old.smtp().unwrap());
        assert_eq!(replace(copied, &password).unwrap_err(), lacking(missing));
        let mut back = draft(&old);
        back.login = LoginDraft::Password(None);
        assert_eq!(replace(back, &old).unwrap_err(), InvalidRoute::NO_PASSWORD);
    }
}

#[test]
fn a_changed_scope_starts_a_login_afresh() {
    let kept = relogin(&with(app("s3cret")), |login| login.scope = "other".to_owned()).unwrap();
    assert_eq!(secret_of(&kept), "s3cret");
    assert_ne!(kept.id, LoginId(7));
    // The first refresh token may be used up, so it can't be taken along.
    let refused = relogin(&with(consent()), |login| login.scope = "other".to_owned());
    assert_eq!(refused.unwrap_err(), again(REFRESH_TOKEN));
}

#[test]
fn a_refresh_token_goes_with_its_own_client_secret() {
    let given = |client_secret: Option<&str>, refresh_token: Option<&str>| {
        relogin(&with(consent()), |login| {
            let (client_secret, refresh_token) =
                (client_secret.map(SecretString::from), refresh_token.map(SecretString::from));
            let client_id = "app".to_owned();
            login.grant = GrantDraft::RefreshToken { client_id, client_secret, refresh_token };
        })
    };
    assert_eq!(given(Some("new"), None).unwrap_err(), again(REFRESH_TOKEN));
    let public = given(None, Some("fresh")).unwrap();
    assert!(matches!(&public.grant, OAuthGrant::RefreshToken { client_secret: None, .. }));
    assert_ne!(public.id, LoginId(7));
}
