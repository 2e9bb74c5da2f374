//! Challenges: minting, sending and answering codes, and what follows.

mod acceptance;
mod asking;
mod autofill;
pub(in crate::service) mod challenge;
mod exchange;
pub mod fallbacks;
mod guarded;
pub(in crate::service) mod holder;
pub(in crate::service) mod hosted;
mod hosting;
pub(in crate::service) mod idempotency;
pub(in crate::service) mod issue;
mod ledger;
pub(in crate::service) mod message_id;
mod mint;
mod order;
mod payload;
mod prepare;
pub(in crate::service) mod reach;
pub(in crate::service) mod receipt;
mod record;
mod request;
mod resend;
pub(in crate::service) mod sandbox_mail;
pub(in crate::service) mod verify;
mod way_back;

pub use challenge::Challenges;
pub use holder::{Holder, Holders};
pub use hosted::{HostedPage, HostedPages};
pub use idempotency::{Idempotency, Recalled, RunningRequest};
pub use ledger::StoreLedger;
pub use mint::Minted;
pub use request::{MintRequest, PageRequest, Wait};
pub use sandbox_mail::{FoundMail, KeptMail, MailQuery, SandboxMails};
pub use verify::{ChallengeReference, Verification, VerifyRequest};
pub use way_back::{Leaving, WayBack};
