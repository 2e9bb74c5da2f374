//! The message of a challenge, sealed in its row until the challenge ends.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::delivery::Message;
use crate::domain::address::Address;
use crate::domain::challenges::challenge::Binding;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::link::Link;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::locale::Locale;
use crate::domain::random::Entropy;
use crate::domain::secret::Sealed;
use crate::domain::sms::{AppHash, Autofill, CodeHost};
use crate::domain::trace::TraceContext;
use crate::store::ClaimedDelivery;

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct PlainPayload {
    message_id: String,
    to: String,
    code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    /// Where its tries belong in a trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trace_context: Option<String>,
    #[serde(flatten)]
    draft: PlainDraft,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct PlainDraft {
    /// The purpose whose template the message uses, if it is not its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    vars: Vec<(String, String)>,
    /// The link that does the same as the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// The host of the page that may take the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    /// The host of the page in its frame that may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    frame: Option<String>,
    /// The hash of the app that may take the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app_hash: Option<String>,
}

/// The part of a message that is known before its recipient is given: everything that the tenant passed.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// The purpose whose template it uses.
    pub(super) purpose: Purpose,
    /// The tenant's variables for its template.
    pub(super) vars: Vars,
    /// The link that does the same as the code, if there is one.
    pub(super) link: Option<Link>,
    /// The page or the app that may take the code from a text message.
    pub(super) autofill: Option<Autofill>,
}

impl Draft {
    fn plain(&self, own: &Purpose) -> PlainDraft {
        let template = Some(&self.purpose).filter(|purpose| *purpose != own);
        let (origin, frame, app_hash) = match &self.autofill {
            None => (None, None, None),
            Some(Autofill::Page(host)) => (Some(host.to_string()), None, None),
            Some(Autofill::Framed(page, frame)) => (Some(page.to_string()), Some(frame.to_string()), None),
            Some(Autofill::App(hash)) => (None, None, Some(hash.to_string())),
        };
        PlainDraft {
            template: template.map(|purpose| purpose.as_str().to_owned()),
            vars: self.vars.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            link: self.link.as_ref().map(|link| link.as_str().to_owned()),
            origin,
            frame,
            app_hash,
        }
    }

    fn of(plain: &PlainDraft, own: &Purpose) -> Self {
        let template = plain.template.as_deref().and_then(Purpose::parse);
        let host = |text: &Option<String>| text.as_deref().and_then(CodeHost::parse);
        let page = host(&plain.origin).map(|page| match host(&plain.frame) {
            Some(frame) => Autofill::Framed(page, frame),
            None => Autofill::Page(page),
        });
        let app = plain.app_hash.as_deref().and_then(|hash| AppHash::parse(hash).ok()).map(Autofill::App);
        Self {
            purpose: template.unwrap_or_else(|| own.clone()),
            vars: Vars::new(plain.vars.iter().cloned().collect()).unwrap_or_default(),
            link: plain.link.as_deref().and_then(Link::parse),
            autofill: page.or(app),
        }
    }
}

fn place(tenant: TenantId, challenge: ChallengeId) -> Place<'static> {
    Place { table: "challenges", column: "payload", tenant, row: challenge.0 }
}

/// Seals a message for its challenge.
pub(super) fn seal(keyring: &Keyring, entropy: &dyn Entropy, binding: &Binding, message: &Message) -> Sealed {
    let draft = Draft {
        purpose: message.purpose.clone(),
        vars: message.vars.clone(),
        link: message.link.clone(),
        autofill: message.autofill.clone(),
    };
    let plain = PlainPayload {
        message_id: message.id.clone(),
        to: message.recipient.as_str().to_owned(),
        code: message.code.expose().to_owned(),
        locale: message.locale.as_ref().map(Locale::to_string),
        trace_context: message.trace_context.as_ref().map(TraceContext::to_string),
        draft: draft.plain(&binding.purpose),
    };
    // A struct of texts and a number always serialises.
    let json = Zeroizing::new(serde_json::to_vec(&plain).unwrap_or_default());
    keyring.seal(&place(binding.tenant, binding.challenge), &json, entropy)
}

/// Seals the draft of the message of a challenge for purpose `own` that has no recipient.
pub(super) fn seal_draft(
    keyring: &Keyring,
    entropy: &dyn Entropy,
    (tenant, challenge): (TenantId, ChallengeId),
    own: &Purpose,
    draft: &Draft,
) -> Sealed {
    let json = Zeroizing::new(serde_json::to_vec(&draft.plain(own)).unwrap_or_default());
    keyring.seal(&place(tenant, challenge), &json, entropy)
}

/// Opens a draft, also after a recipient was known in between. Returns `None` in the same cases as
/// for a whole message.
pub(super) fn open_draft(
    keyring: &Keyring,
    (tenant, challenge): (TenantId, ChallengeId),
    own: &Purpose,
    payload: &Sealed,
) -> Option<Draft> {
    let json = keyring.open_sealed(&place(tenant, challenge), payload).ok()?;
    let plain: PlainDraft = serde_json::from_slice(&json).ok()?;
    Some(Draft::of(&plain, own))
}

/// Opens the recipient of a tenant's challenge. Returns `None` in the same cases as for a whole message.
pub(in crate::service) fn recipient(
    keyring: &Keyring,
    (tenant, challenge): (TenantId, ChallengeId),
    payload: &Sealed,
) -> Option<Address> {
    let json = keyring.open_sealed(&place(tenant, challenge), payload).ok()?;
    let plain: PlainPayload = serde_json::from_slice(&json).ok()?;
    Address::parse(&plain.to).ok()
}

/// Opens the message of a claimed delivery, without the tenant's template. A resent code goes in a
/// message with its own id, because a receiver would drop a duplicate; every try at one message has
/// the same id. Returns `None` if the value was altered or moved, or was not sealed by us.
pub(super) fn open(keyring: &Keyring, claimed: &ClaimedDelivery) -> Option<Message> {
    let json = keyring.open_sealed(&place(claimed.tenant, claimed.challenge), &claimed.payload).ok()?;
    let plain: PlainPayload = serde_json::from_slice(&json).ok()?;
    let id = match claimed.sends {
        0 | 1 => plain.message_id.clone(),
        sends => format!("{}.{sends}", plain.message_id),
    };
    let draft = Draft::of(&plain.draft, &claimed.purpose);
    Some(Message {
        id,
        recipient: Address::parse(&plain.to).ok()?,
        channel: claimed.channel,
        code: Code::from_sealed(plain.code.clone()),
        purpose: draft.purpose,
        locale: plain.locale.as_deref().and_then(Locale::parse),
        vars: draft.vars,
        link: draft.link,
        template: None,
        autofill: draft.autofill,
        created_at: claimed.queued_at,
        expires_at: claimed.expires_at,
        callback: None,
        trace_context: plain.trace_context.as_deref().and_then(TraceContext::parse),
    })
}
