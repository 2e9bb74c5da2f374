// SPDX-License-Identifier: MIT

//! OtpMint's v1 API, as far as this app needs it.

use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(10);

/// Where OtpMint is, and the app's key to it.
#[derive(Clone)]
pub struct Access {
    url: String,
    secret_key: String,
}

impl Access {
    /// As the environment has it.
    pub fn from_environment() -> Result<Self, String> {
        let variable = |name| std::env::var(name).map_err(|_| format!("set {name}"));
        let url = variable("OTPMINT_URL")?.trim_end_matches('/').to_owned();
        Ok(Self { url, secret_key: variable("OTPMINT_SECRET_KEY")? })
    }
}

/// OtpMint has said no.
pub struct Refused {
    /// For the person in front of the browser.
    pub message: String,
    /// Whether the challenge takes no further answer.
    pub ended: bool,
}

/// The API. One for each worker, which keeps its own connections.
pub struct OtpMint {
    http: Client,
    access: Access,
}

impl OtpMint {
    /// Checks certificates, and takes neither a proxy nor a redirect: the key would go along.
    pub fn new(access: &Access) -> Self {
        let http = Client::builder().timeout(PATIENCE).redirect(Policy::none()).no_proxy();
        Self { http: http.build().expect("certificates of the system"), access: access.clone() }
    }

    /// Sends a code. Returns the challenge's shareable key.
    pub async fn mint(&self, to: &str, purpose: &str, end_user_ip: &str) -> Result<String, Refused> {
        let body = json!({ "to": to, "purpose": purpose, "end_user_ip": end_user_ip });
        let Minted { key } = self.post("/v1/challenges", &body).await?;
        Ok(key)
    }

    /// Succeeds if the code is right, which it is once.
    pub async fn verify(&self, key: &str, code: &str, end_user_ip: &str) -> Result<(), Refused> {
        let body = json!({ "code": code, "end_user_ip": end_user_ip });
        self.post::<Value>(&format!("/v1/challenges/{key}/verify"), &body).await.map(drop)
    }

    /// Sends the same code again.
    pub async fn resend(&self, key: &str) -> Result<(), Refused> {
        self.post::<Value>(&format!("/v1/challenges/{key}/resend"), &json!({})).await.map(drop)
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, Refused> {
        let Access { url, secret_key } = &self.access;
        let request = self.http.post(format!("{url}{path}")).bearer_auth(secret_key).json(body);
        let answer = request.send().await.map_err(|_| Problem::default().refused())?;
        if answer.status().is_success() {
            return answer.json().await.map_err(|_| Problem::default().refused());
        }
        Err(answer.json::<Problem>().await.unwrap_or_default().refused())
    }
}

#[derive(Deserialize)]
struct Minted {
    key: String,
}

/// What an answer says that is no success. Without a code, OtpMint was not reached.
#[derive(Default, Deserialize)]
struct Problem {
    #[serde(default)]
    code: String,
    attempts_remaining: Option<u32>,
    retry_after: Option<u64>,
}

impl Problem {
    fn refused(self) -> Refused {
        let code =
            if self.attempts_remaining == Some(0) { "challenge_exhausted" } else { self.code.as_str() };
        let ended = ended(code);
        let mut sentences = vec![ended.unwrap_or_else(|| refused(code)).to_owned()];
        match self.attempts_remaining {
            _ if ended.is_some() => sentences.push("Please ask for a new one.".to_owned()),
            Some(attempts) => sentences.push(format!("Attempts left: {attempts}.")),
            None => {}
        }
        sentences.extend(self.retry_after.map(|wait| format!("Please try again in {}.", duration(wait))));
        Refused { message: sentences.join(" "), ended: ended.is_some() }
    }
}

/// What is said of a challenge that takes no further answer.
fn ended(code: &str) -> Option<&'static str> {
    Some(match code {
        "challenge_expired" => "This code has expired.",
        "challenge_exhausted" => "That was one wrong code too many.",
        "challenge_verified" => "This code has been used before.",
        "challenge_canceled" | "challenge_not_found" => "This code is not valid any more.",
        _ => return None,
    })
}

fn refused(code: &str) -> &'static str {
    match code {
        "invalid_field" => "This does not look like a mail address.",
        "not_a_code" => "This is not a code. It did not count.",
        "code_mismatch" => "This code is wrong.",
        "send_under_way" => "The mail is still on its way.",
        "sends_spent" => "This code cannot be sent again.",
        "resend_cooldown" => "The code was sent a moment ago.",
        "sends_per_recipient" => "This address was sent too many codes.",
        "failures_per_recipient" | "recipient_lockout" => "There were too many wrong codes for this address.",
        _ => "Codes cannot be sent or checked at the moment.",
    }
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..=5 => "a moment".to_owned(),
        6..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}
