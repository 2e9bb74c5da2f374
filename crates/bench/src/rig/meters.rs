//! The cost of a load: meters read before and after it.

use std::ops::AddAssign;
use std::time::Instant;

use anyhow::Result;
use mail_catcher::MailCatcher;

use super::metrics::Commits;
use super::processes::Processes;
use super::server::Server;

/// The meters when a load begins.
pub(crate) struct Meters {
    began: Instant,
    commits: Commits,
    mails: u64,
    processes: Processes,
}

/// What was used during a load.
#[derive(Clone, Copy, Default)]
pub(crate) struct Usage {
    /// How long, in seconds.
    pub(crate) seconds: f64,
    /// Of both processes.
    pub(crate) processes: Processes,
    /// Of the server.
    pub(crate) commits: Commits,
    /// Mails that the mail server accepted.
    pub(crate) mails: u64,
}

impl Meters {
    /// Reads them.
    pub(crate) async fn begin(server: &Server, catcher: &MailCatcher) -> Result<Self> {
        // A metrics page costs the server time: it is fetched before that time is read here, and after it at
        // the end.
        let commits = server.metrics().await?.commits();
        let (began, mails) = (Instant::now(), catcher.received());
        Ok(Self { began, commits, mails, processes: Processes::now(server.pid())? })
    }

    /// The use since then.
    pub(crate) async fn end(self, server: &Server, catcher: &MailCatcher) -> Result<Usage> {
        let processes = Processes::now(server.pid())? - self.processes;
        let (seconds, mails) = (self.began.elapsed().as_secs_f64(), catcher.received() - self.mails);
        let commits = server.metrics().await?.commits() - self.commits;
        Ok(Usage { seconds, processes, commits, mails })
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.seconds += other.seconds;
        self.processes += other.processes;
        self.commits += other.commits;
        self.mails += other.mails;
    }
}
