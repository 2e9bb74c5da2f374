//! The sandbox: messages are stored for the tenant to read instead of being sent. Nothing here
//! knows about mail servers.

use std::time::Duration;

use crate::delivery::content::composed::{Content, content_of};
use crate::delivery::ports::job::Job;
use crate::delivery::ports::ledger::Ledger;
use crate::domain::challenges::sandbox::Reserved;
use crate::domain::deliveries::delivery::{DeliveryError, TryOutcome};
use crate::domain::time::Timestamp;

/// The delay of a message to the slow recipient.
const SLOW: Duration = Duration::from_secs(5);

/// Makes one delivery try for a message of a sandbox.
pub(in crate::delivery) async fn deliver(ledger: &dyn Ledger, job: &Job, now: Timestamp) -> TryOutcome {
    let message = &job.message;
    let slow = message.created_at + SLOW;
    match Reserved::of(&message.recipient) {
        Some(Reserved::Failed) => return TryOutcome::Refused(DeliveryError::RecipientRefused),
        Some(Reserved::Retry) if job.tries == 0 => {
            return TryOutcome::Retry(DeliveryError::ConnectionFailed);
        }
        Some(Reserved::Slow) if now < slow => return TryOutcome::NotYet(slow),
        _ => {}
    }
    match content_of(&job.sender, message) {
        Some(Ok(content)) => keep(ledger, job, content, now).await,
        None => TryOutcome::Accepted,
        Some(Err(error)) => {
            tracing::error!(tenant = job.sender.tenant.0, %error, "a message cannot be composed");
            TryOutcome::Refused(DeliveryError::MessageRefused)
        }
    }
}

async fn keep(ledger: &dyn Ledger, job: &Job, content: Content, now: Timestamp) -> TryOutcome {
    match ledger.keep(job, content, now).await {
        true => TryOutcome::Accepted,
        false => TryOutcome::Retry(DeliveryError::ServerUnavailable),
    }
}
