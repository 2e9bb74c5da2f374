//! Route drafts: routes as their owners write them, and their completion.

use secrecy::SecretString;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::mail_address::MailAddress;
use crate::domain::random::Entropy;
use crate::domain::tenants::invalid_route::InvalidRoute;
use crate::domain::tenants::route::{Route, RouteHandle, Transport};
use crate::domain::tenants::smtp::{Security, SmtpProfile};
use crate::domain::tenants::transports::provider::ProviderDraft;

/// A route as its owner writes it.
pub struct RouteDraft {
    /// The existing route that this replaces; `None` for a new route.
    pub handle: Option<RouteHandle>,
    /// The owner's name for it; may be empty.
    pub name: String,
    /// The channels that it is to serve; `None` for all that the transport can serve.
    pub channels: Option<Vec<ChannelKind>>,
    /// The transport.
    pub transport: TransportDraft,
}

/// A transport as its owner writes it. Secrets that stay the same are left out.
pub enum TransportDraft {
    /// Through a mail server.
    Smtp(SmtpDraft),
    /// Through a provider over HTTP.
    Provider(ProviderDraft),
}

/// A mail server and a login, as their owner writes them.
pub struct SmtpDraft {
    /// Host name or IP address, in lower case.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the session is encrypted.
    pub security: Security,
    /// Login name.
    pub username: String,
    /// Password; `None` keeps the existing one.
    pub password: Option<SecretString>,
    /// The sender, in the envelope and in `From`.
    pub from: MailAddress,
}

impl RouteDraft {
    /// Creates a draft that leaves a route unchanged.
    pub fn unchanged(route: &Route) -> Self {
        let transport = match &route.transport {
            Transport::Smtp(profile) => TransportDraft::Smtp(SmtpDraft::unchanged(profile)),
            Transport::Provider(account) => TransportDraft::Provider(ProviderDraft::unchanged(account)),
        };
        let channels = Some(route.channels.clone());
        Self { handle: Some(route.handle.clone()), name: route.name.clone(), channels, transport }
    }

    /// Completes the draft. `present` are the existing routes: a draft that keeps the server and
    /// the login of one may keep its password.
    pub fn complete(self, present: &[Route], entropy: &dyn Entropy) -> Result<Route, InvalidRoute> {
        let kept = match &self.handle {
            None => None,
            Some(handle) => Some(present.iter().find(|old| old.handle == *handle).ok_or(InvalidRoute::ID)?),
        };
        let transport = match self.transport {
            TransportDraft::Smtp(draft) => Transport::Smtp(draft.complete(kept.and_then(Route::smtp))?),
            TransportDraft::Provider(draft) => {
                Transport::Provider(draft.complete(kept.and_then(Route::provider))?)
            }
        };
        if kept.is_some_and(|old| old.transport.kind() != transport.kind()) {
            return Err(InvalidRoute::TRANSPORT);
        }
        let channels = served(self.channels, &transport)?;
        let handle = self.handle.unwrap_or_else(|| RouteHandle::draw(transport.kind(), entropy));
        Ok(Route { handle, name: self.name, channels, transport })
    }
}

/// Returns the channels that a route serves.
fn served(wanted: Option<Vec<ChannelKind>>, transport: &Transport) -> Result<Vec<ChannelKind>, InvalidRoute> {
    let possible = transport.channels();
    let Some(wanted) = wanted else { return Ok(possible) };
    let is_fine = !wanted.is_empty() && wanted.iter().all(|channel| possible.contains(channel));
    if !is_fine {
        let words: Vec<_> = possible.into_iter().map(ChannelKind::as_str).collect();
        let problem = format!("one or more of what these settings can serve: {}", words.join(", "));
        return Err(InvalidRoute::new("channels", problem));
    }
    Ok(possible.into_iter().filter(|channel| wanted.contains(channel)).collect())
}

impl SmtpDraft {
    /// Creates a draft that leaves a profile unchanged.
    pub fn unchanged(profile: &SmtpProfile) -> Self {
        let SmtpProfile { host, port, security, username, from, .. } = profile.clone();
        Self { host, port, security, username, password: None, from }
    }

    /// Completes the draft. It may keep the password of `kept` if the server and the login are the same.
    pub fn complete(self, kept: Option<&SmtpProfile>) -> Result<SmtpProfile, InvalidRoute> {
        let password = match (&self.password, kept) {
            (Some(password), _) => password.clone(),
            (None, None) => return Err(InvalidRoute::NO_PASSWORD),
            (None, Some(old)) if self.leads_to(old) => old.password.clone(),
            (None, Some(_)) => return Err(InvalidRoute::PASSWORD_AGAIN),
        };
        Ok(SmtpProfile {
            host: self.host,
            port: self.port,
            security: self.security,
            username: self.username,
            password,
            from: self.from,
        })
    }

    /// Returns whether the password would go to the same server under the same login.
    fn leads_to(&self, old: &SmtpProfile) -> bool {
        let SmtpProfile { host, port, security, username, .. } = old;
        (&self.host, &self.port, &self.security, &self.username) == (host, port, security, username)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    struct Zeros;

    impl Entropy for Zeros {
        fn fill(&self, out: &mut [u8]) {
            out.fill(0);
        }
    }

    fn present() -> Route {
        let smtp = SmtpProfile::from_compat("smtp.example.com", 587, "app@example.com", "hunter22").unwrap();
        let transport = Transport::Smtp(smtp);
        let channels = transport.channels();
        Route {
            handle: RouteHandle::draw(transport.kind(), &Zeros),
            name: String::new(),
            channels,
            transport,
        }
    }

    fn draft(of: &Route) -> SmtpDraft {
        let from = MailAddress::parse("other@example.com").unwrap();
        SmtpDraft { from, ..SmtpDraft::unchanged(of.smtp().unwrap()) }
    }

    fn complete(
        draft: SmtpDraft,
        handle: Option<&RouteHandle>,
        old: &[Route],
    ) -> Result<Route, InvalidRoute> {
        let (name, transport) = ("spare".to_owned(), TransportDraft::Smtp(draft));
        RouteDraft { handle: handle.cloned(), name, channels: None, transport }.complete(old, &Zeros)
    }

    #[test]
    fn a_password_is_kept_only_where_it_goes_to_the_same_server_under_the_same_login() {
        let old = present();
        let kept = complete(draft(&old), Some(&old.handle), std::slice::from_ref(&old)).unwrap();
        let smtp = kept.smtp().unwrap();
        assert_eq!(smtp.password.expose_secret(), "hunter22");
        assert_eq!((kept.name.as_str(), smtp.from.as_str()), ("spare", "other@example.com"));
        let elsewhere: [fn(&mut SmtpDraft); 4] = [
            |draft| draft.host = "smtp.evil.example".to_owned(),
            |draft| draft.port = 2525,
            |draft| draft.security = Security::Implicit,
            |draft| draft.username = "somebody".to_owned(),
        ];
        for change in elsewhere {
            let mut changed = draft(&old);
            change(&mut changed);
            let refused = complete(changed, Some(&old.handle), std::slice::from_ref(&old)).unwrap_err();
            assert_eq!(refused, InvalidRoute::PASSWORD_AGAIN);
            let mut changed = draft(&old);
            change(&mut changed);
            changed.password = Some("new".into());
            assert!(complete(changed, Some(&old.handle), std::slice::from_ref(&old)).is_ok());
        }
    }

    #[test]
    fn a_new_route_needs_a_password_and_an_unknown_one_is_refused() {
        let old = present();
        assert_eq!(complete(draft(&old), None, &[]).unwrap_err(), InvalidRoute::NO_PASSWORD);
        assert_eq!(complete(draft(&old), Some(&old.handle), &[]).unwrap_err(), InvalidRoute::ID);
    }
}
