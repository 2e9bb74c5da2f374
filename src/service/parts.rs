//! The dependencies of the use cases.

use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::delivery::{Outbox, Routing};
use crate::domain::id::IdGenerator;
use crate::domain::membership::Membership;
use crate::domain::node::Node;
use crate::domain::random::Entropy;
use crate::domain::time::Clock;
use crate::store::Store;

use super::limits::limiter::Limiter;
use super::rules::Rules;

/// The dependencies of the use cases. Each theme takes what it needs.
pub struct Parts {
    /// The node of this process.
    pub node: Node,
    /// Its standing.
    pub membership: Arc<Membership>,
    /// The store.
    pub store: Arc<dyn Store>,
    /// The sub-keys.
    pub keyring: Arc<Keyring>,
    /// The outbox.
    pub outbox: Arc<Outbox>,
    /// The routing, which also checks routes.
    pub routing: Arc<Routing>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The limiter, which counts events against rates.
    pub limiter: Arc<Limiter>,
    /// The source of randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The generator of row identities.
    pub ids: Arc<IdGenerator>,
    /// The operator's rules.
    pub rules: Arc<Rules>,
}
