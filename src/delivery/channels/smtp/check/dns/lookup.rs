//! The interface to DNS.

use crate::domain::BoxFuture;

/// DNS lookups. `None` means that there was no response, which proves nothing. An empty response
/// means that there are no records.
pub trait Dns: Send + Sync {
    /// Returns whether mail to `domain` can be delivered: it has an MX record or an address (RFC
    /// 5321 §5.1).
    fn takes_mail<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, Option<bool>>;

    /// Returns the TXT records of `name`.
    fn texts<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Option<Vec<String>>>;
}
