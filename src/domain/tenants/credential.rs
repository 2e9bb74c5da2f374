//! Secret keys as their owner sees them: what each is called and what it may do.

use std::fmt;

use crate::domain::handle::handle;
use crate::domain::time::Timestamp;

/// What a secret key may be used for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// To mint, look at, resend and cancel.
    Mint,
    /// To look at and verify.
    Verify,
    /// To look after the tenant: keys, accounts, policy, templates, webhooks, numbers.
    Manage,
    /// To be told a code, in order to deliver it by oneself (`channel: "none"`).
    Reveal,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 4] = [Self::Mint, Self::Verify, Self::Manage, Self::Reveal];

    /// The word used in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mint => "mint",
            Self::Verify => "verify",
            Self::Manage => "manage",
            Self::Reveal => "reveal",
        }
    }

    /// The scope of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

/// A set of scopes.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// What a tenant's first key may do: everything but to be told codes.
    pub const USUAL: Self = Self(0b0111);

    /// Whether `scope` is among them.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes, in order of declaration.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }

    /// The words with spaces between them, as OAuth has it (RFC 6749 §3.3).
    pub fn to_words(self) -> String {
        self.iter().map(Scope::as_str).collect::<Vec<_>>().join(" ")
    }

    /// From words; `None` when one is no scope.
    pub fn from_words(text: &str) -> Option<Self> {
        text.split_ascii_whitespace().map(Scope::parse).collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | 1 << scope as u8))
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scopes({})", self.to_words())
    }
}

handle!(
    /// A secret key's name towards the outside: `key_` and 16 letters and digits. Not a secret.
    KeyHandle, "key_"
);

/// The most live secret keys that a tenant may add to. Rotating is never refused.
pub const MAX_KEYS: usize = 20;

/// What can be said of a live secret key without knowing it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyInfo {
    /// Its name towards the outside.
    pub handle: KeyHandle,
    /// What its owner calls it. A key that is rotated hands its name on.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Its last four characters.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working; `None` for one that was not replaced.
    pub expires_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_words_and_back() {
        assert_eq!(Scopes::USUAL.to_words(), "mint verify manage");
        for words in ["", "mint", "verify reveal", "mint verify manage reveal"] {
            assert_eq!(Scopes::from_words(words).unwrap().to_words(), words);
        }
        assert_eq!(Scopes::from_words("mint admin"), None);
        let some: Scopes = [Scope::Verify].into_iter().collect();
        assert!(some.has(Scope::Verify) && !some.has(Scope::Mint) && !some.has(Scope::Reveal));
        assert!(!Scopes::USUAL.has(Scope::Reveal));
    }
}
