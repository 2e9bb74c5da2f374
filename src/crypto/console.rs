//! Tokens of the console: for sessions, setup links and forms.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use crate::domain::operator::OperatorId;
use crate::domain::random::Entropy;

use super::key::Key;
use super::secret_key::ALPHABET;

/// 62^43 > 2^256.
const SIZE: usize = 43;

/// The purpose of a token. A token of one kind is invalid for the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// A session: its holder is signed in.
    Session,
    /// A setup link: its holder sets up an account, once.
    SetupLink,
}

impl TokenKind {
    pub(super) const fn label(self) -> &'static [u8] {
        match self {
            Self::Session => b"session/1",
            Self::SetupLink => b"setup link/1",
        }
    }
}

/// What tries to sign in are counted for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TryKind {
    /// A name that was typed, whether or not an operator has it.
    Name,
    /// The address of a client.
    Address,
    /// A browser in which an operator has signed in before.
    Device,
    /// A session whose user proves the secrets again.
    Session,
}

impl TryKind {
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Name => 1,
            Self::Address => 2,
            Self::Device => 3,
            Self::Session => 4,
        }
    }
}

/// A browser in which an operator has signed in before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeviceId(pub(super) [u8; Self::SIZE]);

impl DeviceId {
    pub(super) const SIZE: usize = 16;

    /// Draws the identity of a browser that is not known yet.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        Self(entropy.bytes())
    }

    /// Returns what its tries are counted for.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The account that a device is known to. When one of its secrets changes, no device is known any more: so nobody who
/// has once known the password has more tries than a stranger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeviceOwner {
    /// The operator.
    pub operator: OperatorId,
    /// The generation of the secrets.
    pub generation: i64,
}

/// Returns a fresh token of 256 random bits.
pub fn draw(entropy: &dyn Entropy) -> SecretString {
    SecretString::from(entropy.text(&ALPHABET, SIZE))
}

/// Returns whether a text has the shape of a token. Any other text is never looked up.
pub fn is_token(text: &str) -> bool {
    text.len() == SIZE && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Returns the token that the forms of a session carry. It is derived from the session's token,
/// which cannot be computed from it.
pub fn form_token(session: &SecretString) -> String {
    let Some(key) = session.expose_secret().as_bytes().first_chunk() else { return String::new() };
    URL_SAFE_NO_PAD.encode(Key::new(*key).mac(&[b"form/1", session.expose_secret().as_bytes()]))
}

/// Returns whether a form came from a page of this session.
pub fn is_form_token(session: &SecretString, sent: &str) -> bool {
    let known = form_token(session);
    !known.is_empty() && bool::from(known.as_bytes().ct_eq(sent.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::master::tests::CountingEntropy;

    #[test]
    fn a_form_is_known_by_the_session_that_it_belongs_to() {
        let entropy = CountingEntropy::default();
        let (one, other) = (draw(&entropy), draw(&entropy));
        assert!(is_token(one.expose_secret()) && !is_token("") && !is_token(&"ä".repeat(43)));
        assert!(is_form_token(&one, &form_token(&one)) && !is_form_token(&other, &form_token(&one)));
        assert!(!is_form_token(&one, "") && !is_form_token(&SecretString::from(""), ""));
        assert!(!form_token(&one).contains(one.expose_secret()));
    }
}
