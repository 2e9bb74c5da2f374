//! Sub-keys: their rotation, and how a running server follows it.

mod reseal;
pub(in crate::service) mod sub_keys;
mod versions;

pub use sub_keys::{FormerReceipts, KeysRotated, RotationUrgency, SubKeys};
pub use versions::{KeyState, KeyVersion};
