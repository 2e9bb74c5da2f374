//! The bounds of one exchange.

use std::time::Duration;

/// The bounds of one request and its response.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HttpLimits {
    /// The limit for resolving the host and connecting, over all of its addresses, and once more for
    /// the handshake of TLS.
    pub connect: Duration,
    /// The limit for everything, connecting included.
    pub total: Duration,
    /// The maximum size of the response's head, in bytes; at least 8 KiB are always allowed.
    pub head: usize,
    /// What happens to the response's body.
    pub body: BodyRule,
}

/// What happens to the body of a response.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyRule {
    /// It is read. A larger one is an error.
    AtMost(usize),
    /// A little of it is read and thrown away, so that the other side is not cut off. Neither its
    /// size nor its end matters.
    Ignored,
}
