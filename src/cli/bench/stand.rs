//! The stand that something is measured on: data, a mail server, a tenant and the server.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use mail_catcher::MailCatcher;

use crate::app::Ambient;
use crate::config::Commit;

use super::load::{Load, Outcome};
use super::meters::{Meters, Usage};
use super::pace::Pace;
use super::preload::Stock;
use super::preloaded::Preloaded;
use super::requests::Requests;
use super::server::{self, Server};
use super::setup::MailServer;
use super::tenants::Operator;
use super::{Failure, TemporaryFolder, setup};

/// How a stand is made: options that every benchmark has.
#[derive(Args, Clone)]
pub(super) struct StandOptions {
    /// Where the temporary data folder is made; a disk like that of the real server tells most.
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// The same as --data-dir /dev/shm: a disk in memory.
    #[arg(long, conflicts_with = "data_dir")]
    ram: bool,
    /// Hand the mails over in TLS, with a login.
    #[arg(long)]
    smtp_tls: bool,
    /// The server's worker threads (server.workers); 0 takes one for each processor.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=256))]
    workers: u16,
    /// How the server commits.
    #[arg(skip)]
    commit: Commit,
}

/// How the server hands mails over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Handover {
    /// In clear.
    Plaintext,
    /// In TLS, with a login.
    StartTls,
}

impl Handover {
    /// The name in the JSON.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Plaintext => "plaintext",
            Self::StartTls => "starttls",
        }
    }
}

impl StandOptions {
    /// How mails are handed over.
    pub(super) fn handover(&self) -> Handover {
        if self.smtp_tls { Handover::StartTls } else { Handover::Plaintext }
    }

    /// The same with a server that commits as told.
    pub(super) fn committing(&self, commit: Commit) -> Self {
        Self { commit, ..self.clone() }
    }

    fn parent(&self) -> PathBuf {
        match (&self.data_dir, self.ram) {
            (Some(folder), _) => folder.clone(),
            (None, true) => PathBuf::from("/dev/shm"),
            (None, false) => std::env::temp_dir(),
        }
    }
}

/// A running server with everything around it. All of it ends when this is dropped, the server
/// before its data.
pub(super) struct Stand {
    /// The server.
    pub(super) server: Server,
    /// The tenant's mail server.
    pub(super) catcher: MailCatcher,
    /// The tenant, and its challenges.
    pub(super) preloaded: Arc<Preloaded>,
    folder: TemporaryFolder,
    /// How long its first start took, which made the data folder with its keys.
    pub(super) first_start: Duration,
    /// How long the challenges took.
    pub(super) preloading: Duration,
}

impl Stand {
    /// Starts everything, with `rows` live challenges in the store.
    pub(super) async fn start(options: &StandOptions, rows: usize) -> Result<Self, Failure> {
        Self::start_with(options, rows, "").await
    }

    /// The same with more settings, in sections of their own.
    pub(super) async fn start_with(
        options: &StandOptions,
        rows: usize,
        settings: &str,
    ) -> Result<Self, Failure> {
        let ambient = Ambient::of_the_machine();
        let folder = TemporaryFolder::make(&options.parent(), "otpmint-bench", ambient.entropy.as_ref())?;
        eprintln!("putting {rows} live challenges into {} …", folder.path().display());
        let handover = options.handover();
        let catcher = setup::catch_mail(handover, &ambient).await?;
        let mail_server = MailServer::of(&catcher, handover);
        let addresses = server::free_addresses()?;
        let workers = usize::from(options.workers);
        let config = setup::write_config(folder.path(), addresses, mail_server, workers)?;
        std::fs::write(&config, std::fs::read_to_string(&config)? + settings)?;
        let first_start =
            Server::start(&config, folder.path(), addresses, options.commit).await?.ready_after();
        let begun = Instant::now();
        let preloaded =
            Arc::new(setup::furnish(&config, &ambient, mail_server.port, Stock::Sent(rows)).await?);
        let preloading = begun.elapsed();
        let server = Server::start(&config, folder.path(), addresses, options.commit).await?;
        eprintln!("the server is process {}; measuring …", server.pid());
        Ok(Self { server, catcher, preloaded, folder, first_start, preloading })
    }

    /// The operator of the server.
    pub(super) fn operator(&self) -> Result<Operator, Failure> {
        let token = std::fs::read_to_string(self.data().join("operator.token"))?;
        Ok(Operator::new(self.server.address(), token.trim().to_owned()))
    }

    /// Where the server's data lie.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Puts a load on the server, and reads the meters before and after it. Mails that are on their
    /// way when the last request is answered belong to the load: the meters run until they are sent.
    pub(super) async fn measure(
        &self,
        load: &mut Load,
        requests: &Arc<Requests>,
        pace: Pace,
        time: Duration,
    ) -> Result<(Outcome, Usage), Failure> {
        let meters = Meters::begin(&self.server, &self.catcher).await?;
        let outcome = load.run(requests, pace, time).await?;
        if requests.case().sends() {
            self.server.settle().await?;
        }
        Ok((outcome, meters.end(&self.server, &self.catcher).await?))
    }

    /// Bytes of the database and what belongs to it.
    pub(super) fn store_bytes(&self) -> Result<u64, Failure> {
        let sizes = std::fs::read_dir(self.folder.path().join("data"))?.map(|file| file?.metadata());
        sizes.map(|size| Ok(size?.len())).sum()
    }
}
