//! The format of a master key, in memory and in its file.

use zeroize::Zeroizing;

/// The key, before anything is derived from it.
pub(super) type RawKey = Zeroizing<[u8; 32]>;

/// The prefix before the 64 hexadecimal digits of a key file, so that nobody mistakes it for something else.
pub(super) const PREFIX: &str = "otpmint-master-key:";
