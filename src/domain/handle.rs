//! Handles: the public names of tenants, keys, routes, webhooks and factors. None of them is secret.

use crate::domain::random::Entropy;

const SIZE: usize = 16;
const ALPHABET: [char; 31] = [
    '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p',
    'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
];

/// A prefix that names the kind, followed by 16 letters and digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Handle(String);

impl Handle {
    pub(super) fn draw(prefix: &str, entropy: &dyn Entropy) -> Self {
        Self(format!("{prefix}{}", entropy.text(&ALPHABET, SIZE)))
    }

    pub(super) fn parse(prefix: &str, text: &str) -> Option<Self> {
        let rest = text.strip_prefix(prefix)?;
        let shape = rest.len() == SIZE && rest.chars().all(|c| ALPHABET.contains(&c));
        shape.then(|| Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Defines the handle type of one kind, so that handles of different kinds cannot be confused.
macro_rules! handle {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name($crate::domain::handle::Handle);

        impl $name {
            /// Draws a fresh handle.
            pub fn draw(entropy: &dyn $crate::domain::random::Entropy) -> Self {
                Self($crate::domain::handle::Handle::draw($prefix, entropy))
            }

            /// Parses a handle.
            pub fn parse(text: &str) -> Option<Self> {
                $crate::domain::handle::Handle::parse($prefix, text).map(Self)
            }

            /// Returns the handle as text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        /// As its text.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(super) use handle;
