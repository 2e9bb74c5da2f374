//! What DNS says about a domain.

use std::time::Duration;

use hickory_resolver::config::ResolveHosts;
use hickory_resolver::net::NetError;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::{Resolver, TokioResolver};

use crate::domain::BoxFuture;

/// How long one question may take; those about a domain are asked at the same time.
const PATIENCE: Duration = Duration::from_secs(2);

/// Questions to DNS. `None` is no answer, which says nothing; an empty answer says that there is nothing.
pub trait Dns: Send + Sync {
    /// Whether mail to `domain` has somewhere to go: an MX record, or an address (RFC 5321 §5.1).
    fn takes_mail<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, Option<bool>>;

    /// The texts (TXT) of `name`.
    fn texts<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Option<Vec<String>>>;
}

/// The resolver that the system is set up with.
pub struct SystemDns(Option<TokioResolver>);

impl SystemDns {
    /// As the system has it at present. Where it has none that can be read, nothing is answered.
    pub fn new() -> Self {
        let resolver = Resolver::builder_tokio().and_then(|mut builder| {
            let options = builder.options_mut();
            options.timeout = PATIENCE;
            options.attempts = 1;
            options.cache_size = 0;
            options.use_hosts_file = ResolveHosts::Never;
            builder.build()
        });
        Self(resolver.inspect_err(|error| tracing::debug!(%error, "no DNS resolver")).ok())
    }
}

impl Default for SystemDns {
    fn default() -> Self {
        Self::new()
    }
}

impl Dns for SystemDns {
    fn takes_mail<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, Option<bool>> {
        Box::pin(async move {
            let resolver = self.0.as_ref()?;
            let exchangers = resolver.mx_lookup(rooted(domain)).await;
            match found(exchangers.map(|answer| !answer.answers().is_empty()))? {
                true => Some(true),
                false => {
                    let addresses = resolver.lookup_ip(rooted(domain)).await;
                    found(addresses.map(|answer| answer.iter().next().is_some()))
                }
            }
        })
    }

    fn texts<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Option<Vec<String>>> {
        Box::pin(async move {
            let answer = self.0.as_ref()?.txt_lookup(rooted(name)).await;
            found(answer.map(|answer| {
                let records = answer.answers().iter().filter_map(|record| match &record.data {
                    RData::TXT(text) => Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
                    _ => None,
                });
                records.collect()
            }))
        })
    }
}

/// A name that no search list of the system is applied to.
fn rooted(name: &str) -> String {
    format!("{name}.")
}

/// What was answered: that there is nothing is an answer, and every other error is none.
fn found<T: Default>(answer: Result<T, NetError>) -> Option<T> {
    match answer {
        Ok(answer) => Some(answer),
        Err(error) if error.is_no_records_found() => Some(T::default()),
        Err(_) => None,
    }
}
