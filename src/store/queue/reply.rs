//! Waiting for what was queued.

use std::sync::mpsc::TrySendError;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot::Receiver;

use crate::store::{StoreError, Verb};

/// How long a caller waits, if not for ever.
pub type Patience = Option<Duration>;

/// Returns what a caller awaits: the answer to what was queued, or an error once its patience is over.
pub fn awaited<T: Send + 'static>(
    queued: Result<(), StoreError>,
    mut answer: Receiver<Result<T, StoreError>>,
    patience: Patience,
) -> Verb<'static, T> {
    Box::pin(async move {
        queued?;
        let unavailable = Err(StoreError::Unavailable);
        match patience {
            // Outside of a runtime, which is where tests and some commands are, there is no timer.
            Some(patience) if Handle::try_current().is_ok() => {
                if let Ok(answered) = tokio::time::timeout(patience, &mut answer).await {
                    return answered.unwrap_or(unavailable);
                }
                // Whoever answers learns that nobody waits, unless the answer has just been sent.
                answer.close();
                answer.try_recv().unwrap_or(unavailable)
            }
            _ => answer.await.unwrap_or(unavailable),
        }
    })
}

/// Returns the error for what a queue does not take.
pub fn no_room<T>(error: TrySendError<T>) -> StoreError {
    match error {
        TrySendError::Full(_) => StoreError::Busy,
        TrySendError::Disconnected(_) => StoreError::Unavailable,
    }
}
