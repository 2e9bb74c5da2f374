//! The server's own counters.

use std::ops::{AddAssign, Sub};

/// A page of the server's metrics. A counter that is not on it yet is zero.
pub(crate) struct Metrics(String);

impl Metrics {
    /// The page.
    pub(crate) fn new(page: String) -> Self {
        Self(page)
    }

    /// A number on it.
    pub(crate) fn value(&self, name: &str) -> f64 {
        field(&self.0, name).unwrap_or(0.0)
    }

    /// The commits so far.
    pub(crate) fn commits(&self) -> Commits {
        Commits {
            transactions: self.value("otpmint_commits_total"),
            operations: self.value("otpmint_commit_group_size_sum"),
        }
    }
}

/// The server's own counts of its commits.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub(crate) struct Commits {
    /// Each is one `fdatasync` of the WAL.
    pub(crate) transactions: f64,
    /// Writes in them.
    pub(crate) operations: f64,
}

impl Commits {
    /// Writes in each transaction; `None` without one.
    pub(crate) fn group(self) -> Option<f64> {
        (self.transactions > 0.0).then(|| self.operations / self.transactions)
    }
}

impl Sub for Commits {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            transactions: self.transactions - earlier.transactions,
            operations: self.operations - earlier.operations,
        }
    }
}

impl AddAssign for Commits {
    fn add_assign(&mut self, other: Self) {
        self.transactions += other.transactions;
        self.operations += other.operations;
    }
}

/// The number after a name at the beginning of a line.
pub(crate) fn field(page: &str, name: &str) -> Option<f64> {
    let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.and_then(|text| text.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_commits_from_the_metrics() {
        let page = "# TYPE otpmint_commits_total counter\notpmint_commits_total 10\n\
                    otpmint_commit_group_size_bucket{le=\"1\"} 3\notpmint_commit_group_size_sum 640\n\
                    otpmint_commit_group_size_count 10\n";
        let later = Metrics::new(page.to_owned()).commits();
        assert_eq!(later, Commits { transactions: 10.0, operations: 640.0 });
        assert_eq!(later.group(), Some(64.0));
        assert_eq!((later - later).group(), None);
        assert_eq!(Metrics::new(String::new()).commits(), Commits::default());
    }
}
