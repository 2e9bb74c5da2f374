//! The verbs for tests of routes, and for what is kept of their logins. The routes themselves are
//! part of the tenant.

use std::sync::Arc;

use crate::domain::id::TenantId;
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::mailbox::Mailbox;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::{RecipientIndex, Sealed};
use crate::domain::tenants::oauth::{LoginId, TokenRefusal};
use crate::domain::tenants::route::RouteHandle;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Tests of routes.
pub trait RouteStore {
    /// Records that a route is tested.
    fn note_route_test(&self, test: RouteTest, now: Timestamp) -> Verb<'_, ()>;

    /// Counts a test mail as a message to its recipient, unless it exceeds a limit, which is then
    /// returned.
    fn count_test_mail(&self, mail: CountedMail, now: Timestamp) -> Verb<'_, Option<LimitHit>>;

    /// Returns what is kept of a tenant's logins.
    fn route_logins(&self, tenant: TenantId) -> Verb<'_, Vec<RouteLogin>>;

    /// Returns what is kept of one login.
    fn route_login(&self, tenant: TenantId, login: LoginId) -> Verb<'_, Option<RouteLogin>>;

    /// Keeps the refresh token that an issuer has given instead of the former one. Returns `false`
    /// if the login is gone, or has changed since the caller read it.
    fn keep_refresh_token(&self, seen: SeenLogin, token: Sealed) -> Verb<'_, bool>;

    /// Records that an issuer refuses tokens for good, and tells the tenant. Returns `false` as
    /// [`keep_refresh_token`](Self::keep_refresh_token) does.
    fn stop_login(&self, seen: SeenLogin, refusal: TokenRefusal, now: Timestamp) -> Verb<'_, bool>;

    /// Records that an issuer gives tokens again. Returns `false` as
    /// [`keep_refresh_token`](Self::keep_refresh_token) does.
    fn resume_login(&self, seen: SeenLogin) -> Verb<'_, bool>;
}

/// What is kept of a login.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RouteLogin {
    /// The login.
    pub login: LoginId,
    /// Its route.
    pub route: RouteHandle,
    /// Grows with every change.
    pub revision: i64,
    /// The refresh token that has replaced the one of its owner, sealed.
    pub refresh_token: Option<Sealed>,
    /// Why no token is asked for, and since when.
    pub refused: Option<(TokenRefusal, Timestamp)>,
}

/// A login, as a caller has read it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SeenLogin {
    /// The tenant.
    pub tenant: TenantId,
    /// The login.
    pub login: LoginId,
    /// The revision that was read.
    pub revision: i64,
}

/// A tenant's logins, which are kept; what is known of any other is deleted.
pub type LoginsOfRoutes = Vec<(LoginId, RouteHandle)>;

/// A test of a route.
#[derive(Clone, Debug)]
pub struct RouteTest {
    /// The tenant.
    pub tenant: TenantId,
    /// The route, if it is not only a draft.
    pub route: Option<RouteHandle>,
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
    /// Its mailbox.
    pub mailbox: Mailbox,
    /// The limits that messages are counted against.
    pub limits: Option<Arc<RecipientLimits>>,
}
