//! The ambient clock and randomness, and nothing else that may touch them.

use rand::TryRng;
use rand::rngs::SysRng;

use crate::domain::random::Entropy;
use crate::domain::time::{Clock, Timestamp};

/// The machine's clock.
#[derive(Clone, Copy, Default, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the time comes in")]
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
    }
}

/// The operating system's randomness, asked anew each time.
#[derive(Clone, Copy, Default, Debug)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, out: &mut [u8]) {
        #[expect(clippy::expect_used, reason = "a server without randomness must not mint")]
        SysRng.try_fill_bytes(out).expect("the operating system has no randomness to give");
    }
}
