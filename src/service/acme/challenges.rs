//! What the authority is told when it asks whether a name is the server's.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::domain::acme::PendingChallenge;

use super::records::AcmeRecords;

/// How long what was read is believed. Anybody may ask, so no more is read however often that happens.
const BELIEVED: Duration = Duration::from_millis(200);

/// The challenges of the order under way, whichever node has made it.
pub struct AcmeChallenges {
    records: Arc<AcmeRecords>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    read_at: Option<Instant>,
    challenges: Vec<PendingChallenge>,
}

impl AcmeChallenges {
    /// How long after they were kept every node knows them.
    pub const KNOWN_AFTER: Duration = Duration::from_millis(400);

    /// Answers with what `records` has.
    pub(in crate::service) fn new(records: Arc<AcmeRecords>) -> Self {
        Self { records, known: Mutex::default() }
    }

    /// Returns what is expected for a token (RFC 8555 §8.3).
    pub async fn answer(&self, token: &str) -> Option<String> {
        self.find(|challenge| challenge.token == token).await.map(|found| found.key_authorization)
    }

    /// Returns the challenge of a name (RFC 8737 §3).
    pub async fn of_domain(&self, domain: &str) -> Option<PendingChallenge> {
        self.find(|challenge| challenge.domain.eq_ignore_ascii_case(domain)).await
    }

    async fn find(&self, is_meant: impl Fn(&PendingChallenge) -> bool) -> Option<PendingChallenge> {
        let mut known = self.known.lock().await;
        if known.read_at.is_none_or(|read_at| read_at.elapsed() >= BELIEVED) {
            match self.records.challenges().await {
                Ok(challenges) => known.challenges = challenges,
                Err(refusal) => tracing::warn!(?refusal, "the challenges of the authority could not be read"),
            }
            known.read_at = Some(Instant::now());
        }
        known.challenges.iter().find(|challenge| is_meant(challenge)).cloned()
    }
}
