// SPDX-License-Identifier: MIT

use serde_json::{Map, Value, json};

use crate::transport::Response;

/// A refusal on its way to the answer.
pub(super) struct Refused {
    status: u16,
    problem: Map<String, Value>,
}

impl Refused {
    /// One that the fake gives by itself.
    pub fn of(code: &str) -> Self {
        let (status, title) = match code {
            "invalid_json" => (400, "The body must be one JSON object."),
            "idempotency_not_offered" => {
                (400, "Only a request with the secret key may have an Idempotency-Key.")
            }
            "invalid_secret_key" => (401, "The secret key is missing or not valid."),
            "code_mismatch" => (403, "The code is wrong."),
            "code_used" => (403, "This code was used before."),
            "challenge_not_found" => (404, "There is no such challenge."),
            "factor_not_found" => (404, "There is no such factor."),
            "message_not_found" => (404, "There is no such message."),
            "result_not_found" => (404, "There is no such result."),
            "not_found" => (404, "There is nothing at this address."),
            "no_pages" => (409, "This server has no pages."),
            "nothing_to_resend" => (409, "You deliver this code yourself."),
            "sends_spent" => (409, "This code was sent as often as allowed."),
            "factor_confirmed" => (409, "The factor is active already."),
            "factor_unconfirmed" => (409, "The factor waits for its first code."),
            "too_many_factors" => (409, "This user has as many factors as allowed."),
            "challenge_verified" => (410, "The challenge was verified before. A code works once."),
            "challenge_expired" => (410, "The time of the challenge has run out."),
            "challenge_exhausted" => (410, "The attempts of the challenge are used up."),
            "challenge_canceled" => (410, "The challenge was called off."),
            "invalid_field" => (422, "A field of the body is not what it has to be."),
            "invalid_parameter" => (422, "A parameter is not what it has to be."),
            "not_a_code" => (422, "A code has 4 to 10 digits or letters. This did not count as an attempt."),
            "idempotency_key_reused" => (422, "The Idempotency-Key was used for something else."),
            "factor_paused" => (429, "There were too many wrong codes."),
            "resend_cooldown" => (429, "This code was sent a moment ago."),
            other => unreachable!("{other} is no code of the fake"),
        };
        Self::new(status, code, title)
    }

    pub fn any(status: u16, code: &str, retry_after: Option<u32>) -> Self {
        let one = Self::new(status, code, code);
        match retry_after {
            Some(seconds) => one.with("retry_after", seconds),
            None => one,
        }
    }

    pub fn field(pointer: &str, detail: &str) -> Self {
        let errors = json!([{ "pointer": pointer, "detail": detail }]);
        Self::of("invalid_field").with("detail", detail).with("errors", errors)
    }

    fn new(status: u16, code: &str, title: &str) -> Self {
        let one = Self { status, problem: Map::new() };
        one.with("type", format!("/problems/{code}"))
            .with("title", title)
            .with("status", status)
            .with("code", code)
    }

    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.problem.insert(name.to_owned(), value.into());
        self
    }

    pub fn is(&self, code: &str) -> bool {
        self.problem["code"] == code
    }

    pub fn answer(&self) -> Response {
        let mut headers = vec![("Content-Type".to_owned(), "application/problem+json".to_owned())];
        if let Some(seconds) = self.problem.get("retry_after") {
            headers.push(("Retry-After".to_owned(), seconds.to_string()));
        }
        let body = Value::Object(self.problem.clone()).to_string().into_bytes();
        Response { status: self.status, headers, body }
    }
}
