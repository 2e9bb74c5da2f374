//! What a process has used, and what the server counts itself.

use std::fs;
use std::ops::{AddAssign, Sub};
use std::time::Instant;

use mail_catcher::MailCatcher;

use super::Failure;
use super::server::Server;

/// Clock ticks a second in `/proc`: the same for programs whatever the kernel's own rate is.
const TICKS: f64 = 100.0;

/// The meters when a load begins.
pub(super) struct Meters {
    began: Instant,
    commits: Commits,
    mails: u64,
    processes: Processes,
}

/// What was used during a load.
#[derive(Clone, Copy, Default)]
pub(super) struct Usage {
    /// How long, in seconds.
    pub(super) seconds: f64,
    /// Of both processes.
    pub(super) processes: Processes,
    /// Of the server.
    pub(super) commits: Commits,
    /// Mails that the mail server took.
    pub(super) mails: u64,
}

impl Meters {
    /// Reads them.
    pub(super) async fn begin(server: &Server, catcher: &MailCatcher) -> Result<Self, Failure> {
        // A page of metrics costs the server time: before its time is read here, and after it in the end.
        let commits = server.metrics().await?.commits();
        let (began, mails) = (Instant::now(), catcher.received());
        Ok(Self { began, commits, mails, processes: Processes::now(server.pid())? })
    }

    /// What was used since.
    pub(super) async fn end(self, server: &Server, catcher: &MailCatcher) -> Result<Usage, Failure> {
        let processes = Processes::now(server.pid())? - self.processes;
        let (seconds, mails) = (self.began.elapsed().as_secs_f64(), catcher.received() - self.mails);
        let commits = server.metrics().await?.commits() - self.commits;
        Ok(Usage { seconds, processes, commits, mails })
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.seconds += other.seconds;
        self.processes.server_cpu += other.processes.server_cpu;
        self.processes.client_cpu += other.processes.client_cpu;
        self.processes.disk_bytes += other.processes.disk_bytes;
        self.processes.written_bytes += other.processes.written_bytes;
        self.commits.transactions += other.commits.transactions;
        self.commits.operations += other.commits.operations;
        self.mails += other.mails;
    }
}

/// What the system counts of the server and of this process.
#[derive(Clone, Copy, Default)]
pub(super) struct Processes {
    /// Seconds of processor time of the server, user and system.
    pub(super) server_cpu: f64,
    /// The same of this process: the load and the mail server.
    pub(super) client_cpu: f64,
    /// Bytes that the server had the system write to a disk, in whole pages; none to a disk in
    /// memory.
    pub(super) disk_bytes: f64,
    /// Bytes that the server handed to `write` and its kin: to its files, and to sockets as far as it
    /// does not use `send` for those.
    pub(super) written_bytes: f64,
}

impl Processes {
    fn now(server: u32) -> Result<Self, Failure> {
        let io = read(server, "io")?;
        let count = |name| {
            field(&io, name).ok_or_else(|| Failure::new("/proc: what a process writes cannot be read"))
        };
        Ok(Self {
            server_cpu: cpu_seconds(server)?,
            client_cpu: cpu_seconds(std::process::id())?,
            disk_bytes: count("write_bytes:")?,
            written_bytes: count("wchar:")?,
        })
    }
}

impl Sub for Processes {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            server_cpu: self.server_cpu - earlier.server_cpu,
            client_cpu: self.client_cpu - earlier.client_cpu,
            disk_bytes: self.disk_bytes - earlier.disk_bytes,
            written_bytes: self.written_bytes - earlier.written_bytes,
        }
    }
}

/// Seconds of processor time that a process has used so far.
pub(super) fn cpu_seconds(pid: u32) -> Result<f64, Failure> {
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

/// The number behind a name at the beginning of a line.
fn field(page: &str, name: &str) -> Option<f64> {
    let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.and_then(|text| text.trim().parse().ok())
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

/// A page of the server's metrics. What is not on it yet has not happened yet.
pub(super) struct Metrics(String);

impl Metrics {
    /// The page.
    pub(super) fn new(page: String) -> Self {
        Self(page)
    }

    /// A number on it.
    pub(super) fn value(&self, name: &str) -> f64 {
        field(&self.0, name).unwrap_or(0.0)
    }

    /// The commits so far.
    fn commits(&self) -> Commits {
        Commits {
            transactions: self.value("otpmint_commits_total"),
            operations: self.value("otpmint_commit_group_size_sum"),
        }
    }
}

/// The server's own counts of its commits.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub(super) struct Commits {
    /// Each is one `fdatasync` of the WAL.
    pub(super) transactions: f64,
    /// Writes in them.
    pub(super) operations: f64,
}

impl Commits {
    /// Writes in each transaction; `None` without one.
    pub(super) fn group(self) -> Option<f64> {
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
        let later = Metrics::new(page.to_owned()).commits();
        assert_eq!(later, Commits { transactions: 10.0, operations: 640.0 });
        assert_eq!(later.group(), Some(64.0));
        assert_eq!((later - later).group(), None);
        assert_eq!(Metrics::new(String::new()).commits(), Commits::default());
    }

    #[test]
    fn reads_what_a_process_writes() {
        let io = "rchar: 1\nwchar: 22\nsyscw: 3\nwrite_bytes: 4096\ncancelled_write_bytes: 0\n";
        assert_eq!((field(io, "wchar:"), field(io, "write_bytes:")), (Some(22.0), Some(4096.0)));
        assert_eq!(field(io, "bytes:"), None);
    }
}
