//! The servers that an address names, each asked by itself.

use std::fmt;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, TargetSessionAttrs};

use crate::store::sql::failed::Failed;

use super::hosts;
use super::open::aside;
use super::open_failed::OpenFailed;
use super::place::Place;
use super::session::Session;

/// One of the servers that an address names.
#[derive(Debug)]
pub struct ServerFound {
    /// Its host and port.
    pub name: String,
    /// What it does, or why it cannot be asked.
    pub role: Result<ServerRole, OpenFailed>,
}

/// What a server does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServerRole {
    /// It takes writes.
    Primary,
    /// It follows another one.
    Standby,
    /// It is a standby, but follows no server at the moment.
    Stray,
}

/// Formats as what follows the name of the server.
impl fmt::Display for ServerRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Primary => "takes writes",
            Self::Standby => "is a standby",
            Self::Stray => "is a standby that follows no server: what is written now is missing there",
        })
    }
}

const QUESTION: &str =
    "SELECT pg_is_in_recovery(), EXISTS (SELECT 1 FROM pg_stat_wal_receiver WHERE pid IS NOT NULL)";

impl ServerFound {
    /// Asks each server of `place`. Nothing is changed.
    pub async fn all(place: &Place) -> Result<Vec<Self>, OpenFailed> {
        let place = place.clone();
        aside(move || Ok(hosts::each(&place.config).into_iter().map(|host| Self::at(&place, host)).collect()))
            .await
    }

    fn at(place: &Place, mut host: Config) -> Self {
        let name = name(&host);
        // Whatever it does.
        host.target_session_attrs(TargetSessionAttrs::Any);
        Self { name, role: ask(&Place { config: host, ..place.clone() }) }
    }
}

fn ask(place: &Place) -> Result<ServerRole, OpenFailed> {
    let session = Session::open(place)?;
    let row = session.wire.wait(session.wire.client.query_one(QUESTION, &[]))?;
    let column = |number| row.try_get::<usize, bool>(number).map_err(Failed::from);
    Ok(match (column(0)?, column(1)?) {
        (false, _) => ServerRole::Primary,
        (true, true) => ServerRole::Standby,
        (true, false) => ServerRole::Stray,
    })
}

/// Returns the name of the only host of an address.
fn name(of: &Config) -> String {
    const USUAL: u16 = 5_432;
    let port = of.get_ports().first().copied().unwrap_or(USUAL);
    match of.get_hosts().first() {
        Some(Host::Tcp(host)) => format!("{host}:{port}"),
        Some(Host::Unix(folder)) => format!("{}:{port}", folder.display()),
        None => format!("port {port}"),
    }
}
