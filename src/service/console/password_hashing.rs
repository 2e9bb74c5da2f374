//! Password hashing: a few at a time, on separate threads.

use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::crypto::password::Hasher;
use crate::service::refusal::Refusal;

/// The number of passwords that are hashed concurrently: each takes a processor, and a hasher with
/// its 19 MiB.
const AT_ONCE: usize = 2;

/// The number of requests that may wait or be hashed. Further ones are refused, so that the server
/// has time and memory left for its actual work.
const PLACES: usize = 32;

/// The places beside them, kept for browsers in which the operator has signed in before: strangers cannot take these.
const KEPT: usize = 8;

/// Limits and runs password hashing.
pub(super) struct PasswordHashing {
    places: Arc<Semaphore>,
    kept: Arc<Semaphore>,
    at_once: Arc<Semaphore>,
    hashers: Arc<Hashers>,
}

impl Default for PasswordHashing {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(PLACES)),
            kept: Arc::new(Semaphore::new(KEPT)),
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            hashers: Arc::default(),
        }
    }
}

/// A place among the requests whose passwords are hashed, or wait for that.
pub(super) struct HashingPlace(OwnedSemaphorePermit);

impl PasswordHashing {
    /// Takes a place, if one is free.
    pub(super) fn place(&self) -> Result<HashingPlace, Refusal> {
        free(&self.places)
    }

    /// Takes a place that strangers cannot take, if one is free.
    pub(super) fn kept_place(&self) -> Result<HashingPlace, Refusal> {
        free(&self.kept)
    }

    /// Returns whether a password matches this hash. Without a hash the check takes as long, and fails.
    pub(super) async fn matches(
        &self,
        place: HashingPlace,
        password: &SecretString,
        hash: Option<String>,
    ) -> Result<bool, Refusal> {
        let password = password.clone();
        self.run(place, move |hasher| hasher.matches(&password, hash.as_deref())).await
    }

    /// Does work with a password, in its turn.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        place: HashingPlace,
        work: impl FnOnce(&mut Hasher) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let seat = Arc::clone(&self.at_once).acquire_owned().await.map_err(|_| Refusal::Overloaded)?;
        let hashers = Arc::clone(&self.hashers);
        let done = tokio::task::spawn_blocking(move || {
            // The place is held even if the client disconnects: otherwise a client that disconnects
            // early could have any number of passwords hashed concurrently.
            let _held = (place.0, seat);
            hashers.with_hasher(work)
        });
        done.await.map_err(|_| Refusal::Overloaded)
    }
}

fn free(places: &Arc<Semaphore>) -> Result<HashingPlace, Refusal> {
    let place = Arc::clone(places).try_acquire_owned();
    place.map(HashingPlace).map_err(|_| Refusal::Overloaded)
}

/// The idle hashers: none before the first password, and at most `AT_ONCE` after it.
#[derive(Default)]
struct Hashers(Mutex<Vec<Hasher>>);

impl Hashers {
    fn with_hasher<T>(&self, work: impl FnOnce(&mut Hasher) -> T) -> T {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut hasher = free.unwrap_or_default();
        let done = work(&mut hasher);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(hasher);
        done
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::sync::mpsc;
    use std::task::Poll;

    use super::*;

    #[tokio::test]
    async fn a_client_that_goes_frees_its_seat_only_when_its_password_is_hashed() {
        let hashing = PasswordHashing::default();
        let (hashed, wait) = mpsc::channel::<()>();
        {
            let mut asked = pin!(hashing.run(hashing.place().unwrap(), move |_| wait.recv()));
            let is_pending = poll_fn(|cx| Poll::Ready(asked.as_mut().poll(cx).is_pending())).await;
            assert!(is_pending);
        }
        assert_eq!(hashing.at_once.available_permits(), AT_ONCE - 1);
        assert_eq!(hashing.places.available_permits(), PLACES - 1);
        drop(hashed);
        assert!(hashing.at_once.acquire_many(AT_ONCE as u32).await.is_ok());
    }
}
