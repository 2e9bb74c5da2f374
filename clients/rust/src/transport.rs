// SPDX-License-Identifier: MIT

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout_at};

use crate::call::Call;
use crate::error::{Error, Kind};
use crate::hidden::Hidden;
use crate::refusal::{refusal, seconds_to_wait};
use crate::retry::pause_before;

/// A request on its way. `Debug` shows neither its headers nor its body, which have secrets.
#[derive(Clone)]
pub struct Request {
    /// `GET`, `POST`, `PATCH`, `DELETE` …
    pub method: String,
    /// With the host.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// JSON, if there is one.
    pub body: Option<Vec<u8>>,
}

impl Request {
    /// A header, by its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)
    }
}

/// An answer. `Debug` shows its status alone: its body may have a code or a receipt.
#[derive(Clone)]
pub struct Response {
    /// Such as 200.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// What was received.
    pub body: Vec<u8>,
}

impl Response {
    /// A header, by its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// There was no answer: why.
#[derive(Clone, Debug)]
pub struct Lost(pub String);

/// How requests travel: over HTTP, or to a fake.
pub trait Transport: Send + Sync {
    /// Sends a request once, follows no redirect, and keeps the connection for the next one if it can.
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Response, Lost>> + Send + '_>>;
}

/// Over HTTP, with reqwest.
pub(crate) struct OverHttp(reqwest::Client);

impl OverHttp {
    pub fn new(builder: reqwest::ClientBuilder) -> Result<Self, Error> {
        // A redirect would take the secret key along.
        let client = builder.redirect(reqwest::redirect::Policy::none()).build();
        client.map(Self).map_err(|_| Error::misuse("The HTTP client cannot be made"))
    }
}

impl Transport for OverHttp {
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Response, Lost>> + Send + '_>> {
        Box::pin(async move {
            let method = request.method.parse().map_err(|_| Lost("no such method".to_owned()))?;
            let mut sent = self.0.request(method, &request.url);
            for (name, value) in &request.headers {
                sent = sent.header(name, value);
            }
            if let Some(body) = request.body {
                sent = sent.body(body);
            }
            let answer = sent.send().await.map_err(lost)?;
            let status = answer.status().as_u16();
            let text =
                |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
            let headers =
                answer.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
            let body = answer.bytes().await.map_err(lost)?.to_vec();
            Ok(Response { status, headers, body })
        })
    }
}

fn lost(error: reqwest::Error) -> Lost {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    Lost(text)
}

/// Sends calls, again if that is safe, and turns refusals into errors.
#[derive(Clone)]
pub(crate) struct Connection {
    pub base: String,
    pub transport: Arc<dyn Transport>,
    pub secret_key: Option<Hidden>,
    pub timeout: Duration,
    pub retries: u32,
}

impl Connection {
    /// The body of a success.
    pub async fn send<T: DeserializeOwned>(&self, call: Call) -> Result<T, Error> {
        let answer = self.carry(call).await?;
        // A 204 has no body.
        let body = if answer.body.is_empty() { b"null".as_slice() } else { &answer.body };
        serde_json::from_slice(body).map_err(|_| {
            // What failed would quote the answer.
            let title = "The answer is a success, but not what this call returns";
            Error::new(Kind::UnexpectedAnswer, "unexpected_answer", title)
                .with_status(answer.status)
                .with_request_id(answer.header("x-request-id").map(str::to_owned))
        })
    }

    async fn carry(&self, call: Call) -> Result<Response, Error> {
        // Otherwise the path could continue the name of the host.
        if !call.path.starts_with('/') {
            return Err(Error::misuse("A path begins with a slash"));
        }
        let request = self.request(&call);
        let timeout = self.timeout + call.wait;
        let deadline = Instant::now() + timeout;
        let mut tried = 0;
        loop {
            tried += 1;
            let answer = timeout_at(deadline, self.transport.send(request.clone())).await;
            let Ok(answer) = answer else {
                let title = format!("There was no answer within {timeout:?}");
                return Err(Error::new(Kind::TimedOut, "timed_out", title));
            };
            let (error, asked) = match answer {
                Ok(answer) if (200..300).contains(&answer.status) => return Ok(answer),
                Ok(answer) => (self.refusal(&answer), seconds_to_wait(&answer)),
                Err(Lost(why)) => (self.lost(&why), None),
            };
            let pause =
                pause_before(tried, &error, asked).filter(|_| call.repeatable && tried <= self.retries);
            match pause {
                // If there is no time for another try, the reason is worth more than "timed out".
                Some(pause) if Instant::now() + pause < deadline => sleep(pause).await,
                _ => return Err(error),
            }
        }
    }

    fn request(&self, call: &Call) -> Request {
        let mut headers = vec![
            ("Accept".to_owned(), "application/json".to_owned()),
            ("User-Agent".to_owned(), format!("otpmint-rust/{}", crate::VERSION)),
        ];
        headers.extend(call.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        if call.body.is_some() {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        if let Some(key) = &self.secret_key {
            headers.push(("Authorization".to_owned(), format!("Bearer {}", key.expose())));
        }
        let url = format!("{}{}", self.base, call.path);
        Request { method: call.method.to_owned(), url, headers, body: call.body.clone() }
    }

    fn refusal(&self, answer: &Response) -> Error {
        // A proxy may echo what it was sent.
        let body = self.redacted(&String::from_utf8_lossy(&answer.body)).into_bytes();
        refusal(&Response { body, ..answer.clone() }, now())
    }

    fn lost(&self, why: &str) -> Error {
        Error::new(Kind::ConnectionLost, "connection_lost", "There was no answer")
            .with_detail(self.redacted(why))
    }

    fn redacted(&self, text: &str) -> String {
        match &self.secret_key {
            Some(key) => text.replace(key.expose(), "…"),
            None => text.to_owned(),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a client lives in the present; tests give their own time where it matters"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
