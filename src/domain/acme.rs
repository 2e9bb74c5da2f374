//! Certificates from an authority that issues them by itself (ACME, RFC 8555).

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// One of the things that the server has with the authority.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AcmeItem {
    /// The account and its key.
    Account,
    /// The certificate and its key.
    Certificate,
    /// The challenges of the order under way.
    Challenges,
}

impl AcmeItem {
    /// Returns the row in the store.
    pub const fn id(self) -> i64 {
        match self {
            Self::Account => 1,
            Self::Certificate => 2,
            Self::Challenges => 3,
        }
    }
}

/// An account.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct AcmeAccount {
    /// The authority that has it.
    pub directory: String,
    /// Its address there and its key, as the client writes them.
    pub credentials: String,
}

/// A certificate that was issued.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct IssuedCertificate {
    /// The certificates, as PEM.
    pub chain: String,
    /// The key, as PEM.
    pub key: String,
}

/// What proves to the authority that a name is the server's. The proof is public for whoever asks for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PendingChallenge {
    /// The name.
    pub domain: String,
    /// What the authority asks for (RFC 8555 §8.3).
    pub token: String,
    /// What it expects (RFC 8555 §8.1).
    pub key_authorization: String,
}

impl fmt::Debug for AcmeAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AcmeAccount({})", self.directory)
    }
}

impl fmt::Debug for IssuedCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuedCertificate(…)")
    }
}
