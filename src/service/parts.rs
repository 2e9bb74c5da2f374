//! What the use cases work with.

use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::delivery::{Outbox, Routing};
use crate::domain::id::IdGenerator;
use crate::domain::node::Node;
use crate::domain::random::Entropy;
use crate::domain::time::Clock;
use crate::store::Store;

use super::limits::limiter::Limiter;
use super::rules::Rules;

/// What the use cases work with. Each theme takes what it needs.
pub struct Parts {
    /// Which node this is.
    pub node: Node,
    /// Everything durable.
    pub store: Arc<dyn Store>,
    /// The sub-keys.
    pub keyring: Arc<Keyring>,
    /// What sends.
    pub outbox: Arc<Outbox>,
    /// What checks routes.
    pub routing: Arc<Routing>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What counts events against rates.
    pub limiter: Arc<dyn Limiter>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// What hands out identities.
    pub ids: Arc<IdGenerator>,
    /// The operator's rules.
    pub rules: Arc<Rules>,
}
