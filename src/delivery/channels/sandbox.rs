//! The sandbox: messages are stored for the tenant to read instead of being sent. Nothing here
//! knows about mail servers.

use std::time::Duration;

use crate::delivery::content::composed::{Content, content_of};
use crate::delivery::ports::job::Job;
use crate::delivery::ports::ledger::Ledger;
use crate::domain::challenges::sandbox::Reserved;
use crate::domain::deliveries::delivery::{DeliveryError, SendOutcome};
use crate::domain::time::Timestamp;

/// The delay of a message to the slow recipient.
const SLOW: Duration = Duration::from_secs(5);

/// Makes one delivery try for a message of a sandbox.
pub(in crate::delivery) async fn deliver(ledger: &dyn Ledger, job: &Job, now: Timestamp) -> SendOutcome {
    let message = &job.message;
    let slow = message.created_at + SLOW;
    match Reserved::of(&message.recipient) {
        Some(Reserved::Failed) => return SendOutcome::Refused(DeliveryError::RecipientRefused),
        Some(Reserved::Retry) if job.tries == 0 => {
            return SendOutcome::Retry(DeliveryError::ConnectionFailed);
        }
        Some(Reserved::Slow) if now < slow => return SendOutcome::NotYet(slow),
        _ => {}
    }
    match content_of(&job.sender, message) {
        Some(Ok(content)) => keep(ledger, job, content, now).await,
        None => SendOutcome::Accepted,
        Some(Err(error)) => {
            tracing::error!(tenant = job.sender.tenant.0, %error, "a message cannot be composed");
            SendOutcome::Refused(DeliveryError::MessageRefused)
        }
    }
}

async fn keep(ledger: &dyn Ledger, job: &Job, content: Content, now: Timestamp) -> SendOutcome {
    match ledger.keep(job, content, now).await {
        true => SendOutcome::Accepted,
        false => SendOutcome::Retry(DeliveryError::ServerUnavailable),
    }
}
