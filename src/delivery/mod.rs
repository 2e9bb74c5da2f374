//! Delivery: the outbox worker, the channels, and what they say.

pub mod breaker;
pub mod dns;
pub mod email;
mod health;
mod hints;
mod measure;
pub mod message;
pub mod observer;
pub mod outbox;
pub mod prober;
mod said;
mod sandbox;
pub mod smtp;
mod template;
pub mod webhook;
mod wording;

pub use observer::{Observer, Step};
pub use outbox::{Outbox, Slot, Watch};
pub use said::Said;
pub use template::Template;
pub use webhook::{Batch, Post, WebhookLedger};

use std::sync::Arc;
use std::time::Duration;

use crate::domain::BoxFuture;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::recipient::Recipient;
use crate::domain::challenges::vars::Vars;
use crate::domain::deliveries::delivery::{DeliveryEnd, Room, SendOutcome};
use crate::domain::deliveries::server_health::ServerHealth;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::locale::Locale;
use crate::domain::tenants::account::Account;
use crate::domain::tenants::smtp::SmtpProfile;
use crate::domain::tenants::trial::{Hint, Taken, TestMail};
use crate::domain::time::Timestamp;

/// Who sends: a tenant and its accounts. Shared by all of its jobs; `revision` differs after every
/// change of the accounts, so that kept sessions of an old one are not used again.
#[derive(Debug)]
pub struct Sender {
    /// The tenant.
    pub tenant: TenantId,
    /// Distinguishes successive lists of accounts of one tenant.
    pub revision: u64,
    /// What the tenant calls itself; may be empty.
    pub name: String,
    /// Its accounts, the one to be used first at the front; a tenant without any sends nothing.
    pub accounts: Vec<Account>,
    /// Whether it is a sandbox. It has no accounts, and its messages are kept instead of sent.
    pub is_sandbox: bool,
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
    /// What the tenant tells for its template.
    pub vars: Vars,
    /// The tenant's own words, where it has some.
    pub template: Option<Arc<Template>>,
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

/// A medium: one method that says which, one that sends, and one for those that know their servers.
pub trait Channel: Send + Sync {
    /// Which medium this is.
    fn kind(&self) -> ChannelKind;

    /// One try at delivering. Ends within the channel's own deadline, whatever the other side does.
    fn send<'a>(&'a self, sender: &'a Sender, message: &'a Message) -> BoxFuture<'a, SendOutcome>;

    /// How the servers do that it sends through, as far as it knows.
    fn health(&self) -> Vec<ServerHealth> {
        Vec::new()
    }
}

/// Tries mail accounts out, for their owners.
pub trait AccountTester: Send + Sync {
    /// Walks the way of a message within `limit`, as far as the login; with `mail`, until that is
    /// taken. Each step that was taken is told, in order; the last one may have failed.
    fn walk<'a>(
        &'a self,
        smtp: &'a SmtpProfile,
        mail: Option<&'a TestMail>,
        limit: Duration,
    ) -> BoxFuture<'a, Vec<Taken>>;

    /// What DNS says about the domain of `from`; nothing where it does not answer in time.
    fn hints<'a>(&'a self, from: &'a Recipient) -> BoxFuture<'a, Vec<Hint>>;
}

/// The durable side of the outbox, as the worker sees it.
pub trait Ledger: Send + Sync {
    /// Takes deliveries for which there is room, that are due at `now` and held by nobody, in the order
    /// of their tenants.
    fn claim(&self, now: Timestamp, room: Room) -> BoxFuture<'_, Vec<Job>>;

    /// Keeps what a message of a sandbox says where its tenant can read it; `false` when that cannot
    /// be done now.
    fn keep<'a>(&'a self, job: &'a Job, said: Said, now: Timestamp) -> BoxFuture<'a, bool>;

    /// Records what came of a try at the delivery of `challenge`.
    fn settle<'a>(&'a self, job: &'a Job, now: Timestamp, end: DeliveryEnd) -> BoxFuture<'a, ()>;
}
