//! Route checks over SMTP, for the route's owner.

mod dns;
mod hints;
mod walk;

pub use dns::{Dns, SystemDns};
pub(super) use hints::hints;
pub(super) use walk::walk;
