//! Sweep: erases challenges that have ended, and deletes rows that are past their retention.

use super::refusal::Refusal;
use super::services::Services;

/// The maximum number of rounds in one sweep. The rest follows in the next sweep, a few seconds later.
const ROUNDS: usize = 50;

impl Services {
    /// Erases and deletes until nothing is left to do, or the maximum number of rounds is reached.
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
