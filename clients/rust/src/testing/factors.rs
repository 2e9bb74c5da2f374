// SPDX-License-Identifier: MIT

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::bodies::{Body, plain};
use super::book::or_null;
use super::problems::Refused;
use super::totp::Totp;
use super::views::{claims, timestamp};

const MOST: usize = 5;
const GUESSES: u32 = 5;
const DAY: Duration = Duration::from_secs(86_400);
/// In minutes, after each five wrong codes in a row.
const PAUSES: [u64; 6] = [1, 5, 15, 60, 360, 1440];
/// One white pixel.
const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg==";

/// A factor, with what nobody is told.
struct Entry {
    handle: String,
    identity: String,
    totp: Totp,
    created_at: Timestamp,
    confirmed_at: Option<Timestamp>,
    used_at: Option<Timestamp>,
    paused_until: Option<Timestamp>,
    last_step: i64,
    in_a_row: u32,
    /// What is spent is none, so that the place of each is its number.
    recovery: Vec<Option<String>>,
}

/// The authenticator apps of a fake and the rules for them.
#[derive(Default)]
pub(super) struct FactorBook(Vec<Entry>);

impl FactorBook {
    /// Adds one, and shows it with its secret.
    pub fn add(&mut self, body: &Body, now: Timestamp) -> Result<Value, Refused> {
        for name in ["identity", "issuer", "account"] {
            let text = body.text(name).unwrap_or("-");
            let is_long = text.chars().count() > 128;
            if is_long || text.trim().is_empty() || text.contains(char::is_control) {
                return Err(Refused::field(&format!("/{name}"), "1 to 128 printable characters"));
            }
        }
        let identity = body.text("identity").unwrap_or_default();
        let (totp, labels) = Totp::of(body)?;
        let is_confirmed = body.value("confirmed") == true;
        if is_confirmed && body.text("secret").or(body.text("uri")).is_none() {
            let detail = "only a factor with `secret` or `uri` may be confirmed at once";
            return Err(Refused::field("/confirmed", detail));
        }
        if body.text("return_url").is_some() {
            return Err(Refused::of("no_pages"));
        }
        if self.of(identity, now).count() >= MOST {
            return Err(Refused::of("too_many_factors"));
        }
        let issuer = body.text("issuer").or(labels.issuer.as_deref()).unwrap_or("Fake");
        let account = body.text("account").or(labels.account.as_deref()).unwrap_or(identity);
        let (secret, uri) = (totp.text(), totp.uri(issuer, account));
        let entry = Entry {
            handle: format!("fct_{}", drawn("abcdefghijkmnpqrstuvwxyz23456789")),
            identity: identity.to_owned(),
            totp,
            created_at: now,
            confirmed_at: is_confirmed.then_some(now),
            used_at: None,
            paused_until: None,
            last_step: 0,
            in_a_row: 0,
            recovery: Vec::new(),
        };
        let mut view = entry.view(now);
        view["secret"] = secret.into();
        view["uri"] = uri.into();
        view["qr_svg"] = r#"<svg xmlns="http://www.w3.org/2000/svg"/>"#.into();
        view["qr_png"] = PICTURE.into();
        self.0.push(entry);
        Ok(view)
    }

    pub fn list(&self, identity: &str, now: Timestamp) -> Value {
        let data: Vec<_> = self.of(identity, now).map(|entry| entry.view(now)).collect();
        json!({ "data": data, "next": null })
    }

    pub fn get(&mut self, handle: &str, now: Timestamp) -> Result<Value, Refused> {
        Ok(self.find(handle, now)?.view(now))
    }

    pub fn delete(&mut self, handle: &str, now: Timestamp) -> Result<(), Refused> {
        self.find(handle, now)?;
        self.0.retain(|entry| entry.handle != handle);
        Ok(())
    }

    pub fn confirm(&mut self, handle: &str, body: &Body, now: Timestamp) -> Result<Value, Refused> {
        let entry = self.find(handle, now)?;
        let code = answer_in(body)?;
        if entry.confirmed_at.is_some() {
            return Err(Refused::of("factor_confirmed"));
        }
        entry.answer(&code, now)?;
        entry.confirmed_at = Some(now);
        entry.replace(now)
    }

    /// Checks a code, and shows the factor with what its receipt says.
    pub fn check(
        &mut self,
        handle: &str,
        body: &Body,
        (audience, now): (&str, Timestamp),
    ) -> Result<(Value, Value), Refused> {
        let entry = self.find(handle, now)?;
        let code = answer_in(body)?;
        if entry.confirmed_at.is_none() {
            return Err(Refused::of("factor_unconfirmed"));
        }
        let (channel, number) = entry.answer(&code, now)?;
        let mut view = entry.view(now);
        view["verified"] = true.into();
        view["channel"] = channel.into();
        let mut said = json!({
            "sub": entry.identity, "purpose": body.text("purpose").unwrap_or("verification"), "channel": channel,
            "jti": format!("{handle}.{number}"),
        });
        if let Some(nonce) = body.text("nonce") {
            said["nonce"] = nonce.into();
        }
        Ok((view, claims(said, audience, now)))
    }

    pub fn replace(&mut self, handle: &str, now: Timestamp) -> Result<Value, Refused> {
        self.find(handle, now)?.replace(now)
    }

    /// What the app shows.
    pub fn app_code(&mut self, handle: &str, now: Timestamp) -> Option<String> {
        let totp = &self.find(handle, now).ok()?.totp;
        Some(totp.code(totp.step(now)))
    }

    fn find(&mut self, handle: &str, now: Timestamp) -> Result<&mut Entry, Refused> {
        let mut all = self.0.iter_mut();
        all.find(|entry| entry.handle == handle && entry.is_there(now))
            .ok_or_else(|| Refused::of("factor_not_found"))
    }

    fn of(&self, identity: &str, now: Timestamp) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(move |entry| entry.identity == identity && entry.is_there(now))
    }
}

impl Entry {
    /// One that nobody confirms is deleted after a day.
    fn is_there(&self, now: Timestamp) -> bool {
        self.confirmed_at.is_some() || now < self.created_at + DAY
    }

    fn replace(&mut self, now: Timestamp) -> Result<Value, Refused> {
        if self.confirmed_at.is_none() {
            return Err(Refused::of("factor_unconfirmed"));
        }
        let codes: Vec<String> = (0..10).map(|_| drawn("23456789ABCDEFGHJKMNPQRSTUVWXYZ")).collect();
        let grouped = |code: &String| [&code[..4], &code[4..8], &code[8..12], &code[12..]].join("-");
        let told: Vec<String> = codes.iter().map(grouped).collect();
        self.recovery = codes.into_iter().map(Some).collect();
        let mut view = self.view(now);
        view["recovery_codes"] = told.into();
        Ok(view)
    }

    /// Decides an answer: what made the code, and its number.
    fn answer(&mut self, code: &str, now: Timestamp) -> Result<(&'static str, i64), Refused> {
        if let Some(until) = self.paused_until.filter(|until| now < *until) {
            let wait = until.duration_since(now);
            let seconds = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
            let refused = Refused::of("factor_paused").with("retry_after", seconds);
            return Err(refused.with("retry_at", timestamp(until)));
        }
        if code.len() == 16 && self.confirmed_at.is_some() {
            let found = self.recovery.iter().position(|one| one.as_deref() == Some(code));
            let Some(number) = found else { return Err(self.wrong(now)) };
            self.recovery[number] = None;
            self.right(now);
            return Ok(("recovery", i64::try_from(number).unwrap_or_default()));
        }
        if code.len() != self.totp.digits {
            return Err(not_a_code());
        }
        let steps = self.totp.steps(code, now);
        match steps.iter().find(|step| **step > self.last_step) {
            Some(step) => {
                self.last_step = *step;
                self.right(now);
                Ok(("totp", *step))
            }
            None if steps.is_empty() => Err(self.wrong(now)),
            // No guess, so it is not counted.
            None => Err(Refused::of("code_used")),
        }
    }

    fn right(&mut self, now: Timestamp) {
        (self.in_a_row, self.paused_until, self.used_at) = (0, None, Some(now));
    }

    fn wrong(&mut self, now: Timestamp) -> Refused {
        self.in_a_row += 1;
        let left = (GUESSES - self.in_a_row % GUESSES) % GUESSES;
        if left == 0 {
            let number = usize::try_from(self.in_a_row / GUESSES).unwrap_or_default();
            let minutes = PAUSES[number.min(PAUSES.len()) - 1];
            self.paused_until = Some(now + Duration::from_secs(60 * minutes));
        }
        Refused::of("code_mismatch").with("attempts_remaining", left)
    }

    fn view(&self, now: Timestamp) -> Value {
        let Totp { algorithm, digits, period, .. } = &self.totp;
        let status = if self.confirmed_at.is_some() { "active" } else { "unconfirmed" };
        json!({
            "factor": self.handle, "identity": self.identity, "status": status, "algorithm": algorithm,
            "digits": digits, "period": period, "created_at": timestamp(self.created_at),
            "recovery_codes_remaining": self.recovery.iter().flatten().count(),
            "confirmed_at": or_null(self.confirmed_at.map(timestamp)),
            "used_at": or_null(self.used_at.map(timestamp)),
            "paused_until": or_null(self.paused_until.filter(|until| now < *until).map(timestamp)),
        })
    }
}

fn answer_in(body: &Body) -> Result<String, Refused> {
    let code = plain(body.text("code").unwrap_or_default());
    let is_of = |letters: &str| code.chars().all(|letter| letters.contains(letter));
    let is_recovery = code.len() == 16 && is_of("23456789ABCDEFGHJKMNPQRSTUVWXYZ");
    let is_code = (4..=8).contains(&code.len()) && is_of("0123456789");
    if is_code || is_recovery { Ok(code) } else { Err(not_a_code()) }
}

fn not_a_code() -> Refused {
    Refused::field("/code", "the digits that the app shows, or a recovery code; this did not count")
}

/// 16 of these letters, good enough for a fake.
fn drawn(letters: &str) -> String {
    let mut random = [0; 16];
    aws_lc_rs::rand::fill(&mut random).expect("there is randomness");
    random.iter().map(|byte| char::from(letters.as_bytes()[usize::from(*byte) % letters.len()])).collect()
}
