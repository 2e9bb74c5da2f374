//! Measures how the server empties a full queue.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use otpmint::app::Ambient;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use tokio::time::sleep;

use super::queue::Queue;
use crate::folder::temporary_folder;
use crate::load::recipients::mobile;
use crate::rig::handover::Handover;
use crate::rig::program::Commit;
use crate::rig::server::{self, Server};
use crate::rig::setup::{self, MailServer, UNGUARDED};
use crate::rig::tenants::Operator;

/// How often the queue is checked: rarely enough to cost nothing.
const LOOK: Duration = Duration::from_millis(10);

/// How long the queue may stay unchanged.
const STALL: Duration = Duration::from_secs(30);

/// A queue to empty.
pub(crate) struct Drain<'a> {
    pub(crate) ambient: &'a Ambient,
    pub(crate) parent: PathBuf,
    pub(crate) mails: usize,
    pub(crate) sessions: u16,
}

/// Where the messages go.
pub(crate) struct Way<'a> {
    /// The tenant's mail server.
    pub(crate) mail_server: MailServer<'a>,
    /// The route of its texts, as the API takes it, if texts are sent and no mails.
    pub(crate) texts: Option<Value>,
}

impl<'a> Way<'a> {
    /// Mails to a mail server.
    pub(crate) fn mails(mail_server: MailServer<'a>) -> Self {
        Self { mail_server, texts: None }
    }

    /// Texts to a provider. The mail account that every tenant here has is not used.
    pub(crate) fn texts(port: u16, route: Value) -> Self {
        let mail_server = MailServer { port, handover: Handover::Plaintext, ca_pem: "" };
        Self { mail_server, texts: Some(route) }
    }

    fn recipient(&self) -> fn(usize) -> String {
        match self.texts {
            Some(_) => mobile,
            None => |number| format!("user{number}@queued.example"),
        }
    }
}

impl Drain<'_> {
    /// Messages per second that the server delivers that way and records.
    pub(crate) async fn measure(&self, way: Way<'_>) -> Result<f64> {
        let mail_server = way.mail_server;
        let folder = temporary_folder(&self.parent)?;
        let addresses = server::free_addresses()?;
        let config = setup::write_config(folder.path(), addresses, mail_server, 0)?;
        let sessions = u32::from(self.sessions);
        // One tenant has at most a quarter of the sessions that are left.
        let section =
            format!("{UNGUARDED}[delivery]\nsessions_per_tenant = {sessions}\nsessions = {}\n", sessions * 5);
        OpenOptions::new().append(true).open(&config)?.write_all(section.as_bytes())?;
        let data = folder.path().join("data");
        let first = Server::start(&config, folder.path(), addresses, Commit::Grouped).await?;
        let operator = Operator::of(first.address(), &data)?;
        let tenant = operator.add("Bench", mail_server.port).await?;
        if let Some(route) = &way.texts {
            operator.add_route(&tenant, route).await?;
        }
        drop(first);
        let queue =
            Queue { secret_key: &tenant.keys.usual, messages: self.mails, recipient: way.recipient() };
        queue.fill(&config, self.ambient).await?;
        let database = data.join("otpmint.db");
        leave_to_anybody(&database)?;
        let outbox = OutboxTable::open(&database)?;
        let _server = Server::start(&config, folder.path(), addresses, Commit::Grouped).await?;
        outbox.empty().await
    }
}

/// What was minted by this process is held by it. It is about to be the server's.
fn leave_to_anybody(database: &Path) -> Result<()> {
    Connection::open(database)?.execute("UPDATE outbox SET holder = NULL, due_at = queued_at", [])?;
    Ok(())
}

/// The table of messages still to be sent, read from outside.
struct OutboxTable(Connection);

impl OutboxTable {
    fn open(path: &Path) -> Result<Self> {
        Ok(Self(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?))
    }

    fn len(&self) -> Result<usize> {
        let count = "SELECT count(*) FROM outbox";
        Ok(self.0.query_row(count, [], |row| row.get::<_, u32>(0))? as usize)
    }

    /// Waits until nothing is left; returns messages per second. The server has begun before this can check.
    async fn empty(&self) -> Result<f64> {
        let (begun, first) = (Instant::now(), self.len()?);
        let (mut left, mut moved) = (first, begun);
        while left > 0 {
            sleep(LOOK).await;
            let now = self.len()?;
            if now < left {
                (left, moved) = (now, Instant::now());
            } else if moved.elapsed() > STALL {
                bail!("{left} messages stay in the queue");
            }
        }
        match first {
            0 => Err(anyhow!("the queue was empty before it could be looked at: more --mails are needed")),
            _ => Ok(first as f64 / moved.duration_since(begun).as_secs_f64()),
        }
    }
}
