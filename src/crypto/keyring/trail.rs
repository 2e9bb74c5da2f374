//! The digests with which the audit trail is sealed.

use crate::crypto::key::KeyedDigest;
use crate::domain::reports::audit_seal::{AuditSeal, StoredRow};
use crate::domain::secret::SealDigest;
use crate::domain::time::Timestamp;

use super::Keyring;

/// The digest of a segment, row by row.
pub struct SegmentDigest {
    version: u32,
    digest: KeyedDigest,
    rows: u32,
}

impl SegmentDigest {
    /// Adds a row.
    pub fn add(&mut self, row: &StoredRow) {
        let StoredRow { id, tenant, event, challenge, recipient, client_ip, actor, object } = row;
        let number = |number: Option<i64>| number.map(i64::to_be_bytes);
        self.rows = self.rows.saturating_add(1);
        self.digest.add(&id.to_be_bytes());
        self.digest.add_optional(number(*tenant).as_ref().map(<[u8; 8]>::as_slice));
        self.digest.add(event.as_bytes());
        self.digest.add_optional(number(*challenge).as_ref().map(<[u8; 8]>::as_slice));
        for text in [recipient, client_ip, actor, object] {
            self.digest.add_optional(text.as_deref().map(str::as_bytes));
        }
    }

    /// Returns the number of rows.
    pub const fn rows(&self) -> u32 {
        self.rows
    }

    /// Returns whether these are the rows that were sealed.
    pub fn matches(self, seal: &AuditSeal) -> bool {
        self.rows == seal.rows && SealDigest(self.digest.finish()) == seal.content
    }
}

impl Keyring {
    /// Begins the digest of a segment, under the version in use.
    pub fn begin_segment(&self) -> SegmentDigest {
        let ring = self.present.ring();
        let version = ring.audit.in_use();
        begin(version.number, version.key.begin())
    }

    /// Begins the digest of the segment of a seal; `None` if its version is not known.
    pub fn begin_segment_of(&self, seal: &AuditSeal) -> Option<SegmentDigest> {
        let ring = self.present.ring();
        Some(begin(seal.key, ring.audit.find(seal.key)?.key.begin()))
    }

    /// Seals a segment that comes after this seal, and whose rows lie below `until`. `None` if its version was removed
    /// meanwhile.
    pub fn seal_segment(
        &self,
        segment: SegmentDigest,
        after: Option<&AuditSeal>,
        (until, at): (i64, Timestamp),
    ) -> Option<AuditSeal> {
        let SegmentDigest { version: key, digest, rows } = segment;
        let number = after.map_or(0, |after| after.number).checked_add(1)?;
        let content = SealDigest(digest.finish());
        let seal =
            AuditSeal { number, until, rows, content, digest: SealDigest([0; 32]), key, at, start: None };
        Some(AuditSeal { digest: self.seal_digest(&seal, after)?, ..seal })
    }

    /// Returns the digest that a seal has after this one; `None` if its version is not known.
    pub fn seal_digest(&self, seal: &AuditSeal, after: Option<&AuditSeal>) -> Option<SealDigest> {
        let ring = self.present.ring();
        let before: &[u8] = after.map_or(&[], |after| &after.digest.0);
        Some(SealDigest(ring.audit.find(seal.key)?.key.mac(&[
            b"audit seal/1",
            &seal.number.to_be_bytes(),
            &AuditSeal::end(after).to_be_bytes(),
            &seal.until.to_be_bytes(),
            &seal.rows.to_be_bytes(),
            &seal.at.as_millis().to_be_bytes(),
            before,
            &seal.content.0,
        ])))
    }

    /// Returns the proof that the trail begins after this seal, because what lies before was kept long enough; `None` if
    /// its version is not known.
    pub fn proof_of_start(&self, seal: &AuditSeal) -> Option<SealDigest> {
        let ring = self.present.ring();
        Some(SealDigest(ring.audit.find(seal.key)?.key.mac(&[
            b"audit start/1",
            &seal.number.to_be_bytes(),
            &seal.until.to_be_bytes(),
            &seal.digest.0,
        ])))
    }
}

fn begin(version: u32, mut digest: KeyedDigest) -> SegmentDigest {
    digest.add(b"audit rows/1");
    SegmentDigest { version, digest, rows: 0 }
}

#[cfg(test)]
mod tests {
    use crate::crypto::keyring::tests::keyring;

    use super::*;

    fn row(id: i64) -> StoredRow {
        StoredRow {
            id,
            tenant: Some(7),
            event: "minted".to_owned(),
            challenge: None,
            recipient: Some("j***@e***.com".to_owned()),
            client_ip: Some(String::new()),
            actor: None,
            object: Some("key_x".to_owned()),
        }
    }

    fn sealed(keys: &Keyring, rows: &[StoredRow], after: Option<&AuditSeal>) -> AuditSeal {
        let mut segment = keys.begin_segment();
        rows.iter().for_each(|row| segment.add(row));
        keys.seal_segment(segment, after, (100, Timestamp::from_millis(5))).unwrap()
    }

    #[test]
    fn every_value_of_every_row_and_their_order_are_sealed() {
        let keys = keyring();
        let seal = sealed(&keys, &[row(1), row(2)], None);
        let changes: [fn(&mut StoredRow); 10] = [
            |row| row.id = 3,
            |row| row.tenant = None,
            |row| row.event = "verified".to_owned(),
            |row| row.challenge = Some(0),
            |row| row.recipient = None,
            |row| row.client_ip = None,
            |row| row.actor = Some(String::new()),
            |row| row.object = Some("key_y".to_owned()),
            // What one column loses, the next one gains.
            |row| (row.recipient, row.client_ip) = (Some("j***@e***.co".to_owned()), Some("m".to_owned())),
            |row| (row.actor, row.object) = (row.object.take(), None),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut changed = row(2);
            change(&mut changed);
            assert_ne!(sealed(&keys, &[row(1), changed], None).digest, seal.digest, "{number}");
        }
        let others: [&[StoredRow]; 4] = [&[row(2), row(1)], &[row(1)], &[row(1), row(2), row(2)], &[]];
        for rows in others {
            assert_ne!(sealed(&keys, rows, None).digest, seal.digest);
        }
        assert_eq!(sealed(&keys, &[row(1), row(2)], None), seal);
    }

    #[test]
    fn a_seal_covers_all_that_it_says_and_the_one_before() {
        let keys = keyring();
        let first = sealed(&keys, &[row(1)], None);
        let seal = sealed(&keys, &[row(2)], Some(&first));
        assert_eq!(keys.seal_digest(&seal, Some(&first)), Some(seal.digest));
        let digest = |change: fn(&mut AuditSeal)| {
            let mut changed = seal.clone();
            change(&mut changed);
            keys.seal_digest(&changed, Some(&first)).unwrap()
        };
        let changes: [fn(&mut AuditSeal); 5] = [
            |seal| seal.number = 3,
            |seal| seal.until = 101,
            |seal| seal.rows = 2,
            |seal| seal.content = SealDigest([0; 32]),
            |seal| seal.at = Timestamp::from_millis(6),
        ];
        for change in changes {
            assert_ne!(digest(change), seal.digest);
        }
        let moved = AuditSeal { until: 99, ..first.clone() };
        let replaced = AuditSeal { digest: seal.digest, ..first.clone() };
        for before in [None, Some(&moved), Some(&replaced)] {
            assert_ne!(keys.seal_digest(&seal, before), Some(seal.digest));
        }
        let of_another_version = AuditSeal { key: 2, ..seal.clone() };
        assert_eq!(keys.seal_digest(&of_another_version, None), None);
        let renumbered = AuditSeal { number: 3, ..seal.clone() };
        let longer = AuditSeal { until: 101, ..seal.clone() };
        let other = AuditSeal { digest: first.digest, ..seal.clone() };
        for changed in [renumbered, longer, other] {
            assert_ne!(keys.proof_of_start(&changed), keys.proof_of_start(&seal));
        }
    }
}
