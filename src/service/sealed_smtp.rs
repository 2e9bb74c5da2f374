//! A tenant's SMTP accounts, sealed to the tenant's row.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::delivery::Sender;
use crate::domain::id::TenantId;
use crate::domain::mail_address::MailAddress;
use crate::domain::random::Entropy;
use crate::domain::secret::Sealed;
use crate::domain::tenants::route::{Route, RouteHandle, Transport};
use crate::domain::tenants::smtp::{Security, SmtpProfile};
use crate::domain::tenants::tenant::Tenant;
use crate::store::StoreError;

#[derive(Serialize)]
struct Plain<'a> {
    id: &'a str,
    name: &'a str,
    host: &'a str,
    port: u16,
    tls: &'a str,
    username: &'a str,
    password: &'a str,
    from: &'a str,
}

impl<'a> Plain<'a> {
    fn of(route: &'a Route) -> Self {
        let Transport::Smtp(smtp) = &route.transport;
        Self {
            id: route.handle.as_str(),
            name: &route.name,
            host: &smtp.host,
            port: smtp.port,
            tls: smtp.security.as_str(),
            username: &smtp.username,
            password: smtp.password.expose_secret(),
            from: smtp.from.as_str(),
        }
    }
}

fn place(tenant: TenantId) -> Place<'static> {
    Place { table: "tenants", column: "smtp", tenant, row: tenant.0 }
}

/// Seals accounts for their tenant, in the order in which they are used.
pub(super) fn seal(keyring: &Keyring, entropy: &dyn Entropy, tenant: TenantId, accounts: &[Route]) -> Sealed {
    let plain: Vec<_> = accounts.iter().map(Plain::of).collect();
    // Texts and numbers always serialise.
    let json = Zeroizing::new(serde_json::to_vec(&plain).unwrap_or_default());
    keyring.seal(&place(tenant), &json, entropy)
}

/// Opens a tenant's accounts into the sender of its messages. What does not open was altered or
/// moved in the database: nothing is sent with it.
pub fn sender(keyring: &Keyring, tenant: &Tenant) -> Result<Sender, StoreError> {
    if tenant.sandbox_of.is_some() {
        return Ok(sandbox(tenant));
    }
    let broken = |reason: &dyn std::fmt::Display| {
        tracing::error!(tenant = %tenant.handle, %reason, "a tenant's SMTP accounts cannot be used");
        StoreError::Unavailable
    };
    let sealed = tenant.smtp.as_ref();
    let json = sealed.map(|sealed| keyring.open_sealed(&place(tenant.id), sealed)).transpose();
    let accounts = match json.map_err(|error| broken(&error))? {
        None => Vec::new(),
        Some(json) => {
            parse(&json).ok_or_else(|| broken(&"they are not in a format that this version knows"))?
        }
    };
    let revision = sealed.map(revision).unwrap_or_default();
    Ok(Sender { tenant: tenant.id, revision, name: tenant.name.clone(), routes: accounts, is_sandbox: false })
}

/// A sandbox's sender has no account, whatever its row may hold.
fn sandbox(tenant: &Tenant) -> Sender {
    let name = tenant.name.clone();
    Sender { tenant: tenant.id, revision: 0, name, routes: Vec::new(), is_sandbox: true }
}

fn parse(json: &[u8]) -> Option<Vec<Route>> {
    let plain: Vec<OwnedPlain> = serde_json::from_slice(json).ok()?;
    plain.into_iter().map(OwnedPlain::into_account).collect()
}

/// The same, when read back: a password with an escape in it cannot be borrowed from the JSON.
#[derive(Deserialize)]
struct OwnedPlain {
    id: String,
    name: String,
    host: String,
    port: u16,
    tls: String,
    username: String,
    password: SecretString,
    from: String,
}

impl OwnedPlain {
    fn into_account(self) -> Option<Route> {
        Some(Route {
            handle: RouteHandle::parse(&self.id)?,
            name: self.name,
            transport: Transport::Smtp(SmtpProfile {
                host: self.host,
                port: self.port,
                security: Security::parse(&self.tls)?,
                username: self.username,
                password: self.password,
                from: MailAddress::parse(&self.from).ok()?,
            }),
        })
    }
}

/// Differs whenever the accounts were sealed again: the ciphertext ends in a tag over a fresh nonce.
fn revision(sealed: &Sealed) -> u64 {
    let tail = sealed.0.last_chunk::<8>().copied().unwrap_or_default();
    u64::from_le_bytes(tail)
}
