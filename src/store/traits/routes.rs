//! The verbs for tests of routes. The routes themselves are part of the tenant.

use std::sync::Arc;

use crate::domain::id::TenantId;
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::reports::audit::Actor;
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Tests of routes.
pub trait RouteStore {
    /// Records that a route is tested.
    fn note_route_test(&self, test: RouteTest, now: Timestamp) -> Verb<'_, ()>;

    /// Counts a test mail as a message to its recipient, unless it exceeds a limit, which is then
    /// returned.
    fn count_test_mail(&self, mail: CountedMail, now: Timestamp) -> Verb<'_, Option<LimitHit>>;
}

/// A test of a route.
#[derive(Clone, Debug)]
pub struct RouteTest {
    /// The tenant.
    pub tenant: TenantId,
    /// The recipient of the test mail, masked.
    pub recipient: Option<String>,
    /// The actor.
    pub by: Actor,
}

/// A test mail to count.
#[derive(Clone, Debug)]
pub struct CountedMail {
    /// The tenant.
    pub tenant: TenantId,
    /// The recipient.
    pub recipient: RecipientIndex,
    /// The recipient's indexes under other versions of the key. Counts under them are moved to
    /// `recipient`.
    pub other_indexes: Vec<RecipientIndex>,
    /// The limits that messages are counted against.
    pub limits: Option<Arc<RecipientLimits>>,
}
