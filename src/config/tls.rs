//! The checks of `[tls]`.

use crate::domain::host::parse_host;

use super::check::{SettingProblem, address};
use super::sections::{Settings, Tls};

/// The most names of a certificate, as Let's Encrypt has it.
const MAX_NAMES: usize = 100;

/// The first problem, if there is one.
pub(super) fn check(settings: &Settings) -> Result<(), SettingProblem> {
    let tls = &settings.tls;
    let [has_chain, has_key] = [&tls.cert_file, &tls.key_file].map(|path| !path.as_os_str().is_empty());
    match (has_chain, has_key) {
        (true, false) => return Err(("tls.key_file", "is needed for tls.cert_file".to_owned())),
        (false, true) => return Err(("tls.cert_file", "is needed for tls.key_file".to_owned())),
        (true, true) if tls.is_automatic() => {
            return Err(("tls.acme_domains", "set either these or tls.cert_file, not both".to_owned()));
        }
        _ => {}
    }
    if !tls.http_listen.is_empty() {
        address("tls.http_listen", &tls.http_listen)?;
        if !tls.is_on() {
            let problem = "is for redirects to TLS, which is off: set tls.acme_domains or tls.cert_file";
            return Err(("tls.http_listen", problem.to_owned()));
        }
        if settings.server.public_url.is_empty() && !tls.is_automatic() {
            return Err(("tls.http_listen", "redirects to server.public_url, which is empty".to_owned()));
        }
    }
    if !tls.acme_directory.starts_with("https://") {
        return Err(("tls.acme_directory", "must be the https:// address of an ACME directory".to_owned()));
    }
    if tls.is_automatic() { automatic(tls) } else { Ok(()) }
}

fn automatic(tls: &Tls) -> Result<(), SettingProblem> {
    for name in &tls.acme_domains {
        let is_name = name.contains('.') && parse_host(name).as_deref() == Some(name.as_str());
        if !is_name || name.parse::<std::net::IpAddr>().is_ok() {
            let problem = format!("{name:?} is not a host name in small letters such as otp.example.com");
            return Err(("tls.acme_domains", problem));
        }
    }
    if tls.acme_domains.len() > MAX_NAMES {
        return Err(("tls.acme_domains", format!("one certificate has at most {MAX_NAMES} names")));
    }
    if !tls.acme_email.is_empty() && !tls.acme_email.contains('@') {
        return Err(("tls.acme_email", format!("{:?} is not a mail address", tls.acme_email)));
    }
    match tls.acme_accept_terms {
        true => Ok(()),
        false => Err(("tls.acme_accept_terms", "without it the authority issues nothing".to_owned())),
    }
}
