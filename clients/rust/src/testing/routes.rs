// SPDX-License-Identifier: MIT

use serde_json::{Value, json};

use super::bodies::{Body, MINT, RESEND, VERIFY, VERIFY_BY_RECIPIENT};
use super::book::channel;
use super::problems::Refused;
use super::views::{claims, deliveries, public_view, view};
use super::{AUDIENCE, SECRET_KEY, State};
use crate::transport::{Request, Response};
use crate::types::{Channel, Status};

/// The answer to a request with an `Idempotency-Key`.
pub(super) struct Kept {
    path: String,
    body: Option<Vec<u8>>,
    answer: Response,
}

impl State {
    pub fn route(&mut self, request: &Request, path: &str) -> Response {
        self.decide(request, path).unwrap_or_else(|refused| refused.answer())
    }

    fn decide(&mut self, request: &Request, path: &str) -> Result<Response, Refused> {
        if let Some(refused) = self.refusals.pop_front() {
            return Err(refused);
        }
        if path == "/.well-known/jwks.json" {
            return Ok(written(200, &self.signer.jwks()));
        }
        match request.header("Authorization") {
            None => self.serve_holder(request, path),
            Some(sent) if sent == format!("Bearer {SECRET_KEY}") => self.once(request, path),
            Some(_) => Err(Refused::of("invalid_secret_key")),
        }
    }

    /// Carries a request out once for each `Idempotency-Key`; without one it just does.
    fn once(&mut self, request: &Request, path: &str) -> Result<Response, Refused> {
        let Some(key) = request.header("Idempotency-Key").map(str::to_owned) else {
            return self.serve_tenant(request, path);
        };
        if let Some(kept) = self.kept.get(&key) {
            if kept.path != path || kept.body != request.body {
                return Err(Refused::of("idempotency_key_reused"));
            }
            return Ok(kept.answer.clone());
        }
        let answer = match self.serve_tenant(request, path) {
            // A wrong code has used up an attempt; what changed nothing is not remembered.
            Err(refused) if refused.is("code_mismatch") => refused.answer(),
            other => other?,
        };
        let mut kept = answer.clone();
        // A code is returned once.
        if let Ok(mut body) = serde_json::from_slice::<Value>(&kept.body)
            && kept.status == 201
            && body.get("code").is_some()
        {
            body["code"] = Value::Null;
            kept.body = body.to_string().into_bytes();
        }
        self.kept.insert(key, Kept { path: path.to_owned(), body: request.body.clone(), answer: kept });
        Ok(answer)
    }

    fn serve_tenant(&mut self, request: &Request, path: &str) -> Result<Response, Refused> {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let body = request.body.as_deref();
        let at = match (request.method.as_str(), &parts[..]) {
            ("POST", ["v1", "challenges"]) => return self.mint(body),
            ("POST", ["v1", "verify"]) => {
                let body = Body::parse(body, VERIFY_BY_RECIPIENT, &["to", "code"])?;
                let purpose = body.text("purpose").unwrap_or("verification");
                let at = self.book.find_by_recipient(body.text("to").unwrap_or_default(), purpose)?;
                return self.verify(at, &body);
            }
            ("POST", ["v1", "challenges", key, "verify"]) => {
                let at = self.book.find(key)?;
                return self.verify(at, &Body::parse(body, VERIFY, &["code"])?);
            }
            ("GET", ["v1", "challenges", key]) => {
                let entry = self.book.entry(self.book.find(key)?);
                let mut view = view(&self.book, entry);
                view["deliveries"] = deliveries(entry);
                return Ok(written(200, &view));
            }
            ("DELETE", ["v1", "challenges", key]) => {
                let at = self.book.find(key)?;
                self.book.cancel(at)?;
                at
            }
            ("POST", ["v1", "challenges", key, "resend"]) => {
                let at = self.book.find(key)?;
                let channel = channel(&Body::parse(body, RESEND, &[])?)?;
                self.book.resend(at, channel)?;
                at
            }
            _ => return Err(Refused::of("not_found")),
        };
        Ok(written(200, &view(&self.book, self.book.entry(at))))
    }

    fn mint(&mut self, body: Option<&[u8]>) -> Result<Response, Refused> {
        let at = self.book.mint(&Body::parse(body, MINT, &[])?)?;
        let entry = self.book.entry(at);
        let mut view = view(&self.book, entry);
        if entry.channel == Channel::None {
            view["code"] = json!(entry.code);
        }
        let mut answer = written(201, &view);
        answer.headers.push(("Location".to_owned(), format!("/v1/challenges/{}", entry.key)));
        Ok(answer)
    }

    fn verify(&mut self, at: usize, body: &Body) -> Result<Response, Refused> {
        self.book.verify(at, body.text("code").unwrap_or_default(), &body.fields("bind"))?;
        let entry = self.book.entry(at);
        let mut view = view(&self.book, entry);
        view["receipt"] = self.signer.sign(&claims(entry, AUDIENCE, self.book.now)).into();
        Ok(written(200, &view))
    }

    fn serve_holder(&mut self, request: &Request, path: &str) -> Result<Response, Refused> {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let (key, verb) = match (request.method.as_str(), &parts[..]) {
            ("GET", ["v1", "challenges", key]) => (key, ""),
            ("POST", ["v1", "challenges", key, verb @ ("verify" | "resend")]) => (key, *verb),
            _ => return Err(Refused::of("invalid_secret_key")),
        };
        if request.header("Idempotency-Key").is_some() {
            return Err(Refused::of("idempotency_not_offered"));
        }
        let at = self.book.find(key)?;
        // An ended challenge looks like one that never existed.
        if self.book.status(self.book.entry(at)) != Status::Pending {
            return Err(Refused::of("challenge_not_found"));
        }
        if verb == "resend" {
            self.book.resend(at, None)?;
        }
        if verb == "verify" {
            let body = Body::parse(request.body.as_deref(), VERIFY, &["code"])?;
            if body.text("end_user_ip").is_some() {
                return Err(Refused::field("/end_user_ip", "only a tenant may tell it"));
            }
            self.book.verify(at, body.text("code").unwrap_or_default(), &body.fields("bind"))?;
        }
        let entry = self.book.entry(at);
        let mut view = public_view(entry);
        if verb == "verify" {
            view["receipt"] = self.signer.sign(&claims(entry, AUDIENCE, self.book.now)).into();
        }
        Ok(written(200, &view))
    }
}

fn written(status: u16, body: &Value) -> Response {
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    Response { status, headers, body: body.to_string().into_bytes() }
}
