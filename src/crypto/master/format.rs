//! What a master key looks like, in memory and in its file.

use zeroize::Zeroizing;

/// The key, before anything is derived from it.
pub(super) type Raw = Zeroizing<[u8; 32]>;

/// What precedes the 64 hexadecimal digits in a key file, so that nobody takes it for anything else.
pub(super) const PREFIX: &str = "otpmint-master-key:";
