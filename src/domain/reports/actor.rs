//! Who does something, as the audit trail records it.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::domain::hook::Product;
use crate::domain::operator::OperatorName;
use crate::domain::operator_token::TokenName;
use crate::domain::tenants::credential::KeyHandle;

/// The author of an action.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Author {
    /// Nobody who had to prove anything: a visitor, the holder of a shareable key, a provider; or the server itself.
    #[default]
    Nobody,
    /// An operator who is signed in to the console.
    Operator(OperatorName),
    /// The holder of an operator token.
    Token(TokenName),
    /// Somebody at the shell of the server.
    Shell(ShellUser),
    /// The holder of a tenant's secret key.
    Key(KeyHandle),
    /// An identity server that has signed for its tenant.
    Hook(Product),
}

/// The text that replaces the name of an operator, a token or a user of the machine for tenants.
pub const SOME_OPERATOR: &str = "operator";

impl Author {
    /// Returns the author as the trail has it: the handle of a key, or a kind with a name, such as `operator:jane`,
    /// `token:deploy`, `shell:root`, `hook:zitadel`. `None` for nobody.
    pub fn word(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Nobody => return None,
            Self::Key(handle) => Cow::Borrowed(handle.as_str()),
            Self::Operator(name) => Cow::Owned(format!("operator:{name}")),
            Self::Token(name) => Cow::Owned(format!("token:{name}")),
            Self::Shell(user) => Cow::Owned(user.word()),
            Self::Hook(product) => Cow::Owned(format!("hook:{}", product.as_str())),
        })
    }
}

/// A user of the machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShellUser {
    name: String,
    claimed: Option<String>,
}

impl ShellUser {
    /// Creates the user with this name, which the system knows; without a name, the one with this number. What
    /// `sudo` says of who became that user is only claimed: anybody at the shell can set the variable.
    pub fn new(uid: u32, name: Option<&str>, sudo_user: Option<&str>) -> Self {
        let plain = |name: &&str| is_plain(name);
        Self {
            name: name.filter(plain).map_or_else(|| uid.to_string(), str::to_owned),
            claimed: sudo_user.filter(plain).map(str::to_owned),
        }
    }

    fn word(&self) -> String {
        let Self { name, claimed } = self;
        let claimed = claimed.as_ref().map(|who| format!(" (SUDO_USER={who})"));
        format!("shell:{name}{}", claimed.unwrap_or_default())
    }
}

/// The names that systems give to their users.
fn is_plain(name: &str) -> bool {
    let ordinary = |c: char| c.is_ascii_alphanumeric() || "._-@".contains(c);
    (1..=32).contains(&name.len()) && name.chars().all(ordinary)
}

/// An author, and where the action came from.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Actor {
    /// The author.
    pub author: Author,
    /// The client's address; none at the shell.
    pub client_ip: Option<IpAddr>,
}

impl Actor {
    /// Creates the actor at this address who has proved nothing.
    pub const fn at(client_ip: Option<IpAddr>) -> Self {
        Self { author: Author::Nobody, client_ip }
    }

    /// Creates the actor at the shell.
    pub const fn shell(user: ShellUser) -> Self {
        Self { author: Author::Shell(user), client_ip: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_author_has_a_word_of_its_own_but_nobody() {
        let name = || OperatorName::parse("jane").unwrap();
        let key = KeyHandle::parse("key_4hq7k2m9x3c8v5bn").unwrap();
        let authors = [
            Author::Operator(name()),
            Author::Token(TokenName::parse("jane").unwrap()),
            Author::Shell(ShellUser::new(0, Some("jane"), None)),
            Author::Key(key),
            Author::Hook(Product::ALL[0]),
        ];
        let words = authors.each_ref().map(|author| author.word().unwrap());
        let expected =
            ["operator:jane", "token:jane", "shell:jane", "key_4hq7k2m9x3c8v5bn", "hook:supabase-sms"];
        assert_eq!(words, expected);
        assert_eq!(Author::Nobody.word(), None);
    }

    #[test]
    fn what_sudo_says_is_marked_and_nonsense_is_left_out() {
        let word = |name, sudo| Author::Shell(ShellUser::new(1_000, name, sudo)).word().unwrap().into_owned();
        assert_eq!(word(Some("root"), Some("jane")), "shell:root (SUDO_USER=jane)");
        let long = "a".repeat(33);
        for odd in ["", "jane)\nroot", "a b", "ä", "(x)", long.as_str()] {
            assert_eq!(word(Some("root"), Some(odd)), "shell:root", "{odd:?}");
            assert_eq!(word(Some(odd), None), "shell:1000", "{odd:?}");
        }
        assert_eq!(word(None, None), "shell:1000");
    }
}
