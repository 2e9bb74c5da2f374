//! The messages of sandboxes: stored sealed instead of sent, and read by their tenants.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::crypto::shareable_key::Codec;
use crate::delivery::{Content, Job};
use crate::domain::address::Address;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::conditions::Subject;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::random::Entropy;
use crate::domain::time::Timestamp;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{MailFilter, SandboxMail, Store};

/// The content of a message, which includes the code. So there is no `Debug`.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct KeptMail {
    /// The channel.
    #[serde(default = "email")]
    pub channel: String,
    /// The recipient.
    pub to: String,
    /// The subject of a mail; empty for other messages.
    pub subject: String,
    /// The plain text: of a call the sentences, on lines of their own.
    pub text: String,
    /// The HTML of a mail, if there is any.
    pub html: Option<String>,
    /// The code.
    pub code: String,
    /// The purpose of the code.
    pub purpose: String,
    /// The language of the message.
    pub locale: String,
}

/// The channel of messages that were kept before there was another.
fn email() -> String {
    ChannelKind::Email.as_str().to_owned()
}

/// The parts of a message that depend on its medium.
struct MediumParts {
    subject: String,
    text: String,
    html: Option<String>,
    locale: String,
}

impl MediumParts {
    fn of(content: Content) -> Self {
        let plain = |text, locale| Self { subject: String::new(), text, html: None, locale };
        match content {
            Content::Mail(mail) => {
                Self { subject: mail.subject, text: mail.text, html: mail.html, locale: mail.lang }
            }
            Content::Text(text) => plain(text.text, text.lang),
            Content::Call(call) => plain(call.sentences.join("\n"), call.lang),
            Content::Code(code) => plain(code.code.expose().to_owned(), code.locale.to_string()),
        }
    }
}

/// A stored mail, with its challenge and its time.
pub struct FoundMail {
    /// The challenge.
    pub challenge: ChallengeId,
    /// When it would have been sent.
    pub at: Timestamp,
    /// The mail.
    pub mail: KeptMail,
}

/// A filter for the mails of a sandbox.
#[derive(Default)]
pub struct MailQuery {
    /// Only mails to this recipient.
    pub to: Option<Address>,
    /// Only mails of the challenge with this shareable key.
    pub challenge: Option<String>,
    /// The maximum number of mails.
    pub limit: usize,
}

fn place(tenant: TenantId, challenge: ChallengeId) -> Place<'static> {
    Place { table: "sandbox_mails", column: "content", tenant, row: challenge.0 }
}

/// Seals the content of the message of `job` for storage.
pub(super) fn seal(
    keyring: &Keyring,
    entropy: &dyn Entropy,
    job: &Job,
    content: Content,
    at: Timestamp,
) -> SandboxMail {
    let (tenant, message) = (job.sender.tenant, &job.message);
    let MediumParts { subject, text, html, locale } = MediumParts::of(content);
    let mail = KeptMail {
        channel: message.channel.as_str().to_owned(),
        to: message.recipient.as_str().to_owned(),
        subject,
        text,
        html,
        code: message.code.expose().to_owned(),
        purpose: message.purpose.as_str().to_owned(),
        locale,
    };
    // A struct of texts always serialises.
    let json = Zeroizing::new(serde_json::to_vec(&mail).unwrap_or_default());
    SandboxMail {
        tenant,
        challenge: job.challenge,
        recipient: keyring.recipient_index(tenant, &message.recipient),
        at,
        content: keyring.seal(&place(tenant, job.challenge), &json, entropy),
    }
}

/// The mails of sandboxes.
pub struct SandboxMails {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    codec: Codec,
}

impl SandboxMails {
    pub(in crate::service) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            codec: parts.keyring.shareable_keys(),
        }
    }
}

impl SandboxMails {
    /// Returns the sandbox's mails, newest first. Mails that were altered or moved in the store are
    /// left out.
    pub async fn list(
        &self,
        tenant: &AuthenticatedTenant,
        query: MailQuery,
    ) -> Result<Vec<FoundMail>, Refusal> {
        tenant.require_sandbox()?;
        let challenge = match &query.challenge {
            Some(key) => Some(self.codec.decode_either(key).ok_or(Refusal::UnknownChallenge)?),
            None => None,
        };
        let recipient = query.to.as_ref().map(|to| self.keyring.recipient_indexes(tenant.id(), to));
        let filter = MailFilter { recipient, challenge };
        let found = self.store.sandbox_mails(tenant.id(), filter, query.limit).await?;
        Ok(found.iter().filter_map(|mail| self.open_mail(mail)).collect())
    }

    /// Returns the revision of a sandbox's mails, which grows with each.
    pub async fn revision(&self, tenant: &AuthenticatedTenant) -> Result<i64, Refusal> {
        Ok(self.store.latest_sandbox_mail(tenant.id()).await?)
    }

    /// Deletes the sandbox's mails, and returns how many there were.
    pub async fn empty(&self, tenant: &AuthenticatedTenant) -> Result<usize, Refusal> {
        tenant.require_sandbox()?;
        let store = tenant.conditions().over(&self.store).of(tenant.id(), Subject::SandboxMails).store();
        Ok(store.empty_sandbox(tenant.id()).await?)
    }

    fn open_mail(&self, found: &SandboxMail) -> Option<FoundMail> {
        let place = place(found.tenant, found.challenge);
        let json = self.keyring.open_sealed(&place, &found.content).ok()?;
        let mail = serde_json::from_slice(&json).ok()?;
        Some(FoundMail { challenge: found.challenge, at: found.at, mail })
    }
}
