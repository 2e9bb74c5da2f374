//! Trying a mail account out, for its owner.

mod dns;
mod hints;
mod prober;

pub use dns::{Dns, SystemDns};
pub use prober::Prober;
