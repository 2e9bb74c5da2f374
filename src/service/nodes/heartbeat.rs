//! The heartbeat: renews the lease of this node, compares its clock, and takes its part of the duties.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::membership::{Lapse, Membership};
use crate::domain::node::{ClockComparison, ClockSkew, DEAD_AFTER, Duty, NodeKind, NodeLease, RENEW_EVERY};
use crate::domain::time::Clock;
use crate::store::{Renewal, Store, StoreError};

/// How long the answer to a renewal is waited for. A later one would not be worth more than the next.
const PATIENCE: Duration = Duration::from_secs(4);

/// How often a node that has lapsed tries to renew its lease: until it can, it does nothing.
const TRY_EVERY: Duration = Duration::from_millis(500);

/// Why this process is no node any more. It must end: others go on with what it held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeEnd {
    /// Its number was taken over, or released, because it had not renewed its lease in time.
    TakenOver,
    /// Its clock has differed from the database's for so long that others take it for dead.
    ClockDiffers(ClockSkew),
}

impl fmt::Display for NodeEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TakenOver => f.write_str(
                "this node could not renew its lease in the store in time, and others have taken over what it \
                 held: start it again",
            ),
            Self::ClockDiffers(skew) => write!(
                f,
                "the clock of this machine is {skew}: set both by the network (NTP), then start this node again"
            ),
        }
    }
}

/// Renews the lease of this node.
pub struct Heartbeat {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    membership: Arc<Membership>,
    lease: NodeLease,
    kind: NodeKind,
    comparison: ClockComparison,
    progress: Mutex<Progress>,
}

#[derive(Clone, Copy, Default)]
struct Progress {
    /// How long the last renewal took.
    lag: Duration,
    /// Since when the clock has differed too much, by the stopwatch.
    differs_since: Option<Duration>,
    /// Whether the log says that the node is not current.
    is_lapsed: bool,
}

impl Heartbeat {
    /// Creates the heartbeat of a node that has joined.
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        membership: Arc<Membership>,
        (lease, kind): (NodeLease, NodeKind),
        comparison: ClockComparison,
    ) -> Self {
        Self { store, clock, membership, lease, kind, comparison, progress: Mutex::default() }
    }

    /// Beats every [`RENEW_EVERY`], or more often while it has lapsed, until this process is no node any more.
    pub async fn run(&self) -> NodeEnd {
        loop {
            let begun = Instant::now();
            if let Err(end) = self.beat().await {
                return end;
            }
            let pause = if self.membership.is_current() { RENEW_EVERY } else { TRY_EVERY };
            tokio::time::sleep_until(begun + pause).await;
        }
    }

    /// Gives up the number, so that others go on at once with what this node held.
    pub async fn leave(&self) {
        let left = tokio::time::timeout(PATIENCE, self.store.leave(self.lease, self.clock.now())).await;
        if !matches!(left, Ok(Ok(()))) {
            tracing::warn!("this node could not give up its number; others take it over in a few seconds");
        }
    }

    /// Renews the lease and takes the duties that are free. A failure counts as no renewal.
    pub async fn beat(&self) -> Result<(), NodeEnd> {
        let renewed = tokio::time::timeout(PATIENCE, self.renew()).await;
        match renewed.unwrap_or(Err(NotRenewed::Later)) {
            Ok(()) => {}
            Err(NotRenewed::Ended(end)) => return Err(end),
            Err(NotRenewed::Later) => self.look_up().await?,
        }
        self.report();
        if self.kind == NodeKind::Server && self.membership.is_current() {
            // What could not be done now is done after the next beat.
            if let Ok(Err(error)) = tokio::time::timeout(PATIENCE, self.take_part()).await {
                tracing::warn!(%error, "the other nodes could not be looked at");
            }
        }
        Ok(())
    }

    async fn renew(&self) -> Result<(), NotRenewed> {
        let skew = self.compare().await?;
        let Some(begun) = self.membership.begin_renewal() else { return Ok(()) };
        let renewal = Renewal { skew, lag: self.progress().lag };
        match self.store.renew(self.lease, renewal, begun.now).await {
            Ok(true) => {
                self.membership.renewed(begun);
                let lag = self.membership.lease_age();
                self.change(|progress| progress.lag = lag);
                Ok(())
            }
            Ok(false) => Err(NotRenewed::Ended(NodeEnd::TakenOver)),
            Err(_) => Err(NotRenewed::Later),
        }
    }

    /// Looks up whether this is still a node, although it could not write: one whose number was taken over is
    /// not let in to write.
    async fn look_up(&self) -> Result<(), NodeEnd> {
        match tokio::time::timeout(PATIENCE, self.store.is_member(self.lease)).await {
            Ok(Ok(false)) => Err(NodeEnd::TakenOver),
            Ok(Ok(true) | Err(_)) | Err(_) => Ok(()),
        }
    }

    /// Compares the clocks. A node whose clock is wrong does not renew its lease.
    async fn compare(&self) -> Result<Option<ClockSkew>, NotRenewed> {
        if self.comparison == ClockComparison::Omitted {
            return Ok(None);
        }
        let before = self.clock.now();
        let Some(database) = self.store.time().await? else { return Ok(None) };
        let skew = ClockSkew::between(before, database, self.clock.now());
        self.membership.note_skew(skew);
        if !skew.is_too_great() {
            self.change(|progress| progress.differs_since = None);
            return Ok(Some(skew));
        }
        let now = self.clock.elapsed();
        let since = self.progress().differs_since.unwrap_or(now);
        self.change(|progress| progress.differs_since = Some(since));
        match now.saturating_sub(since) < DEAD_AFTER {
            true => Err(NotRenewed::Later),
            false => Err(NotRenewed::Ended(NodeEnd::ClockDiffers(skew))),
        }
    }

    /// Counts the others, keeps house if nobody else does, and releases what the dead held.
    async fn take_part(&self) -> Result<(), StoreError> {
        let cluster = self.store.cluster().await?;
        let now = self.clock.now();
        self.membership.note_servers(cluster.live_servers(now));
        let holder = cluster.holder(Duty::Housekeeping, now);
        if holder.is_none_or(|holder| holder == self.lease.node)
            && let Some(begun) = self.membership.begin_renewal()
            && self.store.take_duty(Duty::Housekeeping, self.lease, begun.now).await?
        {
            self.membership.keep_house(begun);
        }
        // Nobody could renew while the database was away, so whoever is back first waits for the others.
        if !self.membership.keeps_house() || self.membership.current_for() < DEAD_AFTER {
            return Ok(());
        }
        let others = cluster.nodes.iter().filter(|node| node.lease.node != self.lease.node);
        for dead in others.filter(|node| node.is_dead(now)) {
            if self.store.release_dead(dead.lease, now).await? {
                let (node, address) = (dead.lease.node.number(), &dead.address);
                tracing::warn!(node, %address, "a node is dead; the others go on with what it held");
            }
        }
        Ok(())
    }

    /// Logs when the node stops being current, and when it is current again.
    fn report(&self) {
        let lapse = self.membership.lapse();
        if self.progress().is_lapsed == lapse.is_some() {
            return;
        }
        self.change(|progress| progress.is_lapsed = lapse.is_some());
        match lapse {
            None => tracing::info!("this node is current again"),
            Some(Lapse::NotRenewed(age)) => {
                let seconds = age.as_secs();
                tracing::error!(seconds, "this node could not renew its lease: it does nothing until it can");
            }
            Some(Lapse::ClockDiffers(skew)) => {
                tracing::error!(%skew, "the clock of this machine is wrong: this node does nothing until it is right");
            }
        }
    }

    fn progress(&self) -> Progress {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut self.progress.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Why a lease was not renewed.
enum NotRenewed {
    /// It may be at the next beat.
    Later,
    /// It never will be.
    Ended(NodeEnd),
}

impl From<StoreError> for NotRenewed {
    fn from(_: StoreError) -> Self {
        Self::Later
    }
}
