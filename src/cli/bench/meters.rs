//! What a process has used, and what the server counts itself.

use std::fs;

use crate::mail_catcher::MailCatcher;

use super::Failure;
use super::server::Server;

/// Clock ticks a second in `/proc`: the same for programs whatever the kernel's own rate is.
const TICKS: f64 = 100.0;

/// All meters at one moment.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    server_cpu: f64,
    client_cpu: f64,
    commits: Commits,
    mails: u64,
}

/// What was used between two readings.
pub(super) struct Usage {
    /// Seconds of processor time of the server, user and system.
    pub(super) server_cpu: f64,
    /// The same of this process: the load and the mail server.
    pub(super) client_cpu: f64,
    /// Writes in each transaction; `None` without one.
    pub(super) operations_per_commit: Option<f64>,
    /// Mails that the mail server took.
    pub(super) mails: u64,
}

impl Reading {
    /// Reads all meters.
    pub(super) async fn take(server: &Server, catcher: &MailCatcher) -> Result<Self, Failure> {
        let commits = server.commits().await?;
        Ok(Self {
            server_cpu: cpu_seconds(server.pid())?,
            client_cpu: cpu_seconds(std::process::id())?,
            commits,
            mails: catcher.received(),
        })
    }

    /// What was used since `earlier`.
    pub(super) fn since(self, earlier: Self) -> Usage {
        Usage {
            server_cpu: self.server_cpu - earlier.server_cpu,
            client_cpu: self.client_cpu - earlier.client_cpu,
            operations_per_commit: self.commits.group_since(earlier.commits),
            mails: self.mails - earlier.mails,
        }
    }
}

/// Seconds of processor time that a process has used so far.
fn cpu_seconds(pid: u32) -> Result<f64, Failure> {
    let stat = read(pid, "stat")?;
    parse_cpu(&stat).ok_or_else(|| Failure::new("/proc: what a process has used cannot be read"))
}

/// Bytes of memory that a process occupies.
pub(super) fn resident_bytes(pid: u32) -> Result<u64, Failure> {
    let status = read(pid, "status")?;
    parse_resident(&status).ok_or_else(|| Failure::new("/proc: what a process occupies cannot be read"))
}

fn read(pid: u32, file: &str) -> Result<String, Failure> {
    let path = format!("/proc/{pid}/{file}");
    fs::read_to_string(&path).map_err(|error| Failure::new(format!("{path}: {error}")))
}

fn parse_cpu(stat: &str) -> Option<f64> {
    // The name of the program, in parentheses, may contain anything.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(11).map(|field| field.parse::<f64>().ok());
    Some((fields.next()?? + fields.next()??) / TICKS)
}

fn parse_resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// The server's own counts of its commits.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub(super) struct Commits {
    pub(super) transactions: f64,
    pub(super) operations: f64,
}

impl Commits {
    /// Reads a page of metrics. What is not on it yet has not happened yet.
    pub(super) fn parse(page: &str) -> Self {
        let value = |name: &str| {
            let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            line.and_then(|text| text.trim().parse().ok()).unwrap_or(0.0)
        };
        Self {
            transactions: value("otpmint_commits_total"),
            operations: value("otpmint_commit_group_size_sum"),
        }
    }

    /// Operations in each commit since `earlier`; `None` without a commit.
    pub(super) fn group_since(self, earlier: Self) -> Option<f64> {
        let commits = self.transactions - earlier.transactions;
        (commits > 0.0).then(|| (self.operations - earlier.operations) / commits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_process_has_used() {
        let stat = "42 (odd) name) S 1 1 1 0 -1 4194304 900 0 0 0 150 50 7 7 20 0 9 0 100 1000 200";
        assert_eq!(parse_cpu(stat), Some(2.0));
        assert_eq!(parse_cpu("42 (name) S 1"), None);
        assert_eq!(parse_resident("VmPeak:\t 9 kB\nVmRSS:\t  2048 kB\n"), Some(2_097_152));
        assert_eq!(parse_resident("VmPeak:\t 9 kB\n"), None);
    }

    #[test]
    fn reads_commits_from_the_metrics() {
        let page = "# TYPE otpmint_commits_total counter\notpmint_commits_total 10\n\
                    otpmint_commit_group_size_bucket{le=\"1\"} 3\notpmint_commit_group_size_sum 640\n\
                    otpmint_commit_group_size_count 10\n";
        let later = Commits::parse(page);
        assert_eq!(later, Commits { transactions: 10.0, operations: 640.0 });
        assert_eq!(later.group_since(Commits::default()), Some(64.0));
        assert_eq!(later.group_since(later), None);
        assert_eq!(Commits::parse(""), Commits::default());
    }
}
