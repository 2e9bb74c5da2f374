//! The hosts of an address, one after the other. The driver would wait for ever for one that accepts connections and
//! then says nothing, as a machine does whose disk hangs, and never come to the next.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// How long a host has before the next one is tried too.
const HEAD_START: Duration = Duration::from_millis(500);

/// Runs `connect` for the hosts in their order, the next one as soon as one has failed or takes long. Returns the
/// first success, or the last failure.
pub(super) async fn first<T, E, F>(config: &Config, connect: impl Fn(Config) -> F) -> Option<Result<T, E>>
where
    T: Send + 'static,
    E: Send + 'static,
    F: Future<Output = Result<T, E>> + Send + 'static,
{
    let mut hosts = each(config).into_iter();
    let (mut attempts, mut failure) = (JoinSet::new(), None);
    loop {
        if let Some(host) = hosts.next() {
            attempts.spawn(connect(host));
        }
        let ended = match hosts.len() {
            0 => attempts.join_next().await,
            _ => match tokio::time::timeout(HEAD_START, attempts.join_next()).await {
                Ok(ended) => ended,
                Err(_) => continue,
            },
        };
        match ended {
            Some(Ok(Ok(connected))) => return Some(Ok(connected)),
            Some(Ok(Err(error))) => failure = Some(Err(error)),
            // A panic was logged where it happened.
            Some(Err(_)) => {}
            None if hosts.len() == 0 => return failure,
            None => {}
        }
    }
}

/// Returns the same configuration for each of its hosts.
pub(super) fn each(config: &Config) -> Vec<Config> {
    let (hosts, ports) = (config.get_hosts(), config.get_ports());
    let one = |(place, host): (usize, &Host)| {
        let mut one = Config::new();
        match host {
            Host::Tcp(name) => one.host(name),
            Host::Unix(folder) => one.host_path(folder),
        };
        if let Some(port) = ports.get(place).or(ports.first()) {
            one.port(*port);
        }
        copy(config, &mut one);
        one
    };
    hosts.iter().enumerate().map(one).collect()
}

/// Copies everything but the hosts.
fn copy(from: &Config, to: &mut Config) {
    if let Some(user) = from.get_user() {
        to.user(user);
    }
    if let Some(password) = from.get_password() {
        to.password(password);
    }
    if let Some(name) = from.get_dbname() {
        to.dbname(name);
    }
    if let Some(options) = from.get_options() {
        to.options(options);
    }
    if let Some(name) = from.get_application_name() {
        to.application_name(name);
    }
    if let Some(timeout) = from.get_connect_timeout() {
        to.connect_timeout(*timeout);
    }
    if let Some(timeout) = from.get_tcp_user_timeout() {
        to.tcp_user_timeout(*timeout);
    }
    if let Some(interval) = from.get_keepalives_interval() {
        to.keepalives_interval(interval);
    }
    if let Some(retries) = from.get_keepalives_retries() {
        to.keepalives_retries(retries);
    }
    to.keepalives(from.get_keepalives()).keepalives_idle(from.get_keepalives_idle());
    to.ssl_mode(from.get_ssl_mode()).ssl_negotiation(from.get_ssl_negotiation());
    to.channel_binding(from.get_channel_binding()).target_session_attrs(from.get_target_session_attrs());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_keeps_all_else() {
        let written = "host=one,two port=1,2 user=me password=secret dbname=x options=-csearch_path=s application_name=a \
                       sslmode=require channel_binding=require connect_timeout=3 tcp_user_timeout=4 keepalives=1 \
                       keepalives_idle=5 keepalives_interval=6 keepalives_retries=7 target_session_attrs=read-write";
        let expected = |host: &str, port: &str| {
            let one = written.replace("one,two", host).replace("1,2", port);
            one.parse::<Config>().unwrap()
        };
        assert_eq!(each(&written.parse().unwrap()), [expected("one", "1"), expected("two", "2")]);
        let sharing: Config = "host=one,two port=9 user=me".parse().unwrap();
        assert!(each(&sharing).iter().all(|one| one.get_ports() == [9]));
    }
}
