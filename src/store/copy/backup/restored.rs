//! What a store that comes from a backup knows of it, and what of it is void.

use std::time::Duration;

use crate::domain::id;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;

/// How far the clock of the server that starts may be behind the one of the machine that restored.
const BEHIND: Duration = Duration::from_secs(10);

/// What a store that comes from a backup knows of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Restored {
    /// How often the store has been restored.
    pub epoch: u64,
    /// When it was.
    pub at: Timestamp,
    /// When the backup was taken.
    pub taken_at: Timestamp,
}

impl Restored {
    /// The key of it in `meta`.
    pub const FACT: &str = "restored";

    /// Returns what is stored.
    pub fn to_bytes(self) -> Vec<u8> {
        format!("{} {} {}", self.epoch, self.at.as_millis(), self.taken_at.as_millis()).into_bytes()
    }

    /// Parses what is stored.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut words = std::str::from_utf8(bytes).ok()?.split(' ');
        let epoch = words.next()?.parse().ok()?;
        let mut moment = || words.next()?.parse().ok().map(Timestamp::from_millis);
        Some(Self { epoch, at: moment()?, taken_at: moment()? })
    }

    /// Returns how often a store with this fact has been restored.
    pub(super) fn epoch(fact: Option<&[u8]>) -> u64 {
        fact.and_then(Self::parse).map_or(0, |restored| restored.epoch)
    }

    /// Returns the statements that make void what must not go on in a store that comes from a backup:
    ///
    /// - Pending challenges expire, and their codes are compared with nothing any more. The first sweep ends them,
    ///   tells webhooks, and records that their messages were not sent.
    /// - No app's code of a period up to now is accepted, nor of the next one, which may have been accepted early.
    /// - A row of the audit trail says that the store comes from a backup.
    ///
    /// Sessions, results, idempotency keys, operator tokens and what is to follow over another channel are not
    /// part of a backup.
    pub(super) fn statements(self, by: &Actor) -> [String; 7] {
        let (past, never) = ((self.at - BEHIND).as_millis(), i64::MAX);
        let (seconds, first) = (self.at.as_millis().div_euclid(1_000), id::first_at(self.at));
        let event = AuditEvent::Restored.as_str();
        let actor = by
            .author
            .word()
            .map_or_else(|| "NULL".to_owned(), |word| format!("'{}'", word.replace('\'', "''")));
        [
            format!(
                "UPDATE challenges SET expires_at = {past} WHERE payload IS NOT NULL AND expires_at > {past}"
            ),
            "UPDATE challenges SET code_hash = NULL WHERE payload IS NOT NULL".to_owned(),
            format!("UPDATE outbox SET holder = NULL, due_at = {never}"),
            "DELETE FROM meta WHERE key = 'last_expired'".to_owned(),
            format!(
                "UPDATE factors SET last_step = {seconds} / period + 1 WHERE last_step < {seconds} / period + 1"
            ),
            format!(
                "UPDATE operators SET totp_step = {seconds} / 30 + 1 WHERE totp_step < {seconds} / 30 + 1"
            ),
            format!(
                "INSERT INTO audit (id, event, actor) SELECT CASE WHEN coalesce(max(id), 0) < {first} THEN {first} \
                 ELSE max(id) + 1 END, '{event}', {actor} FROM audit"
            ),
        ]
    }
}
