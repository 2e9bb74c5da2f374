//! A second server over the database of the first.

use std::sync::Arc;

use otpmint::app::{App, NodeRule, Prepared, StartError};
use otpmint::service::Heartbeat;

use super::{Api, TestApp, ambient};

/// A second server, with a folder of its own. Only PostgreSQL has room for it.
pub struct SecondServer {
    pub api: Api,
    pub app: App,
}

impl TestApp {
    /// Starts another server over the same database, with the same clock.
    pub async fn second(&self, nodes: NodeRule) -> Result<SecondServer, StartError> {
        let mut settings = self.settings.clone();
        settings.keys.master_key_file = self.settings.data_dir.join("master.key");
        settings.data_dir = self.settings.data_dir.with_file_name("second");
        let mut ambient = ambient(&self.clock);
        ambient.nodes = nodes;
        let app = Prepared::build(&settings, &ambient, None).await?.serve();
        Ok(SecondServer { api: Api::new(format!("http://{}", app.address())), app })
    }
}

impl SecondServer {
    pub fn heartbeat(&self) -> &Arc<Heartbeat> {
        self.app.heartbeat().expect("it shares its store")
    }
}
