//! A tenant's SMTP account, sealed to the tenant's row.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::delivery::Sender;
use crate::domain::id::TenantId;
use crate::domain::random::Entropy;
use crate::domain::recipient::Recipient;
use crate::domain::secret::Sealed;
use crate::domain::smtp::{Security, SmtpProfile};
use crate::domain::tenant::Tenant;
use crate::store::StoreError;

#[derive(Serialize)]
struct Plain<'a> {
    host: &'a str,
    port: u16,
    tls: &'a str,
    username: &'a str,
    password: &'a str,
    from: &'a str,
}

const IMPLICIT: &str = "implicit";
const STARTTLS: &str = "starttls";

fn place(tenant: TenantId) -> Place<'static> {
    Place { table: "tenants", column: "smtp", tenant, row: tenant.0 }
}

/// Seals an account for its tenant.
pub(super) fn seal(
    keyring: &Keyring,
    entropy: &dyn Entropy,
    tenant: TenantId,
    profile: &SmtpProfile,
) -> Sealed {
    let plain = Plain {
        host: &profile.host,
        port: profile.port,
        tls: match profile.security {
            Security::Implicit => IMPLICIT,
            Security::StartTls => STARTTLS,
        },
        username: &profile.username,
        password: profile.password.expose_secret(),
        from: profile.from.as_str(),
    };
    // A struct of texts and a number always serialises.
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
            vec![parse(&json).ok_or_else(|| broken(&"they are not in a format that this version knows"))?]
        }
    };
    let revision = sealed.map(revision).unwrap_or_default();
    Ok(Sender { tenant: tenant.id, revision, name: tenant.name.clone(), accounts, is_sandbox: false })
}

/// A sandbox's sender has no account, whatever its row may hold.
fn sandbox(tenant: &Tenant) -> Sender {
    let name = tenant.name.clone();
    Sender { tenant: tenant.id, revision: 0, name, accounts: Vec::new(), is_sandbox: true }
}

fn parse(json: &[u8]) -> Option<SmtpProfile> {
    let plain: OwnedPlain = serde_json::from_slice(json).ok()?;
    Some(SmtpProfile {
        host: plain.host,
        port: plain.port,
        security: match plain.tls.as_str() {
            IMPLICIT => Security::Implicit,
            STARTTLS => Security::StartTls,
            _ => return None,
        },
        username: plain.username,
        password: plain.password,
        from: Recipient::email(&plain.from).ok()?,
    })
}

/// The same, when read back: a password with an escape in it cannot be borrowed from the JSON.
#[derive(Deserialize)]
struct OwnedPlain {
    host: String,
    port: u16,
    tls: String,
    username: String,
    password: SecretString,
    from: String,
}

/// Differs whenever an account was sealed again: the ciphertext starts with a fresh nonce.
fn revision(sealed: &Sealed) -> u64 {
    let tail = sealed.0.last_chunk::<8>().copied().unwrap_or_default();
    u64::from_le_bytes(tail)
}
