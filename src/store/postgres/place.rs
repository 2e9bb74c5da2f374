//! Where a database is, and how it is used.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::config::Host;

use super::doubt::Doubt;

/// Where a database is, and how it is used.
#[derive(Clone)]
pub struct Place {
    /// Hosts, user, database and password.
    pub config: tokio_postgres::Config,
    /// Encrypts connections; without it they are not encrypted.
    pub tls: Option<Arc<rustls::ClientConfig>>,
    /// The number of lanes: connections that write for requests.
    pub lanes: u8,
    /// How long a request waits for the database before it is told that the store is not available.
    pub patience: Duration,
    /// What is known of the connections to it that are open.
    pub doubt: Doubt,
}

/// Names the hosts, the database and the user. The password is not shown.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        if let Some(user) = self.config.get_user() {
            write!(f, "{user}@")?;
        }
        for (number, host) in self.config.get_hosts().iter().enumerate() {
            let separator = if number == 0 { "" } else { "," };
            match host {
                Host::Tcp(host) => write!(f, "{separator}{host}")?,
                Host::Unix(folder) => write!(f, "{separator}{}", folder.display())?,
            }
        }
        write!(f, "/{}", self.config.get_dbname().unwrap_or_default())
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
