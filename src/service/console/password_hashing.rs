//! Where passwords are looked at: a few at a time, on threads of their own.

use secrecy::SecretString;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::crypto::password;
use crate::domain::random::Entropy;
use crate::service::refusal::Refusal;

/// Passwords that are hashed at the same time: each takes 19 MiB and a processor.
const AT_ONCE: usize = 2;

/// Those that may wait or be hashed. Whoever sends more is told to come again, so that the server has
/// time and memory left for what it is there for.
const PLACES: usize = 32;

/// The seats of those whose passwords are hashed.
pub(super) struct PasswordHashing {
    places: Semaphore,
    at_once: Semaphore,
}

impl Default for PasswordHashing {
    fn default() -> Self {
        Self { places: Semaphore::new(PLACES), at_once: Semaphore::new(AT_ONCE) }
    }
}

impl PasswordHashing {
    /// Whether a password has this hash; without a hash it takes as long, and has not.
    pub(super) async fn matches(
        &self,
        password: &SecretString,
        hash: Option<String>,
    ) -> Result<bool, Refusal> {
        let _seat = self.seat().await?;
        let password = password.clone();
        run(move || password::matches(&password, hash.as_deref())).await
    }

    /// The hash of a password.
    pub(super) async fn hash(
        &self,
        password: &SecretString,
        entropy: std::sync::Arc<dyn Entropy>,
    ) -> Result<String, Refusal> {
        let _seat = self.seat().await?;
        let password = password.clone();
        run(move || password::hash(&password, entropy.as_ref())).await
    }

    async fn seat(&self) -> Result<[SemaphorePermit<'_>; 2], Refusal> {
        let place = self.places.try_acquire().map_err(|_| Refusal::Overloaded)?;
        let seat = self.at_once.acquire().await.map_err(|_| Refusal::Overloaded)?;
        Ok([place, seat])
    }
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Refusal::Overloaded)
}
