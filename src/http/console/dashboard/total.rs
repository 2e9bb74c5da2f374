//! The counts of several days together.

use crate::domain::reports::statistics::{Counts, Day};

pub(crate) fn total(days: &[(Day, Counts)]) -> Counts {
    let mut total = Counts::default();
    for (_, counts) in days {
        total.minted += counts.minted;
        total.sent += counts.sent;
        total.delivered += counts.delivered;
        total.failed += counts.failed;
        total.refused += counts.refused;
        total.mismatched += counts.mismatched;
        total.verified += counts.verified;
        total.exhausted += counts.exhausted;
        total.expired += counts.expired;
        total.canceled += counts.canceled;
        total.factors += counts.factors;
        total.relayed += counts.relayed;
        for (sum, count) in total.times.0.iter_mut().zip(counts.times.0) {
            *sum += count;
        }
    }
    total
}
