//! Route drafts: routes as their owners write them, and their completion.

use secrecy::SecretString;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::random::Entropy;
use crate::domain::tenants::invalid_route::InvalidRoute;
use crate::domain::tenants::route::{Route, RouteHandle, Transport};
use crate::domain::tenants::smtp_draft::{LoginDraft, SmtpDraft};
use crate::domain::tenants::transports::provider_draft::ProviderDraft;

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

    /// Returns the place of the route's one secret: the password of a mail account, or what a provider is shown.
    /// It is empty if the existing secret stays. Returns `None` for routes that have no secret, or several.
    pub fn secret_mut(&mut self) -> Option<&mut Option<SecretString>> {
        match &mut self.transport {
            TransportDraft::Smtp(SmtpDraft { login: LoginDraft::Password(password), .. }) => Some(password),
            TransportDraft::Smtp(_) => None,
            TransportDraft::Provider(draft) => draft.settings.wants_secret().then_some(&mut draft.secret),
        }
    }

    /// Completes the draft. `present` are the existing routes: a draft that keeps the server and
    /// the login of one may keep its password.
    pub fn complete(self, present: &[Route], entropy: &dyn Entropy) -> Result<Route, InvalidRoute> {
        let kept = match &self.handle {
            None => None,
            Some(handle) => Some(present.iter().find(|old| old.handle == *handle).ok_or(InvalidRoute::ID)?),
        };
        let transport = match self.transport {
            TransportDraft::Smtp(draft) => {
                Transport::Smtp(draft.complete(kept.and_then(Route::smtp), entropy)?)
            }
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

#[cfg(test)]
mod tests;
