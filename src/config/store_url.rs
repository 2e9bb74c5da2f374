//! The address of a PostgreSQL database. No error repeats a part of it, since any part of one that is written
//! wrongly may be a part of its password.

use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use crate::domain::host::is_loopback;

use super::store_names::StoreNames;

/// Where a database is.
#[derive(Clone, Debug)]
pub struct PostgresAddress {
    /// Hosts, user, database and password, and how soon a dead host is noticed.
    pub config: Config,
    /// How connections are encrypted.
    pub encryption: Encryption,
}

/// How connections to a database are encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encryption {
    /// With TLS. The server's certificate is checked, and that it is for this host.
    Checked,
    /// Not at all: within this machine, or because the operator says so.
    None,
}

/// What an address looks like.
const EXAMPLE: &str = "such as postgres://otpmint@db1.internal,db2.internal/otpmint";

/// How long to wait for one host, and how soon a dead one is noticed. Otherwise it takes the system a quarter
/// of an hour to give up.
const CONNECTING: Duration = Duration::from_secs(1);
const SILENCE: Duration = Duration::from_secs(2);
const PROBES: u32 = 3;
const UNACKNOWLEDGED: Duration = Duration::from_secs(5);

/// Parses an address.
pub(super) fn parse(url: &str, names: &StoreNames) -> Result<PostgresAddress, String> {
    let mut schemes = ["postgres://", "postgresql://"].into_iter();
    let rest = schemes.find_map(|scheme| url.strip_prefix(scheme)).ok_or_else(|| {
        format!("must begin with postgres://, {EXAMPLE}, or be empty for SQLite in data_dir")
    })?;
    let malformed = || format!("must be an address {EXAMPLE}; {}", escapes(names));
    let (plain, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    if !is_whole(plain) || parameters.contains(['@', '#']) {
        return Err(malformed());
    }
    let parameters = Parameters::parse(parameters, names)?;
    let parsed = format!("postgres://{plain}?{}", parameters.of_the_driver).parse();
    let mut config: Config = parsed.map_err(|_| malformed())?;
    if config.get_hosts().is_empty() {
        return Err(malformed());
    }
    let over_socket = config.get_hosts().iter().any(|host| matches!(host, Host::Unix(_)));
    let encryption = match parameters.encryption {
        Some(Encryption::Checked) if over_socket => {
            return Err("sslmode asks for TLS, which a Unix socket does not have: leave it out".to_owned());
        }
        Some(encryption) => encryption,
        None => by_default(config.get_hosts()),
    };
    complete(&mut config, encryption);
    Ok(PostgresAddress { config, encryption })
}

/// Whether it names a user, hosts and a database, with nothing that an unescaped password would leave.
fn is_whole(plain: &str) -> bool {
    let whole = || {
        let (authority, database) = plain.split_once('/')?;
        let (user, hosts) = authority.split_once('@')?;
        let is_clean = |text: &str| !text.contains(['@', '/', '#']) && !text.contains(char::is_whitespace);
        Some(
            !user.is_empty()
                && !user.starts_with(':')
                && is_clean(hosts)
                && is_clean(database)
                && !database.is_empty(),
        )
    };
    whole().unwrap_or(false)
}

/// Within this machine nobody listens; anywhere else somebody may.
fn by_default(hosts: &[Host]) -> Encryption {
    let is_here = |host: &Host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => is_loopback(name),
    };
    if hosts.iter().all(is_here) { Encryption::None } else { Encryption::Checked }
}

/// Adds what no address decides.
fn complete(config: &mut Config, encryption: Encryption) {
    config.ssl_mode(match encryption {
        Encryption::Checked => SslMode::Require,
        Encryption::None => SslMode::Disable,
    });
    if config.get_application_name().is_none() {
        config.application_name("otpmint");
    }
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    config.connect_timeout(CONNECTING).tcp_user_timeout(UNACKNOWLEDGED);
    config.keepalives_idle(SILENCE).keepalives_interval(SILENCE).keepalives_retries(PROBES);
}

/// What follows the `?`.
#[derive(Default)]
struct Parameters {
    encryption: Option<Encryption>,
    of_the_driver: String,
}

impl Parameters {
    fn parse(query: &str, names: &StoreNames) -> Result<Self, String> {
        let mut parameters = Self::default();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match name {
                "sslmode" => parameters.encryption = Some(encryption(value)?),
                "target_session_attrs" if value == "read-write" => {}
                "host" | "port" | "options" | "application_name" | "channel_binding" => {
                    parameters.of_the_driver += &format!("{parameter}&");
                }
                _ => return Err(refusal(name, names)),
            }
        }
        Ok(parameters)
    }
}

fn encryption(mode: &str) -> Result<Encryption, String> {
    match mode {
        // Whoever asks for less gets all of it: an encrypted line to an unknown server is no secret.
        "verify-full" | "verify-ca" | "require" => Ok(Encryption::Checked),
        "disable" => Ok(Encryption::None),
        "prefer" | "allow" => {
            Err("sslmode prefer and allow send everything in clear text to whoever claims to \
                                   have no TLS: write verify-full or disable"
                .to_owned())
        }
        _ => Err("sslmode must be verify-full or disable".to_owned()),
    }
}

fn refusal(name: &str, names: &StoreNames) -> String {
    match name {
        "target_session_attrs" => {
            "target_session_attrs must be read-write or left out: everything is read from the primary"
                .to_owned()
        }
        "user" | "password" | "dbname" => {
            format!("user, password and database must be before the `?`, {EXAMPLE}")
        }
        "sslrootcert" => format!("sslrootcert is not known here: set {}", names.ca_file),
        "sslcert" | "sslkey" => "client certificates are not supported: use a password".to_owned(),
        "connect_timeout" | "keepalives" | "keepalives_idle" | "keepalives_interval" | "tcp_user_timeout" => {
            format!("{name} is set by the program: leave it out")
        }
        _ => format!(
            "a parameter after the `?` is not known; sslmode, options, application_name, channel_binding, host, \
             port and target_session_attrs are. {}",
            escapes(names)
        ),
    }
}

/// How a password is written.
fn escapes(names: &StoreNames) -> String {
    format!(
        "in a password write % as %25, @ as %40, / as %2F and ? as %3F, or set {} instead",
        names.password
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<PostgresAddress, String> {
        super::parse(url, &StoreNames::SETTINGS)
    }

    fn encryption_of(url: &str) -> Encryption {
        parse(url).unwrap_or_else(|problem| panic!("{url}: {problem}")).encryption
    }

    #[test]
    fn every_host_but_this_machine_is_checked_unless_the_operator_says_otherwise() {
        for url in ["postgres://me@db/x", "postgresql://me@127.0.0.1,db:99/x", "postgres://me@192.0.2.1/x"] {
            assert_eq!(encryption_of(url), Encryption::Checked, "{url}");
        }
        for url in [
            "postgres://me@localhost/x",
            "postgres://me@127.0.0.1:5433,[::1]/x",
            "postgres://me@%2Frun%2Fpostgresql/x",
            "postgres://me@/x?host=/run/postgresql",
            "postgres://me@db/x?sslmode=disable",
        ] {
            assert_eq!(encryption_of(url), Encryption::None, "{url}");
        }
        for mode in ["verify-full", "verify-ca", "require"] {
            assert_eq!(
                encryption_of(&format!("postgres://me@localhost/x?sslmode={mode}")),
                Encryption::Checked
            );
        }
        let refused =
            ["prefer", "allow", "", "off"].map(|mode| parse(&format!("postgres://me@db/x?sslmode={mode}")));
        assert!(refused.iter().all(Result::is_err), "{refused:?}");
        assert!(parse("postgres://me@%2Frun/x?sslmode=verify-full").is_err());
    }

    #[test]
    fn an_address_has_a_user_hosts_and_a_database() {
        let address = parse("postgres://me:p%40ss@a,b:99/otp?options=-csearch_path%3Dmine").unwrap();
        let config = &address.config;
        assert_eq!((config.get_user(), config.get_dbname()), (Some("me"), Some("otp")));
        assert_eq!(config.get_password(), Some(&b"p@ss"[..]));
        assert_eq!(config.get_hosts(), [Host::Tcp("a".to_owned()), Host::Tcp("b".to_owned())]);
        assert_eq!(config.get_ports(), [5432, 99]);
        assert_eq!(config.get_options(), Some("-csearch_path=mine"));
        assert_eq!(config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!(config.get_ssl_mode(), SslMode::Require);
        assert_eq!(config.get_connect_timeout(), Some(&CONNECTING));
        for url in [
            "mysql://me@a/x",
            "postgres:me@a/x",
            "postgres://a/x",
            "postgres://@a/x",
            "postgres://me@/x",
            "postgres://me@a",
            "postgres://me@a/",
            "postgres://me@a:port/x",
            "postgres://me@a/x/y",
            "postgres://me@a/x?user=you",
            "postgres://me@a/x?target_session_attrs=any",
            "postgres://me@a/x?connect_timeout=9",
            "postgres://me@a/x?sslrootcert=/ca.pem",
            "postgres://me@a/x?channel_binding=perhaps",
        ] {
            assert!(parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn no_error_shows_a_part_of_a_password() {
        for password in
            ["s3cr@t", "s3cr/t", "s3cr?t", "s3cr#t", "s3cr?t=u", "s3 cr@t", "s3cr&t=", "s3cr%ZZ@t"]
        {
            for url in
                [format!("postgres://me:{password}@db/x"), format!("postgres://me@db/x?password={password}")]
            {
                match parse(&url) {
                    Err(told) => assert!(
                        !told.contains("s3") && told.contains("postgres://otpmint@") || told.contains("%2F"),
                        "{told}"
                    ),
                    Ok(address) => assert!(!format!("{address:?}").contains("s3"), "{url}"),
                }
            }
        }
        let told = parse("mysql://me:s3cret@db/x").unwrap_err();
        assert!(!told.contains("s3cret") && told.contains("SQLite"), "{told}");
    }
}
