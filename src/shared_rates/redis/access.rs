//! How to reach the servers: addresses, login and trust.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::io::tcp::TcpSettings;
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, RedisConnectionInfo,
    RedisError, TlsCertificates,
};
use secrecy::{ExposeSecret, SecretString};

use crate::domain::limits::redis_url::{RedisHost, RedisUrl};

/// The time for a connection to one server, with TLS and login.
pub(super) const CONNECT_LIMIT: Duration = Duration::from_millis(500);

/// The time for an answer, beyond which a connection is not worth keeping. Nobody waits that long: it only bounds
/// what is still under way when the one who asked has gone.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_millis(500);

/// How to reach the servers.
#[derive(Clone)]
pub struct RedisAccess {
    /// Where they are.
    pub url: RedisUrl,
    /// The password; empty for none.
    pub password: SecretString,
    /// PEM of the certificate authorities to trust; `None` for those of the system.
    pub authorities: Option<Vec<u8>>,
}

/// Why no connection could be made. It contains no secret.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unreachable {
    /// A server refused, or could not be reached.
    #[error("{0}")]
    Server(String),
    /// No Sentinel named a master that answers as one.
    #[error("no Sentinel names a master that can be reached: {0}")]
    NoMaster(String),
    /// It took too long.
    #[error("no answer in time")]
    Slow,
}

impl From<RedisError> for Unreachable {
    fn from(error: RedisError) -> Self {
        Self::Server(error.to_string())
    }
}

impl RedisAccess {
    /// Connects to one server and logs in.
    pub(super) async fn connect(&self, host: &RedisHost) -> Result<MultiplexedConnection, RedisError> {
        self.connect_as(host, self.login()).await
    }

    /// Connects to one server with this login.
    pub(super) async fn connect_as(
        &self,
        host: &RedisHost,
        login: RedisConnectionInfo,
    ) -> Result<MultiplexedConnection, RedisError> {
        let info = self.info(host, login)?;
        let client = match self.url.is_encrypted {
            true => Client::build_with_tls(info, self.certificates())?,
            false => Client::open(info)?,
        };
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_LIMIT))
            .set_response_timeout(Some(ANSWER_LIMIT));
        client.get_multiplexed_async_connection_with_config(&config).await
    }

    /// The login of the settings.
    pub(super) fn login(&self) -> RedisConnectionInfo {
        let mut login = RedisConnectionInfo::default().set_db(self.url.database.into());
        if let Some(user) = &self.url.user {
            login = login.set_username(user);
        }
        if !self.password.expose_secret().is_empty() {
            login = login.set_password(self.password.expose_secret());
        }
        login
    }

    /// The address and the login of one server.
    pub(super) fn info(
        &self,
        host: &RedisHost,
        login: RedisConnectionInfo,
    ) -> Result<ConnectionInfo, RedisError> {
        let (name, port) = (host.name.clone(), host.port);
        let address = match self.url.is_encrypted {
            true => ConnectionAddr::TcpTls { host: name, port, insecure: false, tls_params: None },
            false => ConnectionAddr::Tcp(name, port),
        };
        Ok(address.into_connection_info()?.set_redis_settings(login).set_tcp_settings(tcp()))
    }

    /// The authorities to trust.
    pub(super) fn certificates(&self) -> TlsCertificates {
        TlsCertificates { client_tls: None, root_cert: self.authorities.clone() }
    }
}

/// Small requests must not wait for each other's acknowledgements.
pub(super) fn tcp() -> TcpSettings {
    TcpSettings::default().set_nodelay(true)
}
