//! Route checks over SMTP, for the route's owner.

mod dns;
mod hints;
mod walk;

#[cfg(fuzzing)]
pub use dns::fuzz as fuzz_responses;
pub use dns::{Dns, SystemDns};
pub(super) use hints::hints;
pub(super) use walk::walk;
