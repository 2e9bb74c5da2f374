//! The ambient clocks and randomness. No other module may use them.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use rand::TryRng;
use rand::rngs::SysRng;

use crate::domain::random::Entropy;
use crate::domain::steady_clock::Timepiece;
use crate::domain::time::Timestamp;

/// The machine's clocks.
#[derive(Clone, Copy, Default, Debug)]
pub struct SystemClocks;

/// When the stopwatch was at zero.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Timepiece for SystemClocks {
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
