//! A stub resolver: it queries the system's name servers, which do the recursion (RFC 1034 §5.3.1).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use simple_dns::TYPE;
use simple_dns::rdata::RData;
use tokio::time::timeout;

use super::lookup::Dns;
use super::question::{DnsResponse, Question};
use super::servers::{exchange, system_servers};
use crate::domain::BoxFuture;
use crate::domain::random::Entropy;

/// How long one name server may take before the next one is queried.
const PATIENCE: Duration = Duration::from_secs(1);

/// The name servers that the system is configured with.
pub struct SystemDns {
    servers: Vec<SocketAddr>,
    entropy: Arc<dyn Entropy>,
}

impl SystemDns {
    /// Reads the system's current name servers. If there are none, every lookup returns `None`.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self::asking(system_servers(), entropy)
    }

    pub(super) fn asking(servers: Vec<SocketAddr>, entropy: Arc<dyn Entropy>) -> Self {
        Self { servers, entropy }
    }

    /// Returns the records of `name`, from the first server that gives a definite response.
    async fn records(&self, name: &str, kind: TYPE) -> Option<Vec<RData<'static>>> {
        let question = Question::new(u16::from_be_bytes(self.entropy.bytes()), name, kind)?;
        for &server in &self.servers {
            match timeout(PATIENCE, exchange(server, &question)).await {
                Ok(Ok(DnsResponse::Records(records))) => return Some(records),
                Ok(Ok(DnsResponse::Failed(code))) => tracing::debug!(%server, ?code, "a name server refused"),
                Ok(Ok(DnsResponse::Truncated)) => {
                    tracing::debug!(%server, "a name server sent half an answer")
                }
                Ok(Err(error)) => tracing::debug!(%server, %error, "a name server cannot be asked"),
                Err(_) => tracing::debug!(%server, "a name server did not answer in time"),
            }
        }
        None
    }

    async fn has(&self, name: &str, kind: TYPE) -> Option<bool> {
        self.records(name, kind).await.map(|records| !records.is_empty())
    }
}

impl Dns for SystemDns {
    fn takes_mail<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, Option<bool>> {
        Box::pin(async move {
            if self.has(domain, TYPE::MX).await? {
                return Some(true);
            }
            match tokio::join!(self.has(domain, TYPE::A), self.has(domain, TYPE::AAAA)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            }
        })
    }

    fn texts<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Option<Vec<String>>> {
        Box::pin(async move {
            let records = self.records(name, TYPE::TXT).await?;
            let text = |record| match record {
                RData::TXT(text) => String::try_from(text).ok(),
                _ => None,
            };
            Some(records.into_iter().filter_map(text).collect())
        })
    }
}
