//! Delivery: the outbox worker, the channels, and what they say.

pub mod breaker;
pub mod email;
mod measure;
pub mod message;
pub mod outbox;
pub mod smtp;
pub mod webhook;
mod wording;

pub use outbox::{Outbox, Slot, Watch};
pub use webhook::{Batch, Post, WebhookLedger};

use std::sync::Arc;

use crate::domain::BoxFuture;
use crate::domain::channel::ChannelKind;
use crate::domain::code::Code;
use crate::domain::delivery::{DeliveryEnd, SendOutcome};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::locale::Locale;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::smtp::SmtpProfile;
use crate::domain::time::Timestamp;

/// Who sends: a tenant and its account. Shared by all of its jobs; `revision` differs after every
/// change of the account, so that kept sessions of an old one are not used again.
#[derive(Debug)]
pub struct Sender {
    /// The tenant.
    pub tenant: TenantId,
    /// Distinguishes successive accounts of one tenant.
    pub revision: u64,
    /// What the tenant calls itself; may be empty.
    pub name: String,
    /// Its accounts, the one to be used first at the front; a tenant without any sends nothing.
    pub accounts: Vec<SmtpProfile>,
}

/// What is to be said, and to whom.
#[derive(Clone, Debug)]
pub struct Message {
    /// Unique to this send and the same on every try at it, so that a receiver can drop a
    /// duplicate: the left side of the `Message-ID`.
    pub id: String,
    /// Where it goes.
    pub recipient: Recipient,
    /// The code.
    pub code: Code,
    /// What the code is for.
    pub purpose: Purpose,
    /// The language of the recipient, as far as it is known; English otherwise.
    pub locale: Option<Locale>,
    /// When the code was minted or sent again: the `Date`.
    pub created_at: Timestamp,
    /// When the code stops working; never sent after.
    pub expires_at: Timestamp,
}

/// One message on its way.
#[derive(Clone, Debug)]
pub struct Job {
    /// The challenge that it belongs to.
    pub challenge: ChallengeId,
    /// Who sends.
    pub sender: Arc<Sender>,
    /// What is sent.
    pub message: Message,
    /// Tries made before this one.
    pub tries: u32,
}

/// A medium: one method that says which, one that sends.
pub trait Channel: Send + Sync {
    /// Which medium this is.
    fn kind(&self) -> ChannelKind;

    /// One try at delivering. Ends within the channel's own deadline, whatever the other side does.
    fn send<'a>(&'a self, sender: &'a Sender, message: &'a Message) -> BoxFuture<'a, SendOutcome>;
}

/// The durable side of the outbox, as the worker sees it.
pub trait Ledger: Send + Sync {
    /// Takes at most `limit` deliveries that are due at `now` and held by nobody.
    fn claim(&self, now: Timestamp, limit: usize) -> BoxFuture<'_, Vec<Job>>;

    /// Records what came of a try at the delivery of `challenge`.
    fn settle<'a>(&'a self, job: &'a Job, now: Timestamp, end: DeliveryEnd) -> BoxFuture<'a, ()>;
}
