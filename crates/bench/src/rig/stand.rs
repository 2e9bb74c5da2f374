//! The stand for a measurement: data, a mail server, a tenant and the server.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;
use mail_catcher::MailCatcher;
use otpmint::app::Ambient;
use tempfile::TempDir;

use super::handover::Handover;
use super::meters::{Meters, Usage};
use super::preload::preload;
use super::preloaded::Preloaded;
use super::server::{self, Server};
use super::setup;
use super::setup::MailServer;
use super::tenants::Operator;
use crate::folder::temporary_folder;
use crate::load::driver::{Load, Outcome};
use crate::load::pace::Pace;
use crate::load::requests::Requests;
use crate::rig::program::Commit;

/// How a stand is made: options that every benchmark has.
#[derive(Args, Clone)]
pub(crate) struct StandOptions {
    /// Where the temporary data folder is made; a disk like that of the real server tells most.
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// The same as --data-dir /dev/shm: a disk in memory.
    #[arg(long, conflicts_with = "data_dir")]
    ram: bool,
    /// An empty PostgreSQL database of this machine (store.url) instead of SQLite. The processor time is that of
    /// the server, without the database.
    #[arg(long, value_name = "URL")]
    pub(crate) store_url: Option<String>,
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

impl StandOptions {
    /// How mails are delivered.
    pub(crate) fn handover(&self) -> Handover {
        if self.smtp_tls { Handover::StartTls } else { Handover::Plaintext }
    }

    /// The same with a server that commits in this way.
    pub(crate) fn committing(&self, commit: Commit) -> Self {
        Self { commit, ..self.clone() }
    }

    fn store_settings(&self) -> String {
        self.store_url.as_ref().map_or_else(String::new, |url| format!("[store]\nurl = {url:?}\n"))
    }

    fn parent(&self) -> PathBuf {
        match (&self.data_dir, self.ram) {
            (Some(folder), _) => folder.clone(),
            (None, true) => PathBuf::from("/dev/shm"),
            (None, false) => std::env::temp_dir(),
        }
    }
}

/// A running server with everything around it. Dropping it ends everything, the server before its data.
pub(crate) struct Stand {
    /// The server.
    pub(crate) server: Server,
    /// The tenant's mail server.
    pub(crate) catcher: MailCatcher,
    /// The tenant, and its challenges.
    pub(crate) preloaded: Arc<Preloaded>,
    folder: TempDir,
    /// The duration of its first start, which created the data folder with its keys.
    pub(crate) first_start: Duration,
    /// The time to preload the challenges.
    pub(crate) preloading: Duration,
}

impl Stand {
    /// Starts everything, with `rows` live challenges in the store.
    pub(crate) async fn start(options: &StandOptions, rows: usize) -> Result<Self> {
        Self::start_with(options, rows, "").await
    }

    /// The same with additional settings, in separate sections.
    pub(crate) async fn start_with(options: &StandOptions, rows: usize, settings: &str) -> Result<Self> {
        let ambient = Ambient::system();
        let folder = temporary_folder(&options.parent())?;
        eprintln!("putting {rows} live challenges into {} …", folder.path().display());
        let handover = options.handover();
        let catcher = setup::catch_mail(handover, &ambient).await?;
        let mail_server = MailServer::of(&catcher, handover);
        let addresses = server::free_addresses()?;
        let workers = usize::from(options.workers);
        let config = setup::write_config(folder.path(), addresses, mail_server, workers)?;
        let text = std::fs::read_to_string(&config)? + &options.store_settings() + settings;
        std::fs::write(&config, text)?;
        let first = Server::start(&config, folder.path(), addresses, Commit::Grouped).await?;
        let first_start = first.ready_after();
        let operator = Operator::of(first.address(), &folder.path().join("data"))?;
        let tenant = operator.add("Bench", mail_server.port).await?;
        drop(first);
        let begun = Instant::now();
        let preloaded = Arc::new(preload(&config, &ambient, &tenant, rows).await?);
        let preloading = begun.elapsed();
        let server = Server::start(&config, folder.path(), addresses, options.commit).await?;
        eprintln!("the server is process {}; measuring …", server.pid());
        Ok(Self { server, catcher, preloaded, folder, first_start, preloading })
    }

    /// Ends the server, and starts it on the same data with TLS of its own, with this certificate and its key (PEM).
    pub(crate) async fn with_tls(self, certificate: &str, key: &str) -> Result<Self> {
        let Self { server, catcher, preloaded, folder, first_start, preloading } = self;
        let addresses = server.addresses();
        drop(server);
        let file = |name| folder.path().join(name);
        std::fs::write(file("cert.pem"), certificate)?;
        let mut private =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(file("key.pem"))?;
        private.write_all(key.as_bytes())?;
        let config = file("otpmint.toml");
        let tls = format!("[tls]\ncert_file = {:?}\nkey_file = {:?}\n", file("cert.pem"), file("key.pem"));
        std::fs::write(&config, std::fs::read_to_string(&config)? + &tls)?;
        let server = Server::start_with_tls(&config, folder.path(), addresses, Commit::Grouped).await?;
        eprintln!("with TLS, the server is process {}; measuring …", server.pid());
        Ok(Self { server, catcher, preloaded, folder, first_start, preloading })
    }

    /// The operator of the server.
    pub(crate) fn operator(&self) -> Result<Operator> {
        Operator::of(self.server.address(), &self.data())
    }

    /// The folder of the server's data.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Puts a load on the server, and reads the meters before and after it. Mails in transit when the last
    /// request is answered belong to the load: the meters run until they are sent.
    pub(crate) async fn measure(
        &self,
        load: &mut Load,
        requests: &Arc<Requests>,
        pace: Pace,
        time: Duration,
    ) -> Result<(Outcome, Usage)> {
        let meters = Meters::begin(&self.server, &self.catcher).await?;
        let outcome = load.run(requests, pace, time).await?;
        if requests.case().sends() {
            self.server.settle().await?;
        }
        Ok((outcome, meters.end(&self.server, &self.catcher).await?))
    }

    /// Bytes of the database and its related files.
    pub(crate) fn store_bytes(&self) -> Result<u64> {
        let sizes = std::fs::read_dir(self.folder.path().join("data"))?.map(|file| file?.metadata());
        sizes.map(|size| Ok(size?.len())).sum()
    }
}
