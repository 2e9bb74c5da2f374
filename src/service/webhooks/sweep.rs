//! What housekeeping does for webhooks.

use std::time::Duration;

use crate::service::refusal::Refusal;

use super::endpoints::Webhooks;

/// How long deliveries are kept after their end.
const KEEP: Duration = Duration::from_secs(7 * 86_400);

/// The maximum number of rounds in one sweep.
const ROUNDS: usize = 50;

impl Webhooks {
    /// Deletes old deliveries, and measures how many wait.
    pub(in crate::service) async fn sweep(&self) -> Result<(), Refusal> {
        for _ in 0..ROUNDS {
            let swept = self.store.sweep_webhooks(self.clock.now(), KEEP).await?;
            metrics::gauge!("otpmint_webhooks_waiting").set(swept.waiting as f64);
            if swept.deleted == 0 {
                break;
            }
        }
        Ok(())
    }
}
