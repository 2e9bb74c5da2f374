//! Factors: authenticator apps, from enrolment to deletion.

mod answering;
mod enrolling;
mod importing;
mod pausing;
mod peers;
mod recovery;
mod repeating;
mod reserved;
mod sealed;
mod told;

use aws_lc_rs::hmac;
use otpmint::domain::steady_clock::TimeSource;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::harness::{Answer, Api, Tenant, TestApp};

pub const FACTORS: &str = "/v1/factors";

/// A tenant's client of its factors.
#[derive(Clone)]
pub struct Factors {
    pub api: Api,
}

impl Factors {
    pub fn of(app: &TestApp, tenant: &Tenant) -> Self {
        Self { api: app.api.bearing(&tenant.key) }
    }

    pub async fn create(&self, body: &Value) -> Answer {
        self.api.post(FACTORS, body).await
    }

    /// Adds an unconfirmed factor, and returns its handle and the app that has its secret.
    pub async fn add(&self, body: &Value) -> (String, Phone) {
        let answer = self.create(body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let told = answer.json();
        (told["factor"].as_str().expect("a handle").to_owned(), Phone::of(&told))
    }

    /// Adds a factor and confirms it; the next period begins. Returns the recovery codes too.
    pub async fn enrol(&self, app: &TestApp, identity: &str) -> (String, Phone, Vec<String>) {
        let (id, phone) = self.add(&json!({ "identity": identity })).await;
        let answer = self.confirm(&id, &phone.code(app, 0)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        app.clock.pass_seconds(30);
        (id, phone, codes(&answer))
    }

    pub async fn confirm(&self, id: &str, code: &str) -> Answer {
        self.api.post(&format!("{FACTORS}/{id}/confirm"), &json!({ "code": code })).await
    }

    pub async fn check(&self, id: &str, code: &str) -> Answer {
        self.api.post(&format!("{FACTORS}/{id}/check"), &json!({ "code": code })).await
    }

    /// All of these answers at the same time.
    pub async fn check_at_once(&self, id: &str, codes: Vec<String>) -> Vec<Answer> {
        let mut tasks = tokio::task::JoinSet::new();
        for code in codes {
            let (factors, id) = (self.clone(), id.to_owned());
            tasks.spawn(async move { factors.check(&id, &code).await });
        }
        tasks.join_all().await
    }

    pub async fn renew(&self, id: &str) -> Answer {
        self.api.send(Method::POST, &format!("{FACTORS}/{id}/recovery-codes"), Vec::new()).await
    }

    pub async fn get(&self, id: &str) -> Answer {
        self.api.get(&format!("{FACTORS}/{id}")).await
    }

    pub async fn list(&self, identity: &str) -> Answer {
        self.api.get(&format!("{FACTORS}?identity={identity}")).await
    }

    pub async fn delete(&self, id: &str) -> Answer {
        self.api.send(Method::DELETE, &format!("{FACTORS}/{id}"), Vec::new()).await
    }
}

/// The recovery codes of an answer.
pub fn codes(answer: &Answer) -> Vec<String> {
    let told = answer.json();
    let codes = told["recovery_codes"].as_array().unwrap_or_else(|| panic!("{}", answer.body));
    codes.iter().map(|code| code.as_str().expect("a text").to_owned()).collect()
}

/// An authenticator app, written from RFC 4226 and RFC 6238 anew.
pub struct Phone {
    key: hmac::Key,
    digits: u32,
    period: i64,
}

impl Phone {
    /// The app that has scanned the code of this answer.
    pub fn of(told: &Value) -> Self {
        let algorithm = match told["algorithm"].as_str() {
            Some("SHA1") => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Some("SHA256") => hmac::HMAC_SHA256,
            Some("SHA512") => hmac::HMAC_SHA512,
            other => panic!("{other:?}"),
        };
        let secret = base32(told["secret"].as_str().expect("a secret"));
        let digits = told["digits"].as_u64().and_then(|digits| digits.try_into().ok()).expect("a number");
        Self {
            key: hmac::Key::new(algorithm, &secret),
            digits,
            period: told["period"].as_i64().expect("seconds"),
        }
    }

    /// The code that is shown so many periods from now.
    pub fn code(&self, app: &TestApp, periods: i64) -> String {
        let step = TimeSource::wall(app.clock.as_ref()).as_millis() / 1_000 / self.period + periods;
        let mac = hmac::sign(&self.key, &step.to_be_bytes());
        let mac = mac.as_ref();
        let from = usize::from(mac[mac.len() - 1] & 0xf);
        let number = u32::from_be_bytes(mac[from..from + 4].try_into().expect("four bytes")) & 0x7fff_ffff;
        format!("{:0width$}", number % 10_u32.pow(self.digits), width = self.digits as usize)
    }

    /// A code that is not shown around now.
    pub fn wrong(&self, app: &TestApp) -> String {
        let shown: Vec<_> = (-2..=2).map(|periods| self.code(app, periods)).collect();
        let other = |number: &u32| !shown.contains(&format!("{number:06}"));
        format!("{:06}", (0..).find(other).expect("a free number"))
    }
}

fn base32(text: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut out, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in text.chars() {
        bits = bits << 5 | LETTERS.find(letter).expect("base32") as u32;
        count += 5;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff).try_into().expect("a byte"));
        }
    }
    out
}
