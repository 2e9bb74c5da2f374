//! What a medium has to be able to do.

use super::message::Message;
use super::sender::Sender;
use crate::domain::BoxFuture;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::SendOutcome;
use crate::domain::deliveries::server_health::ServerHealth;

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
