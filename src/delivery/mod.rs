//! Delivery: the outbox, the channels, message content, and webhooks.

mod breaker;
pub mod channels;
pub mod content;
mod health;
mod measure;
pub mod net;
pub mod oauth;
pub mod outbox;
mod ports;
mod routing;
pub mod webhooks;

pub use content::{CallContent, CodeContent, Content, MailContent, Setting, Template, TextContent};
pub use oauth::{KeptLogin, LoginLedger, LoginOwner, NotKept};
pub use outbox::{Outbox, Slot, Watch};
pub use ports::budget::Budget;
pub use ports::catch::{Catch, CatchAnswer, CaughtMessage, MessageReports};
pub use ports::channel::{Acceptance, Channel, Outgoing, RouteToCheck, Standing};
pub use ports::failure::{Blame, Later, Others, RouteFailure};
pub use ports::job::Job;
pub use ports::ledger::Ledger;
pub use ports::message::Message;
pub use ports::observer::{DeliveryStep, Observer};
pub use ports::reports::{DeliveryReports, LoggedReports};
pub use ports::sender::{Look, Sender};
pub use routing::Routing;
pub use webhooks::{DueEndpoint, WebhookLedger, WebhookRequest};
