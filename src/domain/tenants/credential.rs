//! Secret keys as their owner sees them: their names and scopes.

use std::fmt;
use std::time::Duration;

use crate::domain::handle::handle;
use crate::domain::tenants::allowed_networks::AllowedNetworks;
use crate::domain::time::Timestamp;

/// A permission of a secret key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// May mint, read, resend and cancel challenges.
    Mint,
    /// May read and verify challenges.
    Verify,
    /// May manage the tenant: keys, routes, policy, templates, webhooks, statistics.
    Manage,
    /// May receive a code in order to deliver it itself (`channel: "none"`).
    Reveal,
    /// May have codes delivered that somebody else has made and checks.
    Relay,
    /// May find what was sent to a recipient, and unlock it.
    Support,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 6] =
        [Self::Mint, Self::Verify, Self::Manage, Self::Reveal, Self::Relay, Self::Support];

    /// Their words, for people.
    pub const WORDS: &str = "one of mint, verify, manage, reveal, relay and support";

    /// Returns the word used in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mint => "mint",
            Self::Verify => "verify",
            Self::Manage => "manage",
            Self::Reveal => "reveal",
            Self::Relay => "relay",
            Self::Support => "support",
        }
    }

    /// Returns the scope that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

/// A set of scopes.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// The scopes of a tenant's first key: `mint`, `verify` and `manage`.
    pub const USUAL: Self = Self(0b0111);

    /// Returns whether `scope` is in the set.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    /// Returns whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Iterates over the scopes in order of declaration.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }

    /// Returns the words separated by spaces, as in OAuth (RFC 6749 §3.3).
    pub fn to_words(self) -> String {
        self.iter().map(Scope::as_str).collect::<Vec<_>>().join(" ")
    }

    /// Parses words; returns `None` if one of them is not a scope.
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
    /// The public name of a secret key: `key_` and 16 letters and digits. Not a secret.
    KeyHandle, "key_"
);

/// The maximum number of live secret keys up to which a tenant may add another. Rotation is never
/// refused.
pub const MAX_KEYS: usize = 20;

/// The public facts about a live secret key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyInfo {
    /// The public name.
    pub handle: KeyHandle,
    /// The owner's name for it. A rotated key passes its name on to the new one.
    pub name: String,
    /// The scopes.
    pub scopes: Scopes,
    /// The last four characters.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// How it is limited.
    pub terms: KeyTerms,
    /// When a newer key took over; `None` unless it was replaced.
    pub replaced_at: Option<Timestamp>,
    /// When it was last used, as far as recorded: some minutes may be missing.
    pub last_used_at: Option<Timestamp>,
    /// Grows with every change by requests.
    pub revision: i64,
}

/// How a secret key is limited beside its scopes.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct KeyTerms {
    /// When it ends, because its owner chose so or because it was replaced; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// From where it may be used.
    pub networks: AllowedNetworks,
}

/// The longest time before the end of a key at which its owner is warned.
const WARN_BEFORE: Duration = Duration::from_secs(7 * 86_400);

impl KeyTerms {
    /// Returns when the owner is warned that a key which is made or changed at `now` ends: a week before, and for one
    /// that does not live for four weeks when a quarter of the time is left.
    pub fn warn_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.expires_at.map(|end| end - WARN_BEFORE.min(end.since(now) / 4))
    }
}

/// A chosen end of a secret key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyEnd {
    /// It works until it is revoked or replaced.
    Never,
    /// It ends at this moment.
    At(Timestamp),
}

/// The changes to a secret key. What is `None` stays.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct KeyChange {
    /// When it ends.
    pub end: Option<KeyEnd>,
    /// From where it may be used.
    pub networks: Option<AllowedNetworks>,
}

impl KeyChange {
    /// Changes these terms.
    pub fn apply(&self, terms: &mut KeyTerms) {
        match self.end {
            None => {}
            Some(KeyEnd::Never) => terms.expires_at = None,
            Some(KeyEnd::At(end)) => terms.expires_at = Some(end),
        }
        if let Some(networks) = &self.networks {
            terms.networks = networks.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_of_a_key_is_warned_a_week_before_its_end_or_when_a_quarter_is_left() {
        let (now, day) = (Timestamp::from_millis(0), Duration::from_secs(86_400));
        for (lives, warned_before) in [(365, 7), (28, 7), (20, 5), (4, 1)] {
            let end = now + day * lives;
            let terms = KeyTerms { expires_at: Some(end), ..KeyTerms::default() };
            assert_eq!(terms.warn_at(now), Some(end - day * warned_before), "{lives} days");
        }
        assert_eq!(KeyTerms::default().warn_at(now), None);
    }

    #[test]
    fn scopes_are_words_and_back() {
        assert_eq!(Scopes::USUAL.to_words(), "mint verify manage");
        for words in ["", "mint", "verify reveal", "mint verify manage reveal relay support"] {
            assert_eq!(Scopes::from_words(words).unwrap().to_words(), words);
        }
        assert_eq!(Scopes::from_words("mint admin"), None);
        let some: Scopes = [Scope::Verify].into_iter().collect();
        assert!(some.has(Scope::Verify) && !some.has(Scope::Mint) && !some.has(Scope::Reveal));
        assert!(!Scopes::USUAL.has(Scope::Reveal) && !Scopes::USUAL.has(Scope::Relay));
    }
}
