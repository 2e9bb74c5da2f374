//! The server, from a full queue to an empty one.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use tokio::time::sleep;

use super::super::preload::Stock;
use super::super::server::{self, Server};
use super::super::setup::{self, MailServer};
use super::super::{Failure, TemporaryFolder};
use crate::app::Ambient;
use crate::config::Commit;

/// How often the queue is looked at: seldom enough to cost nothing.
const LOOK: Duration = Duration::from_millis(10);

/// How long nothing may leave the queue.
const STALL: Duration = Duration::from_secs(30);

/// A queue to be emptied.
pub(super) struct Drain<'a> {
    pub(super) ambient: &'a Ambient,
    pub(super) parent: PathBuf,
    pub(super) mails: usize,
    pub(super) sessions: u16,
}

impl Drain<'_> {
    /// Mails a second that the server hands over to `mail_server`, each of them recorded.
    pub(super) async fn measure(&self, mail_server: MailServer<'_>) -> Result<f64, Failure> {
        let folder = TemporaryFolder::make(&self.parent, "otpmint-bench", self.ambient.entropy.as_ref())?;
        let addresses = server::free_addresses()?;
        let config = setup::write_config(folder.path(), addresses, mail_server, 0)?;
        let sessions = u32::from(self.sessions);
        // One tenant has at most a quarter of the sessions that are left.
        let section = format!("[delivery]\nsessions_per_tenant = {sessions}\nsessions = {}\n", sessions * 5);
        OpenOptions::new().append(true).open(&config)?.write_all(section.as_bytes())?;
        setup::furnish(&config, self.ambient, mail_server.port, Stock::Queued(self.mails)).await?;
        let queue = Queue::open(&folder.path().join("data/otpmint.db"))?;
        let _server = Server::start(&config, folder.path(), addresses, Commit::Grouped).await?;
        queue.empty().await
    }
}

/// The table of what is still to be sent, seen from outside.
struct Queue(Connection);

impl Queue {
    fn open(path: &Path) -> Result<Self, Failure> {
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map(Self).map_err(failed)
    }

    fn len(&self) -> Result<usize, Failure> {
        let count = "SELECT count(*) FROM outbox";
        self.0.query_row(count, [], |row| row.get::<_, u32>(0)).map(|count| count as usize).map_err(failed)
    }

    /// Waits until nothing is left: mails a second. The server has begun before this can look.
    async fn empty(&self) -> Result<f64, Failure> {
        let (begun, first) = (Instant::now(), self.len()?);
        let (mut left, mut moved) = (first, begun);
        while left > 0 {
            sleep(LOOK).await;
            let now = self.len()?;
            if now < left {
                (left, moved) = (now, Instant::now());
            } else if moved.elapsed() > STALL {
                return Err(Failure::new(format!("{left} mails stay in the queue")));
            }
        }
        match first {
            0 => {
                Err(Failure::new("the queue was empty before it could be looked at: more --mails are needed"))
            }
            _ => Ok(first as f64 / moved.duration_since(begun).as_secs_f64()),
        }
    }
}

fn failed(error: rusqlite::Error) -> Failure {
    Failure::new(error.to_string())
}
