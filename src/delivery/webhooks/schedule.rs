//! The schedule of webhook retries, as recommended by Standard Webhooks.

use std::time::Duration;

use crate::domain::random::Entropy;

/// The pauses after the first try, after the second, and so on, in seconds: three days in total.
const PAUSES: [u64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Returns the pause after a try that followed `tries` others; `None` if it was the last one. Up to
/// a tenth is added at random, so that endpoints that failed together are not retried together.
pub(super) fn pause(tries: u32, entropy: &dyn Entropy) -> Option<Duration> {
    let pause = *PAUSES.get(usize::try_from(tries).ok()?)? * 1_000;
    Some(Duration::from_millis(pause + entropy.jitter(pause / 10)))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Most;

    impl Entropy for Most {
        fn fill(&self, out: &mut [u8]) {
            out.fill(0);
        }
    }

    #[test]
    fn there_are_ten_tries_within_three_and_a_half_days() {
        let pauses: Vec<_> = (0..).map_while(|tries| pause(tries, &Most)).collect();
        assert_eq!((pauses.len(), pauses[0]), (9, Duration::from_secs(5)));
        let all: Duration = pauses.iter().sum();
        assert!((3..4).contains(&(all.as_secs() * 11 / 10 / 86_400)), "{all:?}");
    }
}
