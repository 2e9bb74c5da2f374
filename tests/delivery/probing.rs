//! Testing an account, without a tenant and without a database.

use std::time::{Duration, Instant};

use mail_catcher::{Fault, MailCatcher, Options, Stage, TlsMode};
use otpmint::delivery::AccountTester as _;
use otpmint::delivery::channels::smtp::SmtpSettings;
use otpmint::delivery::channels::smtp::check::Dns;
use otpmint::delivery::channels::smtp::check::Prober;
use otpmint::delivery::net::Trust;
use otpmint::domain::BoxFuture;
use otpmint::domain::challenges::recipient::Recipient;
use otpmint::domain::deliveries::delivery::DeliveryError;
use otpmint::domain::tenants::account_check::{Step, Taken, TestMail};
use otpmint::domain::tenants::smtp::Security::{Implicit, StartTls};

use crate::support::{Clear, JANE, NOON, account, catcher, catcher_with, plain_catcher, rule};

const LIMIT: Duration = Duration::from_secs(5);

/// Resolves nothing.
struct NoDns;

impl Dns for NoDns {
    fn takes_mail<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Option<bool>> {
        Box::pin(async { None })
    }

    fn texts<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Option<Vec<String>>> {
        Box::pin(async { None })
    }
}

fn prober(clear: Clear, trusted: &MailCatcher) -> Prober {
    let trust = Trust::with_authorities(trusted.ca_pem().as_bytes()).unwrap();
    Prober::new(SmtpSettings::default(), rule(clear), trust, Box::new(NoDns))
}

fn mail() -> TestMail {
    TestMail { id: "t1".to_owned(), to: Recipient::email(JANE).unwrap(), at: NOON }
}

fn went_well(taken: &[Taken]) -> Vec<Step> {
    assert!(taken.iter().all(|taken| taken.result.is_ok()), "{taken:?}");
    taken.iter().map(|taken| taken.step).collect()
}

#[tokio::test]
async fn the_steps_come_in_the_order_of_the_kind_of_session() {
    use Step::{Connect, Greeting, Login, Mail, Resolve, Tls};
    let starttls = catcher(Vec::new()).await;
    let at = account(2, starttls.address().port(), StartTls).smtp;
    let taken = prober(Clear::Nobody, &starttls).walk(&at, Some(&mail()), LIMIT).await;
    assert_eq!(went_well(&taken), [Resolve, Connect, Greeting, Tls, Login, Mail]);
    let implicit = catcher_with(Options { tls: TlsMode::Implicit, ..Options::default() }).await;
    let at = account(2, implicit.address().port(), Implicit).smtp;
    let taken = prober(Clear::Nobody, &implicit).walk(&at, None, LIMIT).await;
    assert_eq!(went_well(&taken), [Resolve, Connect, Tls, Greeting, Login]);
    assert_eq!((starttls.received(), implicit.received()), (1, 0));
}

#[tokio::test]
async fn where_the_operator_allows_clear_sessions_no_login_is_claimed() {
    use Step::{Connect, Greeting, Mail, Resolve};
    let plain = plain_catcher(Vec::new()).await;
    let at = account(2, plain.address().port(), StartTls).smtp;
    let taken = prober(Clear::Localhost, &plain).walk(&at, Some(&mail()), LIMIT).await;
    assert_eq!(went_well(&taken), [Resolve, Connect, Greeting, Mail]);
    assert_eq!(plain.received(), 1);
}

#[tokio::test]
async fn a_kind_of_session_that_does_not_fit_the_port_is_told() {
    let implicit = catcher_with(Options { tls: TlsMode::Implicit, ..Options::default() }).await;
    let at = account(2, implicit.address().port(), StartTls).smtp;
    let limit = Duration::from_millis(500);
    let taken = prober(Clear::Nobody, &implicit).walk(&at, None, limit).await;
    let trouble = taken.last().unwrap().result.as_ref().unwrap_err();
    assert_eq!((taken.last().unwrap().step, trouble.reason), (Step::Greeting, DeliveryError::TimedOut));
    assert!(trouble.advice.contains("set tls to implicit"), "{}", trouble.advice);
    let starttls = catcher(Vec::new()).await;
    let at = account(2, starttls.address().port(), Implicit).smtp;
    let taken = prober(Clear::Nobody, &starttls).walk(&at, None, LIMIT).await;
    let trouble = taken.last().unwrap().result.as_ref().unwrap_err();
    assert_eq!((taken.last().unwrap().step, trouble.reason), (Step::Tls, DeliveryError::TlsFailed));
    assert!(trouble.advice.contains("starttls on 587"), "{}", trouble.advice);
}

#[tokio::test]
async fn a_walk_ends_in_time_and_keeps_no_session() {
    let slow = catcher(vec![Fault::Stall(Stage::Auth).first(1)]).await;
    let at = account(2, slow.address().port(), StartTls).smtp;
    let prober = prober(Clear::Nobody, &slow);
    let begun = Instant::now();
    let taken = prober.walk(&at, None, Duration::from_millis(400)).await;
    assert_eq!(taken.last().unwrap().step, Step::Login);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    for _ in 0..2 {
        went_well(&prober.walk(&at, None, LIMIT).await);
    }
    assert_eq!(slow.connections(), 3, "each walk opens a session of its own");
    assert!(prober.hints(&at.from).await.is_empty());
}
