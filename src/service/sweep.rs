//! Sweep: what has ended is erased, what is past its retention is deleted.

use super::refusal::Refusal;
use super::services::Services;

/// Rounds in one sweep at most. What is left waits for the next one, a few seconds later.
const ROUNDS: usize = 50;

impl Services {
    /// Erases and deletes until nothing is left to do, or enough has been done for now.
    pub async fn sweep(&self) -> Result<(), Refusal> {
        for _ in 0..ROUNDS {
            let swept = self.store.sweep(self.clock.now(), self.rules.retention).await?;
            metrics::counter!("otpmint_challenges_expired_total").increment(swept.expired as u64);
            if !swept.more {
                break;
            }
        }
        self.webhooks.sweep().await?;
        self.directory.forget_old(self.clock.now());
        self.admission.forget_quiet();
        self.limiter.forget_quiet(self.clock.now());
        Ok(())
    }
}
