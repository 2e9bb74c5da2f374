//! `otpmint dev --demo`: three tenants and their last thirty days, to look at.
//!
//! Everything in it has happened: codes are minted, mailed to the catcher and answered, while the server's clock runs
//! from a month ago to now.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mail_catcher::MailCatcher;

use crate::app::SystemClocks;
use crate::cli::failure::Failure;
use crate::cli::shell_user::shell_user;
use crate::domain::address::Address;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::steady_clock::TimeSource;
use crate::domain::tenants::smtp::SmtpProfile;
use crate::domain::time::Timestamp;
use crate::service::{
    AuthenticatedTenant, Caller, MintRequest, Refusal, Registration, Services, VerifyRequest, Wait,
};

use super::known::{HERE, SMTP_MAIL, SMTP_PASSWORD};

const DAY: Duration = Duration::from_secs(86_400);
const DAYS: u32 = 30;
/// How long a mint waits for its mail.
const PATIENCE: Duration = Duration::from_secs(5);

/// The right code, and a wrong one.
const CODES: (&str, &str) = ("424242", "000000");

/// The machine's clocks, as far behind as the demo still has to go.
pub(super) struct DemoClocks {
    clocks: SystemClocks,
    /// In milliseconds.
    behind: AtomicU64,
}

impl DemoClocks {
    /// Clocks that stand a month ago.
    pub(super) fn a_month_ago() -> Self {
        let behind = u64::from(DAYS) * 86_400_000;
        Self { clocks: SystemClocks, behind: AtomicU64::new(behind) }
    }

    /// Lets time pass, at most until now.
    fn pass(&self, span: Duration) {
        let span = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let behind = self.behind.load(Ordering::Relaxed);
        self.behind.store(behind.saturating_sub(span), Ordering::Relaxed);
    }
}

impl TimeSource for DemoClocks {
    fn wall(&self) -> Timestamp {
        self.clocks.wall() - Duration::from_millis(self.behind.load(Ordering::Relaxed))
    }

    fn elapsed(&self) -> Duration {
        let passed = u64::from(DAYS) * 86_400_000 - self.behind.load(Ordering::Relaxed);
        self.clocks.elapsed() + Duration::from_millis(passed)
    }
}

/// A tenant of the demo.
struct Cast {
    name: &'static str,
    key: &'static str,
    purpose: Purpose,
    /// Codes on the first day; one more on each third day.
    codes: u32,
    /// The day on which it comes.
    from: u32,
    password: &'static str,
}

const CAST: [Cast; 3] = [
    Cast {
        name: "Acme Shop",
        key: "dev-only-acme-4Xq8Tz2-not-a-secret",
        purpose: Purpose::LOGIN,
        codes: 6,
        from: 0,
        password: SMTP_PASSWORD,
    },
    Cast {
        name: "Blue Bank",
        key: "dev-only-blue-9Rw3Kd6-not-a-secret",
        purpose: Purpose::TRANSACTION,
        codes: 3,
        from: 0,
        password: SMTP_PASSWORD,
    },
    // Its mail server refuses the login: the route that fails.
    Cast {
        name: "Fern Travel",
        key: "dev-only-fern-7Hm5Vn1-not-a-secret",
        purpose: Purpose::VERIFICATION,
        codes: 2,
        from: DAYS - 2,
        password: "dev-only-former-password",
    },
];

const PEOPLE: [&str; 8] = ["jane", "amir", "chloe", "diego", "emma", "farid", "grace", "hiro"];
/// The wrong answers in a row after which a recipient is locked out.
pub(super) const LOCKED_AFTER: u32 = 15;
/// Somebody who has guessed too often.
const LOCKED_OUT: &str = "lena@example.com";

/// Plays the thirty days.
pub(super) async fn play(
    services: &Services,
    clocks: &DemoClocks,
    catcher: &MailCatcher,
) -> Result<(), Failure> {
    let mut people = 0;
    for day in 0..DAYS {
        let present: Vec<_> = CAST.iter().filter(|cast| cast.from <= day).collect();
        let codes = |cast: &Cast| cast.codes + (day - cast.from) / 3;
        let all: u32 = present.iter().map(|cast| codes(cast)).sum();
        for cast in present {
            if cast.from == day {
                register(services, cast, catcher).await?;
            }
            let tenant = services.authenticator.authenticate(cast.key, Some(HERE)).await?;
            for _ in 0..codes(cast) {
                let person = format!("{}{people}@example.com", PEOPLE[people % PEOPLE.len()]);
                let spent = code(services, &tenant, (&person, cast), (people, clocks)).await;
                clocks.pass((DAY / (all + 1)).saturating_sub(spent));
                people += 1;
            }
        }
        if day + 1 == DAYS {
            let acme = services.authenticator.authenticate(CAST[0].key, Some(HERE)).await?;
            lock_out(services, &acme, clocks).await;
        }
        clocks.pass(DAY / (all + 1));
    }
    clocks.pass(DAY);
    Ok(())
}

async fn register(services: &Services, cast: &Cast, catcher: &MailCatcher) -> Result<(), Failure> {
    let port = i64::from(catcher.address().port());
    let smtp = SmtpProfile::from_compat("localhost", port, SMTP_MAIL, cast.password);
    let registration = Registration {
        name: cast.name.to_owned(),
        smtp: smtp.map_err(|reason| Failure::new(reason.to_string()))?,
        route_name: "mail".to_owned(),
        secret_key: Some(cast.key.into()),
        caller: Caller::Shell(shell_user()),
        client_ip: None,
    };
    services.tenants.register(registration).await?;
    Ok(())
}

/// A code that somebody asks for, and what becomes of it. Returns how long that took.
async fn code(
    services: &Services,
    tenant: &AuthenticatedTenant,
    (person, cast): (&str, &Cast),
    (number, clocks): (usize, &DemoClocks),
) -> Duration {
    // A mail that is refused is what some of it shows.
    let Ok(minted) = services.challenges.mint(tenant, request(person, cast.purpose.clone())).await else {
        return Duration::ZERO;
    };
    let answers: &[&str] = match number % 11 {
        0 => &[],
        4 => &[CODES.1, CODES.0],
        7 => &[CODES.1, CODES.1],
        _ => &[CODES.0],
    };
    let mut spent = Duration::ZERO;
    for answer in answers {
        let thought = Duration::from_secs([7, 9, 12, 16, 22, 34, 61][number % 7]);
        clocks.pass(thought);
        spent += thought;
        let request = VerifyRequest::plain(minted.key.as_str(), answer, Some(tenant), None);
        // A wrong answer is refused, as it should be.
        drop(services.verification.verify(request).await);
    }
    spent
}

/// Somebody guesses until nothing is evaluated any more.
async fn lock_out(services: &Services, tenant: &AuthenticatedTenant, clocks: &DemoClocks) {
    while let Ok(minted) = services.challenges.mint(tenant, request(LOCKED_OUT, Purpose::LOGIN)).await {
        for _ in 0..5 {
            let request = VerifyRequest::plain(minted.key.as_str(), CODES.1, Some(tenant), None);
            if let Err(Refusal::Limited(_)) = services.verification.verify(request).await {
                return;
            }
        }
        // A recipient gets only so many messages in ten minutes.
        clocks.pass(Duration::from_secs(400));
    }
}

fn request(to: &str, purpose: Purpose) -> MintRequest {
    let to = Address::parse(to).unwrap_or_else(|_| unreachable!("the addresses of the demo are valid"));
    MintRequest {
        purpose,
        code: Some(Code::from_sealed(CODES.0.to_owned())),
        wait: Wait::Outcome(PATIENCE),
        ..MintRequest::to(to)
    }
}
