//! Who may have written or read a file, as the file system tells it.

/// The owner of a file and its permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileAccess {
    /// The id of the owner.
    pub owner: u32,
    /// The permission bits of owner, group and others.
    pub mode: u32,
}

impl FileAccess {
    /// Whether somebody else than `user` and root owns it, and so can change it. Root takes the files of others
    /// too: it runs commands on the data of the server's user.
    pub fn is_foreign(self, user: u32) -> bool {
        const ROOT: u32 = 0;
        user != ROOT && ![user, ROOT].contains(&self.owner)
    }

    /// Whether anybody has one of these permissions.
    pub fn allows(self, permissions: u32) -> bool {
        self.mode & permissions != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_foreign_if_neither_this_user_nor_root_owns_it() {
        let owned_by = |owner| FileAccess { owner, mode: 0o600 };
        assert!(owned_by(7).is_foreign(8));
        assert!(!owned_by(8).is_foreign(8) && !owned_by(0).is_foreign(8) && !owned_by(7).is_foreign(0));
        assert!(FileAccess { owner: 0, mode: 0o640 }.allows(0o077) && !owned_by(0).allows(0o077));
    }
}
