//! The servers that an address names, each asked by itself.

use std::fmt;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, TargetSessionAttrs};

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
        aside(move || {
            let hosts = place.config.get_hosts().iter().enumerate();
            Ok(hosts.map(|(number, host)| Self::at(&place, host, port(&place.config, number))).collect())
        })
        .await
    }

    fn at(place: &Place, host: &Host, port: u16) -> Self {
        let name = match host {
            Host::Tcp(host) => format!("{host}:{port}"),
            Host::Unix(folder) => format!("{}:{port}", folder.display()),
        };
        let place = Place { config: alone(&place.config, host, port), ..place.clone() };
        Self { name, role: ask(&place) }
    }
}

fn ask(place: &Place) -> Result<ServerRole, OpenFailed> {
    let failed = |error: &dyn fmt::Display| OpenFailed::Statement(error.to_string());
    let session = Session::open(place)?;
    let row = session.wire.wait(session.wire.client.query_one(QUESTION, &[]));
    let row = row.map_err(|error| failed(&error))?;
    let column = |number| row.try_get::<usize, bool>(number).map_err(|error| failed(&error));
    Ok(match (column(0)?, column(1)?) {
        (false, _) => ServerRole::Primary,
        (true, true) => ServerRole::Standby,
        (true, false) => ServerRole::Stray,
    })
}

/// Returns the port of a host: one for all, or one for each.
fn port(config: &Config, number: usize) -> u16 {
    const USUAL: u16 = 5_432;
    let ports = config.get_ports();
    ports.get(number).or(ports.first()).copied().unwrap_or(USUAL)
}

/// Returns an address with this host alone, whatever it does.
fn alone(all: &Config, host: &Host, port: u16) -> Config {
    let mut one = Config::new();
    match host {
        Host::Tcp(host) => one.host(host),
        Host::Unix(folder) => one.host_path(folder),
    };
    one.port(port).target_session_attrs(TargetSessionAttrs::Any);
    one.ssl_mode(all.get_ssl_mode()).channel_binding(all.get_channel_binding());
    if let Some(user) = all.get_user() {
        one.user(user);
    }
    if let Some(password) = all.get_password() {
        one.password(password);
    }
    if let Some(database) = all.get_dbname() {
        one.dbname(database);
    }
    if let Some(options) = all.get_options() {
        one.options(options);
    }
    if let Some(limit) = all.get_connect_timeout() {
        one.connect_timeout(*limit);
    }
    one
}
