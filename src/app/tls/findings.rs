//! What is right and wrong with a certificate.

use std::time::Duration;

use crate::domain::time::Timestamp;

use super::certificate::Certificate;

/// So long before its end, or in the last quarter of a shorter life, somebody should look.
const SOON: Duration = Duration::from_secs(14 * 86_400);

/// Something that was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    /// It is as it should be.
    Fine(String),
    /// Somebody should look at it.
    Note(String),
    /// Clients are refused, or refuse.
    Problem(String),
}

/// Looks at a certificate at `now`, whose clients come to these hosts, each named by its setting.
pub(in crate::app) fn findings(
    certificate: &Certificate,
    hosts: &[(&str, &str)],
    now: Timestamp,
) -> Vec<Finding> {
    let Certificate { begins, ends, names, .. } = certificate;
    let mut found = vec![of_time(*begins, *ends, now)];
    for (setting, host) in hosts.iter().filter(|(_, host)| !names.iter().any(|name| covers(name, host))) {
        let names = names.join(", ");
        found
            .push(Finding::Problem(format!("the certificate is for {names}, and {setting} leads to {host}")));
    }
    found
}

fn of_time(begins: Timestamp, ends: Timestamp, now: Timestamp) -> Finding {
    let soon = SOON.min(ends.since(begins) / 4);
    match () {
        () if now < begins => Finding::Problem(format!("the certificate is not valid before {begins}")),
        () if now >= ends => Finding::Problem(format!("the certificate has expired on {ends}")),
        () if now + soon >= ends => Finding::Note(format!("the certificate expires on {ends}")),
        () => Finding::Fine(format!("certificate until {ends}")),
    }
}

/// Whether a name of a certificate is that of a host (RFC 6125 §6.4): a star stands for one label.
fn covers(name: &str, host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    let of_star = || {
        host.split_once('.')
            .is_some_and(|(_, rest)| name.strip_prefix("*.").is_some_and(|it| it.eq_ignore_ascii_case(rest)))
    };
    name.eq_ignore_ascii_case(host) || of_star()
}

#[cfg(test)]
mod tests {
    use super::super::certificate::tests::pem;
    use super::*;

    /// One for `otp.example` from the first to the ninetieth day.
    fn certificate() -> Certificate {
        let (chain, key) = pem("otp.example");
        let parsed = Certificate::parse(chain.as_bytes(), key.as_bytes()).unwrap();
        Certificate { begins: day(1), ends: day(91), ..parsed }
    }

    fn day(day: i64) -> Timestamp {
        Timestamp::from_millis(day * 86_400_000)
    }

    #[test]
    fn a_certificate_is_told_before_its_time_near_its_end_and_after_it() {
        let told = |now| findings(&certificate(), &[("server.public_url", "otp.example")], now);
        let problem = |now| matches!(&told(now)[..], [Finding::Problem(_)]);
        assert!(problem(day(0)) && problem(day(91)) && problem(day(92)));
        assert!(matches!(&told(day(1))[..], [Finding::Fine(_)]));
        assert!(matches!(&told(day(76))[..], [Finding::Fine(_)]));
        assert!(matches!(&told(day(77))[..], [Finding::Note(_)]));
        // Six days, as some authorities issue.
        let short = Certificate { ends: day(7), ..certificate() };
        assert!(matches!(&findings(&short, &[], day(2))[..], [Finding::Fine(_)]));
        assert!(matches!(&findings(&short, &[], day(6))[..], [Finding::Note(_)]));
    }

    #[test]
    fn a_certificate_for_other_names_is_told() {
        let told = findings(&certificate(), &[("server.public_url", "www.otp.example")], day(2));
        let expected =
            "the certificate is for otp.example, 192.0.2.7, and server.public_url leads to www.otp.example";
        assert_eq!(told[1], Finding::Problem(expected.to_owned()));
        for (name, host) in [
            ("otp.example", "OTP.example"),
            ("*.example", "otp.example"),
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8::7", "[2001:db8::7]"),
        ] {
            assert!(covers(name, host), "{name} {host}");
        }
        for (name, host) in
            [("*.example", "a.otp.example"), ("*.example", "example"), ("example", "otp.example")]
        {
            assert!(!covers(name, host), "{name} {host}");
        }
    }
}
