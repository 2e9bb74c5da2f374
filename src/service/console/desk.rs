//! Where passwords are looked at: a few at a time, on threads of their own.

use secrecy::SecretString;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::crypto::password;
use crate::domain::random::Entropy;
use crate::domain::time::Timestamp;

use super::tries::Tries;
use super::{ConsoleRules, Refusal};

/// Passwords that are hashed at the same time: each takes 19 MiB and a processor.
const AT_ONCE: usize = 2;

/// Those that may wait or be hashed. Whoever sends more is told to come again, so that the server has
/// time and memory left for what it is there for.
const PLACES: usize = 32;

/// What signing in works with.
pub(in crate::service) struct Desk {
    pub(super) rules: ConsoleRules,
    pub(super) tries: Tries,
    places: Semaphore,
    at_once: Semaphore,
}

impl Desk {
    pub(in crate::service) fn new(rules: ConsoleRules) -> Self {
        Self {
            rules,
            tries: Tries::new(rules.tries),
            places: Semaphore::new(PLACES),
            at_once: Semaphore::new(AT_ONCE),
        }
    }

    /// Forgets tries that are long past, so that memory follows the recent ones.
    pub(in crate::service) fn forget_quiet(&self, now: Timestamp) {
        self.tries.forget_quiet(now);
    }

    /// Whether a password has this hash; without a hash it takes as long, and has not.
    pub(super) async fn matches(
        &self,
        password: &SecretString,
        hash: Option<String>,
    ) -> Result<bool, Refusal> {
        let _turn = self.turn().await?;
        let password = password.clone();
        run(move || password::matches(&password, hash.as_deref())).await
    }

    /// The hash of a password.
    pub(super) async fn hash(
        &self,
        password: &SecretString,
        entropy: std::sync::Arc<dyn Entropy>,
    ) -> Result<String, Refusal> {
        let _turn = self.turn().await?;
        let password = password.clone();
        run(move || password::hash(&password, entropy.as_ref())).await
    }

    async fn turn(&self) -> Result<[SemaphorePermit<'_>; 2], Refusal> {
        let place = self.places.try_acquire().map_err(|_| Refusal::Overloaded)?;
        let turn = self.at_once.acquire().await.map_err(|_| Refusal::Overloaded)?;
        Ok([place, turn])
    }
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Refusal::Overloaded)
}
