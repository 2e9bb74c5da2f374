//! The states of sub-key versions.

use crate::domain::secret::{WrappedKey, tag};
use crate::domain::sub_key::{KeyPurpose, OVERLAP};
use crate::domain::time::Timestamp;
use crate::store::KeyUse;

/// The state of a version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyState {
    /// Known, and used from its time on.
    Next,
    /// Used for new data.
    InUse,
    /// Only used for data from before this moment.
    Former(Timestamp),
}

/// A version of a sub-key, without the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyVersion {
    /// The purpose.
    pub purpose: KeyPurpose,
    /// The version number.
    pub version: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it comes into use.
    pub active_from: Timestamp,
    /// The state.
    pub state: KeyState,
    /// The number of rows that need it.
    pub rows: u64,
}

impl KeyVersion {
    /// Returns whether nothing can need the version any more at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        matches!(self.state, KeyState::Former(since) if now >= since + OVERLAP) && self.rows == 0
    }
}

/// Returns the state of each version at `now`, purpose by purpose, oldest first.
pub(super) fn standing(keys: &[WrappedKey], uses: &[KeyUse], now: Timestamp) -> Vec<KeyVersion> {
    let mut found = Vec::new();
    for purpose in KeyPurpose::ALL {
        let of_purpose = || keys.iter().filter(|key| key.purpose == purpose.as_str());
        let in_use = of_purpose().filter(|key| key.active_from <= now).map(|key| key.version).max();
        for key in of_purpose() {
            let later = of_purpose().filter(|later| later.version > key.version);
            let state = match later.map(|later| later.active_from).min().filter(|until| *until <= now) {
                Some(since) => KeyState::Former(since),
                None if in_use == Some(key.version) => KeyState::InUse,
                None => KeyState::Next,
            };
            let (version, made_at, active_from) = (key.version, key.made_at, key.active_from);
            let rows = rows(uses, purpose, version);
            found.push(KeyVersion { purpose, version, made_at, active_from, state, rows });
        }
    }
    found.sort_by_key(|key| (KeyPurpose::ALL.iter().position(|known| *known == key.purpose), key.version));
    found
}

/// Returns the number of rows under a version. Rows that show only a tag may belong to several
/// versions, and count for each.
fn rows(uses: &[KeyUse], purpose: KeyPurpose, version: u32) -> u64 {
    let tells_tag_only =
        matches!(purpose, KeyPurpose::SecretKey | KeyPurpose::Recipient | KeyPurpose::Request);
    let is_meant = |found: u32| match tells_tag_only {
        true => found == u32::from(tag(version)),
        false => found == version,
    };
    let under = uses.iter().filter(|found| found.purpose == purpose && is_meant(found.version));
    under.map(|found| found.rows).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Sealed;

    fn key(version: u32, active_from: i64) -> WrappedKey {
        WrappedKey {
            purpose: "code".to_owned(),
            version,
            wrapped: Sealed(Vec::new()),
            made_at: Timestamp::default(),
            active_from: Timestamp::from_millis(active_from),
        }
    }

    fn states(keys: &[WrappedKey], now: i64) -> Vec<KeyState> {
        let found = standing(keys, &[], Timestamp::from_millis(now));
        found.into_iter().map(|key| key.state).collect()
    }

    #[test]
    fn a_version_waits_is_used_and_is_followed() {
        let keys = [key(1, 0), key(2, 100)];
        let former = KeyState::Former(Timestamp::from_millis(100));
        assert_eq!(states(&keys, 99), [KeyState::InUse, KeyState::Next]);
        assert_eq!(states(&keys, 100), [former, KeyState::InUse]);
    }

    #[test]
    fn one_that_is_overtaken_is_never_used() {
        let keys = [key(1, 0), key(2, 100), key(3, 50)];
        let former = KeyState::Former(Timestamp::from_millis(50));
        assert_eq!(states(&keys, 60), [former, former, KeyState::InUse]);
    }

    #[test]
    fn rows_that_tell_a_tag_only_count_for_all_versions_that_share_it() {
        let uses = [KeyUse { purpose: KeyPurpose::Recipient, version: 2, rows: 5 }];
        assert_eq!([2, 258, 3].map(|version| rows(&uses, KeyPurpose::Recipient, version)), [5, 5, 0]);
        let uses = [KeyUse { purpose: KeyPurpose::Code, version: 2, rows: 5 }];
        assert_eq!([2, 258].map(|version| rows(&uses, KeyPurpose::Code, version)), [5, 0]);
    }
}
