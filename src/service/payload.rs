//! The message of a challenge, sealed in its row until the challenge ends.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::delivery::Message;
use crate::domain::challenge::Binding;
use crate::domain::code::Code;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::locale::Locale;
use crate::domain::purpose::Purpose;
use crate::domain::random::Entropy;
use crate::domain::recipient::Recipient;
use crate::domain::secret::Sealed;
use crate::domain::vars::Vars;
use crate::store::ClaimedDelivery;

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Plain {
    message_id: String,
    to: String,
    code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    /// The purpose whose words the message has, if that is not its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    vars: Vec<(String, String)>,
}

fn place(tenant: TenantId, challenge: ChallengeId) -> Place<'static> {
    Place { table: "challenges", column: "payload", tenant, row: challenge.0 }
}

/// Seals a message for its challenge.
pub fn seal(keyring: &Keyring, entropy: &dyn Entropy, binding: &Binding, message: &Message) -> Sealed {
    let template = Some(&message.purpose).filter(|purpose| **purpose != binding.purpose);
    let plain = Plain {
        message_id: message.id.clone(),
        to: message.recipient.as_str().to_owned(),
        code: message.code.expose().to_owned(),
        locale: message.locale.as_ref().map(Locale::to_string),
        template: template.map(|purpose| purpose.as_str().to_owned()),
        vars: message.vars.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
    };
    // A struct of texts and a number always serialises.
    let json = Zeroizing::new(serde_json::to_vec(&plain).unwrap_or_default());
    keyring.seal(&place(binding.tenant, binding.challenge), &json, entropy)
}

/// Opens the recipient of a tenant's challenge; `None` as for a whole message.
pub(super) fn recipient(
    keyring: &Keyring,
    (tenant, challenge): (TenantId, ChallengeId),
    payload: &Sealed,
) -> Option<Recipient> {
    let json = keyring.open_sealed(&place(tenant, challenge), payload).ok()?;
    let plain: Plain = serde_json::from_slice(&json).ok()?;
    Recipient::email(&plain.to).ok()
}

/// Opens the message of a claimed delivery, without the tenant's own words. A code that is sent again goes in a message of its own,
/// or a receiver would drop it as a duplicate; every try at one is the same. `None` when it was altered, moved, or is not ours.
pub(super) fn open(keyring: &Keyring, claimed: &ClaimedDelivery) -> Option<Message> {
    let json = keyring.open_sealed(&place(claimed.tenant, claimed.challenge), &claimed.payload).ok()?;
    let plain: Plain = serde_json::from_slice(&json).ok()?;
    let id = match claimed.sends {
        0 | 1 => plain.message_id.clone(),
        sends => format!("{}.{sends}", plain.message_id),
    };
    let template = plain.template.as_deref().and_then(Purpose::parse);
    Some(Message {
        id,
        recipient: Recipient::email(&plain.to).ok()?,
        code: Code::from_sealed(plain.code.clone()),
        purpose: template.unwrap_or_else(|| claimed.purpose.clone()),
        locale: plain.locale.as_deref().and_then(Locale::parse),
        vars: Vars::new(plain.vars.iter().cloned().collect()).unwrap_or_default(),
        template: None,
        created_at: claimed.queued_at,
        expires_at: claimed.expires_at,
    })
}
