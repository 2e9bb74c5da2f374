//! Delivery: the outbox, the channels, what they say, and webhooks.

mod breaker;
pub mod channels;
pub mod content;
mod health;
mod measure;
pub mod net;
pub mod outbox;
mod ports;
pub mod webhooks;

pub use content::{Content, Template};
pub use outbox::{Outbox, Slot, Watch};
pub use ports::channel::Channel;
pub use ports::job::Job;
pub use ports::ledger::Ledger;
pub use ports::message::Message;
pub use ports::observer::{Observer, Step};
pub use ports::sender::Sender;
pub use ports::tester::AccountTester;
pub use webhooks::{DueEndpoint, WebhookLedger, WebhookRequest};
