//! Connections, and the settings that each of them needs.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio_postgres::{Client, Config, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::hosts;
use super::open_failed::OpenFailed;
use super::place::Place;
use super::refused::refused;

/// The maximum duration of connecting, over all hosts.
const CONNECTING: Duration = Duration::from_secs(5);

/// How long a statement, and a wait for a lock, may take in every session: seconds, so that a node that hangs holds
/// nothing for long.
pub(super) const TIMEOUTS: &str = "SET statement_timeout = '5s'; SET lock_timeout = '2s'";

/// The other settings of every session. An idle transaction ends in seconds, too; what is acknowledged is on disk, and
/// on the standby where there is one.
const SETTINGS: &str = "SET idle_in_transaction_session_timeout = '5s'; SET client_min_messages = 'warning'; SET jit = off; \
    SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') \
    WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)";

/// Opens a connection, which `runtime` drives.
pub(super) fn connect(runtime: &Runtime, place: &Place) -> Result<Client, OpenFailed> {
    let attempt = |host| open(host, place.tls.clone());
    let connected = async { tokio::time::timeout(CONNECTING, hosts::first(&place.config, attempt)).await };
    match runtime.block_on(connected) {
        Ok(Some(client)) => client.map_err(|error| refused(&error)),
        Ok(None) => Err(OpenFailed::Connect("no host".to_owned())),
        Err(_) => Err(OpenFailed::Connect(format!("no answer within {} s", CONNECTING.as_secs()))),
    }
}

async fn open(host: Config, tls: Option<Arc<rustls::ClientConfig>>) -> Result<Client, Error> {
    let client = match tls {
        None => {
            let (client, connection) = host.connect(NoTls).await?;
            drive(connection);
            client
        }
        Some(tls) => {
            let tls = MakeRustlsConnect::new(rustls::ClientConfig::clone(&tls));
            let (client, connection) = host.connect(tls).await?;
            drive(connection);
            client
        }
    };
    client.batch_execute(&format!("{TIMEOUTS}; {SETTINGS}")).await?;
    Ok(client)
}

fn drive<E>(connection: impl Future<Output = Result<(), E>> + Send + 'static)
where
    E: std::fmt::Display,
{
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            // Whoever used it gets an error too, and logs what follows from it.
            tracing::debug!(%error, "a connection to the database has ended");
        }
    });
}
