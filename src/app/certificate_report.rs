//! What is right and wrong with the server's own TLS, without a server.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::config::Settings;
use crate::domain::time::Timestamp;
use crate::domain::web_origin::WebOrigin;
use crate::service::{AcmeRecords, Refusal};

use super::tls::{Certificate, CertificateFiles, Clients, Finding, findings};

/// For one name, from its address to a connection.
const PATIENCE: Duration = Duration::from_secs(3);

/// The ports where an authority looks for proofs (RFC 8555 §8.3, RFC 8737 §3).
const PORTS: [u16; 2] = [443, 80];

/// Looks at the files that the settings name.
pub fn report_certificate_files(settings: &Settings, now: Timestamp) -> Vec<Finding> {
    let (tls, operator) = (&settings.tls, &settings.operator);
    let mut found = Vec::new();
    if tls.is_on() && !tls.is_automatic() {
        let files = CertificateFiles { chain: tls.cert_file.clone(), key: tls.key_file.clone() };
        match files.read() {
            Ok(certificate) => found.extend(judged(settings, &certificate, now)),
            Err(error) => found.push(Finding::Problem(error.to_string())),
        }
    }
    if operator.asks_for_certificates() {
        found.push(match Clients::of(&operator.client_ca_file) {
            Ok(_) => Finding::Fine("authorities of operators' clients".to_owned()),
            Err(error) => Finding::Problem(error.to_string()),
        });
    }
    found
}

/// Looks at what the authority has issued, and whether it can.
pub async fn report_issued_certificate(
    settings: &Settings,
    records: &AcmeRecords,
    now: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    let mut found = Vec::new();
    match records.certificate().await? {
        None => found.push(Finding::Note(
            "the authority has issued no certificate yet: a running server orders it; its log says why not"
                .to_owned(),
        )),
        Some(issued) => match Certificate::parse(issued.chain.as_bytes(), issued.key.as_bytes()) {
            Ok(certificate) => found.extend(judged(settings, &certificate, now)),
            Err(error) => found.push(Finding::Problem(format!("what the authority has issued: {error}"))),
        },
    }
    if !matches!(records.account().await?, Some(account) if account.directory == settings.tls.acme_directory)
    {
        let directory = &settings.tls.acme_directory;
        found.push(Finding::Note(format!(
            "there is no account with {directory} yet: the next order makes one"
        )));
    }
    found.extend(ports(settings).map(Finding::Note));
    found.extend(unreached(&settings.tls.acme_domains).await.into_iter().map(Finding::Note));
    Ok(found)
}

fn judged(settings: &Settings, certificate: &Certificate, now: Timestamp) -> Vec<Finding> {
    let urls = [
        ("server.public_url", &settings.server.public_url),
        ("operator.public_url", &settings.operator.public_url),
    ];
    let origins = urls.map(|(setting, url)| (setting, WebOrigin::parse(url).ok()));
    let hosts = origins.iter().filter_map(|(setting, origin)| Some((*setting, origin.as_ref()?.host())));
    findings(certificate, &hosts.collect::<Vec<_>>(), now)
}

/// What to see to if the server listens where no authority looks.
fn ports(settings: &Settings) -> Option<String> {
    let port = |address: &str| address.parse::<SocketAddr>().map(|address| address.port()).ok();
    let (tls, plain) = (port(&settings.server.listen), port(&settings.tls.http_listen));
    let is_asked = tls == Some(443) || plain == Some(80);
    (!is_asked).then(|| {
        "the authority asks at port 443 or 80, and the server listens on neither: something has to pass port 443 on to \
         server.listen, or 80 to tls.http_listen"
            .to_owned()
    })
}

/// The names that lead nowhere, as seen from this machine.
async fn unreached(names: &[String]) -> Vec<String> {
    let mut asked: JoinSet<_> = names.iter().cloned().map(reach).collect();
    let mut problems = Vec::new();
    while let Some(answer) = asked.join_next().await {
        problems.extend(answer.ok().flatten());
    }
    problems.sort_unstable();
    problems
}

/// What is wrong with a name; `None` if somebody listens at one of the ports.
async fn reach(name: String) -> Option<String> {
    let found = timeout(PATIENCE, lookup_host((name.as_str(), PORTS[0]))).await;
    let Some(addresses) = found.ok().and_then(Result::ok) else {
        return Some(format!("{name} has no address, so the authority does not find this server"));
    };
    let mut tried = JoinSet::new();
    for mut address in addresses {
        for port in PORTS {
            address.set_port(port);
            tried.spawn(timeout(PATIENCE, TcpStream::connect(address)));
        }
    }
    while let Some(answer) = tried.join_next().await {
        if matches!(answer, Ok(Ok(Ok(_)))) {
            return None;
        }
    }
    Some(format!(
        "nobody answers at port 443 or 80 of {name}, as seen from this machine: if the server runs, look at firewalls and \
         forwarded ports"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_without_an_address_is_told() {
        let told = unreached(&["otp.invalid".to_owned()]).await;
        assert_eq!(told, ["otp.invalid has no address, so the authority does not find this server"]);
    }

    #[test]
    fn a_server_that_listens_where_no_authority_looks_is_told() {
        let told = |tls: &str, plain: &str| {
            let mut settings = crate::config::load(None, std::iter::empty()).unwrap();
            settings.server.listen = tls.to_owned();
            settings.tls.http_listen = plain.to_owned();
            ports(&settings).is_some()
        };
        assert!(told("0.0.0.0:8443", "") && told("0.0.0.0:8443", "0.0.0.0:8080"));
        assert!(!told("0.0.0.0:443", "") && !told("0.0.0.0:8443", "[::]:80"));
    }
}
