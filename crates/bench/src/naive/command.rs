//! The command that starts the naive server.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use otpmint::app::{Ambient, Foundation};
use otpmint::domain::id::IdGenerator;

use super::server::{self, NaiveService};
use super::store::NaiveStore;

/// Serves like `otpmint serve`, limited to what the comparison needs.
#[derive(Args)]
pub(crate) struct Naive {
    /// The settings of the server that created the database.
    #[arg(long = "config", value_name = "FILE")]
    config: PathBuf,
}

impl Naive {
    /// Serves until the process is ended.
    pub(crate) async fn serve(self) -> Result<()> {
        let settings = otpmint::config::load(Some(&self.config), std::iter::empty())?;
        let ambient = Ambient::system();
        // The keys are otpmint's, otherwise nobody could answer its challenges; its store is closed again.
        let Foundation { keyring, greatest_id, .. } = Foundation::open(&settings, &ambient).await?;
        let store = NaiveStore::open(&settings.data_dir.join("otpmint.db"))?;
        let ids = IdGenerator::above(greatest_id);
        server::run(&settings.server, NaiveService { store, keyring, ids, ambient }).await
    }
}
