//! Sub-keys: what they are for, how long a new one waits, and how long a former one is needed.

use std::time::Duration;

use crate::domain::challenges::receipt::MAX_LIFETIME;

/// What a sub-key is for. One key never serves two purposes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyPurpose {
    /// Sealing columns with AES-256-GCM.
    Seal,
    /// Hashing codes.
    Code,
    /// Hashing tenants' secret keys.
    SecretKey,
    /// Indexing recipients.
    Recipient,
    /// Encrypting challenge rows into shareable keys.
    ShareableKey,
    /// Recognising requests that come again.
    Request,
    /// Signing receipts. The one pair of keys among them, kept as a PKCS#8 document.
    Receipt,
}

/// Between the making of a key and its use: every process reads the keys anew in a fraction of it.
const LEAD: Duration = Duration::from_secs(60);

/// The same for the key of receipts: twice as long as a copy of the published keys may be kept.
const PUBLISHED_LEAD: Duration = Duration::from_secs(600);

/// The same where there is no time to lose: two readings of the keys.
pub const SHORTEST_LEAD: Duration = Duration::from_secs(10);

/// How long a former key may still be needed for what was made under it at the last moment: the
/// longest life of a receipt, and an hour for whoever keeps a copy of the published keys.
pub const OVERLAP: Duration = Duration::from_secs(3_600 + MAX_LIFETIME.as_secs());

impl KeyPurpose {
    /// Every purpose.
    pub const ALL: [Self; 7] = [
        Self::Seal,
        Self::Code,
        Self::SecretKey,
        Self::Recipient,
        Self::ShareableKey,
        Self::Request,
        Self::Receipt,
    ];

    /// The word under which the key is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Code => "code",
            Self::SecretKey => "secret_key",
            Self::Recipient => "recipient",
            Self::ShareableKey => "shareable_key",
            Self::Request => "request",
            Self::Receipt => "receipt",
        }
    }

    /// The purpose of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == word)
    }

    /// How long a new key waits before it is used, so that everybody who has to know it does.
    pub const fn lead(self) -> Duration {
        match self {
            Self::Receipt => PUBLISHED_LEAD,
            Self::Seal
            | Self::Code
            | Self::SecretKey
            | Self::Recipient
            | Self::ShareableKey
            | Self::Request => LEAD,
        }
    }
}
