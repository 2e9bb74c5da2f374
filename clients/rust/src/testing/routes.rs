// SPDX-License-Identifier: MIT

use serde_json::{Value, json};

use super::bodies::{Body, CHECK, CONFIRM, FACTOR, MINT, RELAY, RESEND, VERIFY, VERIFY_BY_RECIPIENT};
use super::book::channel;
use super::problems::Refused;
use super::totp::unescaped;
use super::views::{claims_of, deliveries, public_view, view};
use super::{AUDIENCE, SECRET_KEY, State};
use crate::paths::takes_key;
use crate::transport::{Request, Response};
use crate::types::{Channel, Status};

/// The answer to a request with an `Idempotency-Key`.
pub(super) struct Kept {
    path: String,
    body: Option<Vec<u8>>,
    answer: Response,
}

impl State {
    pub fn route(&mut self, request: &Request, target: &str) -> Response {
        self.decide(request, target).unwrap_or_else(|refused| refused.answer())
    }

    fn decide(&mut self, request: &Request, target: &str) -> Result<Response, Refused> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if let Some(refused) = self.refusals.pop_front() {
            return Err(refused);
        }
        if path == "/.well-known/jwks.json" {
            return Ok(written(200, &self.signer.jwks()));
        }
        match request.header("Authorization") {
            None => self.serve_holder(request, path),
            Some(sent) if sent == format!("Bearer {SECRET_KEY}") => self.once(request, path, query),
            Some(_) => Err(Refused::of("invalid_secret_key")),
        }
    }

    /// Carries a request out once for each `Idempotency-Key`; without one it just does.
    fn once(&mut self, request: &Request, path: &str, query: &str) -> Result<Response, Refused> {
        let key = request.header("Idempotency-Key").filter(|_| takes_key(&request.method, path));
        // A key is unique within its route.
        let Some(key) = key.map(|key| format!("{} {key}", route_of(path))) else {
            return self.serve(request, path, query);
        };
        if let Some(kept) = self.kept.get(&key) {
            if kept.path != path || kept.body != request.body {
                return Err(Refused::of("idempotency_key_reused"));
            }
            return Ok(kept.answer.clone());
        }
        let answer = match self.serve(request, path, query) {
            // A wrong code has used up an attempt; what changed nothing is not remembered.
            Err(refused) if refused.is("code_mismatch") => refused.answer(),
            other => other?,
        };
        let mut kept = answer.clone();
        if let Ok(Value::Object(mut body)) = serde_json::from_slice(&kept.body)
            && kept.status < 300
        {
            // A code is returned once. Secrets are repeated for an hour, and the fake forgets nothing.
            body.entry("code").and_modify(|code| *code = Value::Null);
            kept.body = Value::Object(body).to_string().into_bytes();
        }
        self.kept.insert(key, Kept { path: path.to_owned(), body: request.body.clone(), answer: kept });
        Ok(answer)
    }

    fn serve(&mut self, request: &Request, path: &str, query: &str) -> Result<Response, Refused> {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match parts[..] {
            ["v1", "factors", ..] => self.serve_factors(request, &parts, query),
            ["v1", "messages", ..] => self.serve_messages(request, &parts),
            _ => self.serve_tenant(request, path),
        }
    }

    fn serve_factors(&mut self, request: &Request, parts: &[&str], query: &str) -> Result<Response, Refused> {
        let (body, now) = (request.body.as_deref(), self.book.now);
        let told = match (request.method.as_str(), &parts[2..]) {
            ("POST", []) => {
                let body = Body::parse(body, FACTOR, &["identity"])?;
                return Ok(written(201, &self.factors.add(&body, now)?));
            }
            ("GET", []) => {
                let identity = query.split('&').find_map(|pair| pair.strip_prefix("identity="));
                let identity = identity.ok_or_else(|| Refused::of("invalid_parameter"))?;
                self.factors.list(&unescaped(identity), now)
            }
            ("POST", ["results"]) => return Err(Refused::of("result_not_found")),
            ("GET", [handle]) => self.factors.get(handle, now)?,
            ("DELETE", [handle]) => {
                self.factors.delete(handle, now)?;
                return Ok(nothing());
            }
            ("POST", [handle, "confirm"]) => {
                self.factors.confirm(handle, &Body::parse(body, CONFIRM, &["code"])?, now)?
            }
            ("POST", [handle, "check"]) => {
                let body = Body::parse(body, CHECK, &["code"])?;
                let (mut view, claims) = self.factors.check(handle, &body, (AUDIENCE, now))?;
                view["receipt"] = self.signer.sign(&claims).into();
                view
            }
            ("POST", [handle, "recovery-codes"]) => self.factors.replace(handle, now)?,
            _ => return Err(Refused::of("not_found")),
        };
        Ok(written(200, &told))
    }

    fn serve_messages(&mut self, request: &Request, parts: &[&str]) -> Result<Response, Refused> {
        match (request.method.as_str(), &parts[2..]) {
            ("POST", []) => {
                let body = Body::parse(request.body.as_deref(), RELAY, &["to", "code"])?;
                Ok(written(201, &self.relayed.relay(&body, &mut self.book)?))
            }
            ("GET", [id]) => Ok(written(200, &self.relayed.get(id, &self.book)?)),
            _ => Err(Refused::of("not_found")),
        }
    }

    fn serve_tenant(&mut self, request: &Request, path: &str) -> Result<Response, Refused> {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let body = request.body.as_deref();
        let at = match (request.method.as_str(), &parts[..]) {
            ("POST", ["v1", "challenges"]) => return self.mint(body),
            ("POST", ["v1", "results"]) => return Err(Refused::of("result_not_found")),
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
                view["deliveries"] = deliveries(entry.sends.iter().copied());
                return Ok(written(200, &view));
            }
            ("DELETE", ["v1", "challenges", key]) => {
                let at = self.book.find(key)?;
                self.book.cancel(at)?;
                return Ok(nothing());
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
        view["receipt"] = self.signer.sign(&claims_of(entry, AUDIENCE, self.book.now)).into();
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
            if !body.value("trusted").is_null() {
                return Err(Refused::field("/trusted", "only a tenant may vouch for a device"));
            }
            self.book.verify(at, body.text("code").unwrap_or_default(), &body.fields("bind"))?;
        }
        let entry = self.book.entry(at);
        let mut view = public_view(entry);
        if verb == "verify" {
            view["receipt"] = self.signer.sign(&claims_of(entry, AUDIENCE, self.book.now)).into();
        }
        Ok(written(200, &view))
    }
}

/// A path without the name in it.
fn route_of(path: &str) -> String {
    path.split('/').enumerate().filter(|(at, _)| *at != 3).map(|(_, part)| part).collect::<Vec<_>>().join("/")
}

/// The answer to what was deleted.
fn nothing() -> Response {
    Response { status: 204, headers: Vec::new(), body: Vec::new() }
}

fn written(status: u16, body: &Value) -> Response {
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    Response { status, headers, body: body.to_string().into_bytes() }
}
