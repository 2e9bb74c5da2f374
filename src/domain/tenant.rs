//! Tenants: the registered apps.

use std::fmt;

use super::id::TenantId;
use super::random::Entropy;
use super::secret::Sealed;
use super::time::Timestamp;

/// A tenant's name towards the outside: `tnt_` and 16 letters and digits. Not a secret.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TenantHandle(String);

const HANDLE_PREFIX: &str = "tnt_";
const HANDLE_SIZE: usize = 16;
const HANDLE_ALPHABET: [char; 31] = [
    '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p',
    'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
];

impl TenantHandle {
    /// A fresh handle.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        Self(format!("{HANDLE_PREFIX}{}", entropy.text(&HANDLE_ALPHABET, HANDLE_SIZE)))
    }

    /// A handle as somebody wrote it.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(HANDLE_PREFIX)?;
        let shape = rest.len() == HANDLE_SIZE && rest.chars().all(|c| HANDLE_ALPHABET.contains(&c));
        shape.then(|| Self(text.to_owned()))
    }

    /// The handle itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a tenant may mint and verify.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TenantStatus {
    /// In use.
    Active,
    /// Switched off by the operator: its keys open nothing.
    Disabled,
}

impl TenantStatus {
    /// The word used in output and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// The status of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|status| status.as_str() == word)
    }
}

/// A registered app with its own sender.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Its row.
    pub id: TenantId,
    /// Its name towards the outside.
    pub handle: TenantHandle,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// Whether it is in use.
    pub status: TenantStatus,
    /// When it was registered.
    pub created_at: Timestamp,
    /// Its SMTP account, sealed to this tenant.
    pub smtp: Sealed,
}

/// What can be said of a live secret key without knowing it.
#[derive(Clone, Debug)]
pub struct KeyInfo {
    /// Its last four characters, to tell it from the other one.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working; `None` for the current one.
    pub expires_at: Option<Timestamp>,
}

/// The longest name that a tenant may have, in bytes.
pub const MAX_NAME: usize = 100;

/// A tenant's name: at most [`MAX_NAME`] bytes, no control characters (it appears in mail headers).
pub fn parse_name(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() <= MAX_NAME && !text.chars().any(char::is_control)).then(|| text.to_owned())
}
