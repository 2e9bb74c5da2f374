//! Connections to the database that ask it for something themselves.

use std::sync::Arc;

use anyhow::Result;
use tokio_postgres::{Client, Config, NoTls};

/// Connects.
pub(crate) async fn connect(config: &Config) -> Result<Client> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Connects several times.
pub(crate) async fn connect_each(config: &Config, connections: usize) -> Result<Vec<Arc<Client>>> {
    let mut clients = Vec::with_capacity(connections);
    for _ in 0..connections {
        clients.push(Arc::new(connect(config).await?));
    }
    Ok(clients)
}
