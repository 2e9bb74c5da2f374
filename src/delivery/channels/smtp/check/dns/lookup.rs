//! What may be asked of DNS.

use crate::domain::BoxFuture;

/// Questions to DNS. `None` is no answer, which says nothing; an empty answer says that there is nothing.
pub trait Dns: Send + Sync {
    /// Whether mail to `domain` has somewhere to go: an MX record, or an address (RFC 5321 §5.1).
    fn takes_mail<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, Option<bool>>;

    /// The texts (TXT) of `name`.
    fn texts<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Option<Vec<String>>>;
}
