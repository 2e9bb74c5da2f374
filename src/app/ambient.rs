//! What the process provides to the program: clocks, randomness, metrics, the disk. No other module may use the ambient ones.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use rand::TryRng;
use rand::rngs::SysRng;

use crate::delivery::{Catch, Observer};
use crate::domain::node::ClockComparison;
use crate::domain::random::Entropy;
use crate::domain::steady_clock::{SteadyClock, TimeSource};
use crate::domain::time::Timestamp;

/// What the process provides to the program.
#[derive(Clone)]
pub struct Ambient {
    /// The time.
    pub clock: Arc<SteadyClock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Renders the metrics; without it there is no metrics listener.
    pub metrics: Option<Arc<dyn Fn() -> String + Send + Sync>>,
    /// Observes what happens to each message.
    pub observer: Option<Arc<dyn Observer>>,
    /// Catches the messages of the `log` transport; without it no tenant may have such a route. Only
    /// `otpmint dev` and tests have one.
    pub catch: Option<Arc<dyn Catch>>,
    /// How far the process proves that it is a node of a store that several share.
    pub nodes: NodeRule,
    /// Returns the room on the disk of a folder: what is free and the whole, in bytes.
    pub room: fn(&Path) -> Option<(u64, u64)>,
    /// Between two looks at codes that follow over another channel.
    pub follow_every: Duration,
}

/// A person waits for a code that follows.
const FOLLOW_EVERY: Duration = Duration::from_secs(1);

/// How far a process proves that it is a node of a store that several share.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeRule {
    /// It renews its lease, and compares its clock with the database's.
    Compared,
    /// It renews its lease. The clock is a test's.
    Leased,
    /// It does not: a test has only this one, and lets its time jump.
    Alone,
}

impl NodeRule {
    /// Returns whether the clock is compared with the database's.
    pub(super) const fn comparison(self) -> ClockComparison {
        match self {
            Self::Compared => ClockComparison::Made,
            Self::Leased | Self::Alone => ClockComparison::Omitted,
        }
    }
}

impl Ambient {
    /// The machine's own clock and randomness.
    pub fn system() -> Self {
        let clock = Arc::new(SteadyClock::over(Arc::new(SystemClocks)));
        Self {
            clock,
            entropy: Arc::new(SystemEntropy),
            metrics: None,
            observer: None,
            catch: None,
            nodes: NodeRule::Compared,
            room: room_on_disk,
            follow_every: FOLLOW_EVERY,
        }
    }
}

/// The room on a disk of this machine; `None` if the system does not say.
fn room_on_disk(folder: &Path) -> Option<(u64, u64)> {
    let found = rustix::fs::statvfs(folder).ok()?;
    // `f_bavail` is what others than root may use.
    let bytes = |blocks: u64| blocks.saturating_mul(found.f_frsize);
    Some((bytes(found.f_bavail), bytes(found.f_blocks)))
}

/// The machine's clocks.
#[derive(Clone, Copy, Default, Debug)]
pub struct SystemClocks;

/// When the stopwatch was at zero.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

impl TimeSource for SystemClocks {
    #[expect(clippy::disallowed_methods, reason = "this is where the time comes in")]
    fn wall(&self) -> Timestamp {
        Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
    }

    fn elapsed(&self) -> Duration {
        START.elapsed()
    }
}

/// The operating system's randomness, requested anew each time.
#[derive(Clone, Copy, Default, Debug)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, out: &mut [u8]) {
        #[expect(clippy::expect_used, reason = "a server without randomness must not mint")]
        SysRng.try_fill_bytes(out).expect("the operating system has no randomness to give");
    }
}
