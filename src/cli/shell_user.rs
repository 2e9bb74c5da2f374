//! Who runs a command, for the audit trail.

use std::{env, fs};

use rustix::process::getuid;

use crate::domain::reports::actor::{Actor, ShellUser};

/// What the system knows of its users. Those of a directory service are not there, and are named by their numbers.
const USERS: &str = "/etc/passwd";

/// Returns the user who runs this command: by the real user id, which nothing but the system sets.
pub(super) fn shell_user() -> ShellUser {
    let uid = getuid().as_raw();
    let users = fs::read_to_string(USERS).unwrap_or_default();
    ShellUser::new(uid, name_of(&users, uid), env::var("SUDO_USER").ok().as_deref())
}

/// Returns the same as an actor.
pub(super) fn at_shell() -> Actor {
    Actor::shell(shell_user())
}

/// Returns the name of the user with this number in a text such as that of passwd(5).
fn name_of(users: &str, uid: u32) -> Option<&str> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, number) = (fields.next()?, fields.next()?, fields.next()?);
        (number.parse() == Ok(uid)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_named_as_the_system_does() {
        let users = "root:x:0:0:root:/root:/bin/bash\n\nbroken\n# a comment:x\njane:x:1000:1000::/home/jane:/bin/sh\n";
        assert_eq!(name_of(users, 0), Some("root"));
        assert_eq!(name_of(users, 1_000), Some("jane"));
        assert_eq!(name_of(users, 1), None);
        assert_eq!(name_of("", 0), None);
    }
}
