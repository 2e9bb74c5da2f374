//! Sub-keys: their purposes, how long a new one waits before use, and how long a former one is needed.

use std::time::Duration;

use crate::domain::challenges::receipt::MAX_LIFETIME;

/// The purpose of a sub-key. One key never serves two purposes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyPurpose {
    /// Sealing columns with AES-256-GCM.
    Seal,
    /// Hashing codes.
    Code,
    /// Hashing tenants' secret keys, and the operator token.
    SecretKey,
    /// Indexing recipients.
    Recipient,
    /// Encrypting challenge rows into shareable keys.
    ShareableKey,
    /// Recognising repeated requests.
    Request,
    /// Sealing the audit trail.
    Audit,
    /// Signing receipts. This is the only key pair, kept as a PKCS#8 document.
    Receipt,
}

/// The time between making a key and using it. Every process rereads the keys in a fraction of it.
const LEAD: Duration = Duration::from_secs(60);

/// The same for the receipt key: twice as long as a copy of the published keys may be cached.
const PUBLISHED_LEAD: Duration = Duration::from_secs(600);

/// The lead where time is short: two rereadings of the keys.
pub const SHORTEST_LEAD: Duration = Duration::from_secs(10);

/// How long a former key may still be needed for what was made with it at the last moment: the
/// maximum lifetime of a receipt, and an hour for those who cache the published keys.
pub const OVERLAP: Duration = Duration::from_secs(3_600 + MAX_LIFETIME.as_secs());

impl KeyPurpose {
    /// Every purpose.
    pub const ALL: [Self; 8] = [
        Self::Seal,
        Self::Code,
        Self::SecretKey,
        Self::Recipient,
        Self::ShareableKey,
        Self::Request,
        Self::Audit,
        Self::Receipt,
    ];

    /// Returns the word under which the key is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Code => "code",
            Self::SecretKey => "secret_key",
            Self::Recipient => "recipient",
            Self::ShareableKey => "shareable_key",
            Self::Request => "request",
            Self::Audit => "audit",
            Self::Receipt => "receipt",
        }
    }

    /// Returns the purpose that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == word)
    }

    /// Returns how long a new key waits before it is used, so that everybody who needs it has read it.
    pub const fn lead(self) -> Duration {
        match self {
            Self::Receipt => PUBLISHED_LEAD,
            Self::Seal
            | Self::Code
            | Self::SecretKey
            | Self::Recipient
            | Self::ShareableKey
            | Self::Request
            | Self::Audit => LEAD,
        }
    }
}
