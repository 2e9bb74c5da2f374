//! Deliverability hints: what DNS says about the domain that mail comes from.

use std::time::Duration;

use tokio::time::timeout;

use super::dns::Dns;
use crate::domain::mail_address::MailAddress;
use crate::domain::tenants::route_check::{Hint, Topic};

/// The time limit for all queries together.
const LIMIT: Duration = Duration::from_secs(2);

/// Reserved top-level names (RFC 2606, RFC 6761), for which a query is pointless.
const RESERVED: [&str; 4] = ["example", "test", "invalid", "localhost"];

const MX_FOUND: &str = "the domain of `from` takes mail, so bounces and answers arrive";
const MX_MISSING: &str = "the domain of `from` has neither an MX record nor an address: many receivers \
                          refuse its mail; add an MX record, or send from a domain that has one";
const SPF_FOUND: &str = "there is an SPF record; see that it covers this mail server, as its provider says";
const SPF_MISSING: &str = "the domain of `from` has no SPF record: add a TXT record such as \
                           \"v=spf1 include:… -all\", with what the mail server's provider tells you";
const SPF_SEVERAL: &str = "the domain of `from` has several SPF records, which counts as none: make them one";
const SPF_NOBODY: &str =
    "the SPF record of the domain of `from` lets nobody send: add this mail server to it";
const DKIM: &str = "DNS does not tell which DKIM keys there are: see that the mail server signs for the \
                    domain of `from`, with the record that its provider gives you";
const DMARC_FOUND: &str =
    "there is a DMARC record: mail passes it when SPF or DKIM does for this very domain";
const DMARC_MISSING: &str = "the domain of `from` has no DMARC record: add a TXT record at _dmarc, \
                             \"v=DMARC1; p=none\" to begin with; large receivers ask for one";

/// Returns hints about the domain of `from`. If DNS does not respond in time, there are none.
pub(in crate::delivery::channels::smtp) async fn hints(dns: &dyn Dns, from: &MailAddress) -> Vec<Hint> {
    hints_within(LIMIT, dns, from).await
}

async fn hints_within(limit: Duration, dns: &dyn Dns, from: &MailAddress) -> Vec<Hint> {
    let Some(domain) = public_domain(from) else { return Vec::new() };
    let dmarc = format!("_dmarc.{domain}");
    let ask = async { tokio::join!(dns.takes_mail(&domain), dns.texts(&domain), dns.texts(&dmarc)) };
    let Ok((mail, texts, policy)) = timeout(limit, ask).await else { return Vec::new() };
    let mail = mail.map(|mail| if mail { (true, MX_FOUND) } else { (false, MX_MISSING) });
    let answers = [
        (Topic::Mx, mail),
        (Topic::Spf, texts.map(|texts| spf(&texts))),
        (Topic::Dmarc, policy.map(|texts| self::dmarc(&texts))),
    ];
    let mut hints: Vec<_> = answers
        .into_iter()
        .filter_map(|(topic, finding)| finding.map(|(ok, text)| Hint { topic, ok: Some(ok), text }))
        .collect();
    if !hints.is_empty() {
        hints.push(Hint { topic: Topic::Dkim, ok: None, text: DKIM });
    }
    hints
}

/// Returns the domain of an address as written in DNS; `None` if it is not a public domain.
fn public_domain(from: &MailAddress) -> Option<String> {
    let (_, domain) = from.as_str().rsplit_once('@')?;
    let domain = idna::domain_to_ascii(domain).ok()?;
    let last = domain.rsplit('.').next()?;
    (domain.contains('.') && !domain.contains('[') && !RESERVED.contains(&last)).then_some(domain)
}

fn spf(texts: &[String]) -> (bool, &'static str) {
    let records: Vec<_> = texts.iter().filter(|text| is_version(text, "v=spf1")).collect();
    match records.as_slice() {
        [] => (false, SPF_MISSING),
        [one] if lets_somebody_send(one) => (true, SPF_FOUND),
        [_] => (false, SPF_NOBODY),
        _ => (false, SPF_SEVERAL),
    }
}

/// Returns whether an SPF record permits any sender (RFC 7208 §4.6.1).
fn lets_somebody_send(record: &str) -> bool {
    let terms = record.split_ascii_whitespace().skip(1).map(str::to_ascii_lowercase);
    terms.into_iter().any(|term| match term.strip_prefix('+').unwrap_or(&term) {
        "all" => true,
        other if other.starts_with(['-', '~', '?']) || other.starts_with("exp=") => false,
        _ => true,
    })
}

fn dmarc(texts: &[String]) -> (bool, &'static str) {
    match texts.iter().any(|text| is_version(text, "v=DMARC1")) {
        true => (true, DMARC_FOUND),
        false => (false, DMARC_MISSING),
    }
}

/// Returns whether a record begins with exactly this version.
fn is_version(text: &str, version: &str) -> bool {
    let Some((start, rest)) = text.trim_start().split_at_checked(version.len()) else { return false };
    start.eq_ignore_ascii_case(version) && !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::BoxFuture;

    /// Returns these results; `None` stands for no response.
    struct Fake {
        mail: Option<bool>,
        texts: Option<&'static [&'static str]>,
    }

    impl Dns for Fake {
        fn takes_mail<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, Option<bool>> {
            assert_eq!(domain, "acme.com");
            Box::pin(async { self.mail })
        }

        fn texts<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Option<Vec<String>>> {
            assert!(["acme.com", "_dmarc.acme.com"].contains(&name), "{name}");
            Box::pin(async { self.texts.map(|texts| texts.iter().map(ToString::to_string).collect()) })
        }
    }

    /// Never responds.
    struct Silent;

    impl Dns for Silent {
        fn takes_mail<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Option<bool>> {
            Box::pin(std::future::pending())
        }

        fn texts<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Option<Vec<String>>> {
            Box::pin(std::future::pending())
        }
    }

    async fn ask(dns: &dyn Dns) -> Vec<Hint> {
        hints(dns, &MailAddress::parse("app@acme.com").unwrap()).await
    }

    #[tokio::test]
    async fn each_record_is_told_of() {
        let texts: &[&str] =
            &["google-site-verification=x", "v=spf1 include:_spf.mail.com -all", "V=dmarc1; p=none"];
        let found = ask(&Fake { mail: Some(true), texts: Some(texts) }).await;
        let said: Vec<_> = found.iter().map(|hint| (hint.topic, hint.ok)).collect();
        use Topic::{Dkim, Dmarc, Mx, Spf};
        assert_eq!(said, [(Mx, Some(true)), (Spf, Some(true)), (Dmarc, Some(true)), (Dkim, None)]);
        let found = ask(&Fake { mail: Some(false), texts: Some(&["v=spf10 all", "v=DMARC12"]) }).await;
        assert!(found.iter().all(|hint| hint.ok != Some(true)), "{found:?}");
        assert_eq!(found.iter().find(|hint| hint.topic == Spf).unwrap().text, SPF_MISSING);
    }

    #[tokio::test]
    async fn what_dns_does_not_answer_is_no_hint_and_no_error() {
        assert!(ask(&Fake { mail: None, texts: None }).await.is_empty());
        let from = MailAddress::parse("app@acme.com").unwrap();
        assert!(hints_within(Duration::from_millis(20), &Silent, &from).await.is_empty());
        let some = ask(&Fake { mail: Some(true), texts: None }).await;
        assert_eq!(some.iter().map(|hint| hint.topic).collect::<Vec<_>>(), [Topic::Mx, Topic::Dkim]);
    }

    #[tokio::test]
    async fn nobody_is_asked_about_names_that_are_not_the_worlds() {
        for address in ["app@sender.example", "app@intranet", "app@mail.invalid", "app@db.localhost"] {
            let Ok(from) = MailAddress::parse(address) else { continue };
            assert!(hints(&Silent, &from).await.is_empty(), "{address}");
        }
    }

    #[test]
    fn an_spf_record_that_lets_nobody_send_is_found() {
        let record = |text: &str| spf(&[text.to_owned()]);
        for nobody in ["v=spf1 -all", "v=spf1", "v=spf1 ~all", "v=spf1 -mx ?all"] {
            assert_eq!(record(nobody), (false, SPF_NOBODY), "{nobody}");
        }
        for somebody in
            ["v=spf1 mx -all", "v=spf1 ip4:192.0.2.1 ~all", "v=spf1 redirect=_spf.a.com", "v=spf1 +all"]
        {
            assert_eq!(record(somebody), (true, SPF_FOUND), "{somebody}");
        }
        assert_eq!(spf(&["v=spf1 mx".to_owned(), "v=spf1 a".to_owned()]), (false, SPF_SEVERAL));
    }
}
