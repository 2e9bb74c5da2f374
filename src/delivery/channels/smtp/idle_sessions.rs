//! Idle sessions: open, logged in, and kept for the next message.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use super::limits::SmtpSettings;
use super::session::SmtpSession;
use crate::delivery::ports::sender::Sender;
use crate::domain::id::TenantId;
use crate::domain::tenants::route::RouteHandle;

/// How long a server may take to receive a QUIT.
const FAREWELL: Duration = Duration::from_secs(1);

/// The owner of a session. A session is never shared between tenants or routes, nor used after its
/// route has changed.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct SessionOwner {
    tenant: TenantId,
    revision: u64,
    route: RouteHandle,
}

impl SessionOwner {
    /// Returns the owner for this route of `sender`.
    pub(super) fn of(sender: &Sender, route: &RouteHandle) -> Self {
        Self { tenant: sender.tenant, revision: sender.revision, route: route.clone() }
    }
}

/// The idle sessions of all routes.
pub(super) struct IdleSessions {
    idle_limit: Duration,
    per_route: usize,
    most: usize,
    pool: Mutex<IdlePool>,
    /// For the task that closes sessions after their idle time.
    myself: Weak<Self>,
}

#[derive(Default)]
struct IdlePool {
    /// The sessions of a route, the last used one at the end. That one is reused first, so that the
    /// others can age.
    idle: HashMap<SessionOwner, Vec<IdleSession>>,
    count: usize,
    sweeping: bool,
}

struct IdleSession {
    session: SmtpSession,
    since: Instant,
}

impl IdleSessions {
    /// Creates an empty collection.
    pub(super) fn new(settings: &SmtpSettings) -> Arc<Self> {
        Arc::new_cyclic(|myself| Self {
            idle_limit: settings.idle,
            per_route: settings.kept_per_route,
            most: settings.kept,
            pool: Mutex::default(),
            myself: myself.clone(),
        })
    }

    /// Takes an idle session of this route that still looks alive.
    pub(super) fn take(&self, owner: &SessionOwner) -> Option<SmtpSession> {
        let now = Instant::now();
        let mut pool = self.pool();
        loop {
            let IdleSession { mut session, since } = pool.pop(owner)?;
            if now.duration_since(since) < self.idle_limit && session.is_ready() {
                return Some(session);
            }
        }
    }

    /// Keeps a session, if it is ready for another message and there is room.
    pub(super) fn keep(&self, owner: SessionOwner, mut session: SmtpSession) {
        if !session.is_ready() {
            return;
        }
        let mut pool = self.pool();
        let full = pool.idle.get(&owner).is_some_and(|idle| idle.len() >= self.per_route);
        if full || pool.count >= self.most {
            return;
        }
        pool.count += 1;
        pool.idle.entry(owner).or_default().push(IdleSession { session, since: Instant::now() });
        if !std::mem::replace(&mut pool.sweeping, true) {
            tokio::spawn(sweep(self.myself.clone(), self.idle_limit));
        }
    }

    /// Returns how many sessions this route has, including those from before it was changed.
    pub(super) fn count(&self, tenant: TenantId, route: &RouteHandle) -> usize {
        let pool = self.pool();
        let own = pool.idle.iter().filter(|(owner, _)| owner.tenant == tenant && owner.route == *route);
        own.map(|(_, idle)| idle.len()).sum()
    }

    /// Removes the sessions whose idle time is over, and returns when the next one's will be.
    fn expired(&self) -> (Vec<SmtpSession>, Option<Instant>) {
        let now = Instant::now();
        let mut pool = self.pool();
        let mut over = Vec::new();
        let mut next: Option<Instant> = None;
        for idle in pool.idle.values_mut() {
            let young = idle.partition_point(|idle| now.duration_since(idle.since) >= self.idle_limit);
            over.extend(idle.drain(..young).map(|idle| idle.session));
            if let Some(oldest) = idle.first() {
                let end = oldest.since + self.idle_limit;
                next = Some(next.map_or(end, |next| next.min(end)));
            }
        }
        pool.idle.retain(|_, idle| !idle.is_empty());
        pool.count -= over.len();
        pool.sweeping = next.is_some();
        (over, next)
    }

    fn pool(&self) -> MutexGuard<'_, IdlePool> {
        // Nothing that could panic leaves the pool half changed while the lock is held.
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IdlePool {
    fn pop(&mut self, owner: &SessionOwner) -> Option<IdleSession> {
        let idle = self.idle.get_mut(owner)?;
        let last = idle.pop();
        if idle.is_empty() {
            self.idle.remove(owner);
        }
        self.count -= usize::from(last.is_some());
        last
    }
}

/// Closes idle sessions on time, until none is left or the collection is dropped.
async fn sweep(idle: Weak<IdleSessions>, first: Duration) {
    let mut next = Some(Instant::now() + first);
    while let Some(moment) = next {
        sleep_until(moment).await;
        let Some(idle) = idle.upgrade() else { return };
        let (over, later) = idle.expired();
        next = later;
        for session in over {
            tokio::spawn(timeout(FAREWELL, session.quit()));
        }
    }
}
