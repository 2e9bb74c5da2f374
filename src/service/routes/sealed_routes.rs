//! A tenant's routes, sealed in its row.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::delivery::{Look, Sender};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::id::TenantId;
use crate::domain::mail_address::MailAddress;
use crate::domain::random::Entropy;
use crate::domain::secret::Sealed;
use crate::domain::tenants::route::{Route, RouteHandle, Transport, TransportKind};
use crate::domain::tenants::smtp::{Security, SmtpLogin, SmtpProfile};
use crate::domain::tenants::tenant::Tenant;
use crate::domain::web_origin::WebOrigin;
use crate::store::{LoginsOfRoutes, StoreError};

use super::sealed_login::{OpenedLogin, SealedLogin};

use super::sealed_provider::{self, SealedProvider};

/// The opened routes of a tenant.
pub(in crate::service) struct OpenedRoutes {
    /// The usable routes, in the order in which they are tried.
    pub(in crate::service) routes: Vec<Route>,
    /// The routes that cannot be used.
    pub(super) unknown: Vec<RouteOfUnknownTransport>,
}

/// A route whose transport this version does not know. Nothing is sent over it. It is sealed again
/// unchanged, for the version that knows it.
pub(super) struct RouteOfUnknownTransport(Zeroizing<String>);

/// The transport of a route. The tag is absent for SMTP, because routes had none before there were
/// other transports.
#[derive(Deserialize)]
struct Tag {
    transport: Option<String>,
}

#[derive(Serialize)]
struct SealedSmtp<'a> {
    id: &'a str,
    name: &'a str,
    host: &'a str,
    port: u16,
    tls: &'a str,
    username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oauth: Option<SealedLogin<'a>>,
    from: &'a str,
}

/// An SMTP route that is read back. It owns its strings, because a password with an escape cannot
/// be borrowed from the JSON.
#[derive(Deserialize)]
struct OpenedSmtp {
    id: String,
    name: String,
    host: String,
    port: u16,
    tls: String,
    username: String,
    password: Option<SecretString>,
    oauth: Option<OpenedLogin>,
    from: String,
}

fn place(tenant: TenantId) -> Place<'static> {
    Place { table: "tenants", column: "routes", tenant, row: tenant.0 }
}

/// Seals routes for their tenant, in the order in which they are tried.
pub(in crate::service) fn seal(
    keyring: &Keyring,
    entropy: &dyn Entropy,
    tenant: TenantId,
    routes: &[Route],
) -> Sealed {
    seal_with(keyring, entropy, tenant, routes, &[])
}

/// Seals routes, together with those that this version does not know.
pub(super) fn seal_with(
    keyring: &Keyring,
    entropy: &dyn Entropy,
    tenant: TenantId,
    routes: &[Route],
    unknown: &[RouteOfUnknownTransport],
) -> Sealed {
    let known: Vec<_> = routes.iter().map(written).collect();
    let all = known.iter().chain(unknown.iter().map(|route| &route.0));
    let texts: Vec<&str> = all.map(|text| text.as_str()).collect();
    let json = Zeroizing::new(format!("[{}]", texts.join(",")));
    keyring.seal(&place(tenant), json.as_bytes(), entropy)
}

fn written(route: &Route) -> Zeroizing<String> {
    let written = match &route.transport {
        Transport::Smtp(smtp) => serde_json::to_string(&SealedSmtp {
            id: route.handle.as_str(),
            name: &route.name,
            host: &smtp.host,
            port: smtp.port,
            tls: smtp.security.as_str(),
            username: &smtp.username,
            password: smtp.password().map(ExposeSecret::expose_secret),
            oauth: smtp.oauth().map(SealedLogin::of),
            from: smtp.from.as_str(),
        }),
        Transport::Provider(account) => serde_json::to_string(&SealedProvider::of(route, account)),
    };
    // Texts and numbers always serialise.
    Zeroizing::new(written.unwrap_or_default())
}

/// Returns whether two routes are the same in everything that is stored.
pub(super) fn is_alike(one: &Route, other: &Route) -> bool {
    written(one) == written(other)
}

/// Opens a tenant's routes into a sender, whose mails load their logo from `pictures_url`. Routes that
/// do not open were altered or moved in the database, and nothing is sent over them. A sandbox has
/// no routes, whatever its row contains.
pub fn sender(
    keyring: &Keyring,
    tenant: &Tenant,
    pictures_url: Option<&WebOrigin>,
) -> Result<Sender, StoreError> {
    let is_sandbox = tenant.sandbox_of.is_some();
    let (revision, routes) = match &tenant.routes {
        Some(sealed) if !is_sandbox => (revision(sealed), open(keyring, tenant)?.routes),
        _ => (0, Vec::new()),
    };
    Ok(Sender {
        tenant: tenant.id,
        revision,
        name: tenant.name.clone(),
        look: look(tenant, pictures_url),
        routes,
        countries: tenant.settings.phone.countries.clone(),
        is_sandbox,
    })
}

/// Returns how a tenant's mails look, whose logo is loaded from `pictures_url`.
pub(in crate::service) fn look(tenant: &Tenant, pictures_url: Option<&WebOrigin>) -> Look {
    let logo = tenant.settings.logo.as_ref().zip(pictures_url);
    Look { brand: tenant.settings.brand, logo: logo.map(|(name, origin)| format!("{origin}{}", name.path())) }
}

/// Opens a tenant's routes.
pub(in crate::service) fn open(keyring: &Keyring, tenant: &Tenant) -> Result<OpenedRoutes, StoreError> {
    let broken = |reason: &dyn std::fmt::Display| {
        tracing::error!(tenant = %tenant.handle, %reason, "a tenant's SMTP accounts cannot be used");
        StoreError::Unavailable
    };
    let sealed = tenant.routes.as_ref();
    let json = sealed.map(|sealed| keyring.open_sealed(&place(tenant.id), sealed)).transpose();
    let Some(json) = json.map_err(|error| broken(&error))? else {
        return Ok(OpenedRoutes { routes: Vec::new(), unknown: Vec::new() });
    };
    read(tenant, &json).ok_or_else(|| broken(&"they are not in a format that this version knows"))
}

fn read(tenant: &Tenant, json: &[u8]) -> Option<OpenedRoutes> {
    let entries: Vec<&RawValue> = serde_json::from_slice(json).ok()?;
    let mut opened = OpenedRoutes { routes: Vec::new(), unknown: Vec::new() };
    for entry in entries {
        let Tag { transport } = serde_json::from_str(entry.get()).ok()?;
        let kind = transport.as_deref().map_or(Some(TransportKind::Smtp), TransportKind::parse);
        match kind {
            Some(TransportKind::Smtp) => {
                let smtp: OpenedSmtp = serde_json::from_str(entry.get()).ok()?;
                opened.routes.push(smtp.into_route()?);
            }
            Some(kind) => opened.routes.push(sealed_provider::read(kind, entry)?),
            None => {
                let transport = transport.unwrap_or_default();
                tracing::error!(
                    tenant = %tenant.handle,
                    transport,
                    "a route has a transport that this version does not know: it is skipped"
                );
                opened.unknown.push(RouteOfUnknownTransport(Zeroizing::new(entry.get().to_owned())));
            }
        }
    }
    Some(opened)
}

impl OpenedSmtp {
    fn into_route(self) -> Option<Route> {
        let login = match (self.password, self.oauth) {
            (Some(password), None) => SmtpLogin::Password(password),
            (None, Some(login)) => SmtpLogin::OAuth(login.into_login()?),
            (None, None) | (Some(_), Some(_)) => return None,
        };
        Some(Route {
            handle: RouteHandle::parse(&self.id)?,
            name: self.name,
            channels: vec![ChannelKind::Email],
            transport: Transport::Smtp(SmtpProfile {
                host: self.host,
                port: self.port,
                security: Security::parse(&self.tls)?,
                username: self.username,
                login,
                from: MailAddress::parse(&self.from).ok()?,
            }),
        })
    }
}

/// Returns the logins of routes that the store keeps something of.
pub(in crate::service) fn logins(routes: &[Route]) -> LoginsOfRoutes {
    let login = |route: &Route| Some((route.smtp()?.oauth()?.id, route.handle.clone()));
    routes.iter().filter_map(login).collect()
}

/// Returns a number that differs whenever the routes were sealed again: the ciphertext ends in a
/// tag over a fresh nonce.
fn revision(sealed: &Sealed) -> u64 {
    let tail = sealed.0.last_chunk::<8>().copied().unwrap_or_default();
    u64::from_le_bytes(tail)
}

#[cfg(test)]
mod tests;
