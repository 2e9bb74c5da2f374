//! An answer, as a client sees it.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// Status, headers and body.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub async fn of(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.bytes().await.expect("the whole body");
        let body = match headers.contains_key("content-encoding") {
            // Of what is compressed, only the length matters.
            true => String::from_utf8_lossy(&body).into_owned(),
            false => String::from_utf8(body.to_vec()).expect("answers are UTF-8"),
        };
        assert!(status < 500 || status == 502 || status == 503, "{status}: {body}");
        Self { status, headers, body }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a plain header"))
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The stable word of a problem in JSON.
    #[track_caller]
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_else(|| panic!("no code in {}", self.body)).to_owned()
    }

    /// Status and body.
    #[track_caller]
    pub fn is(&self, status: u16, body: &str) -> &Self {
        assert_eq!((self.status, self.body.as_str()), (status, body));
        self
    }

    /// Status and the stable word of a problem in JSON.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{}", self.body);
        self
    }

    /// A problem as text, in the original's form.
    #[track_caller]
    pub fn is_text_problem(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(self.body.starts_with("Error: "), "{}", self.body);
        assert_eq!(self.header("content-type"), Some("text/plain; charset=utf-8"));
        self
    }

    /// A limit's refusal in JSON: its code, and when to retry.
    #[track_caller]
    pub fn is_limited_by(&self, limit: &str) -> u64 {
        self.is_problem(429, limit);
        let seconds = self.retry_after();
        assert_eq!(self.json()["retry_after"], seconds);
        seconds
    }

    /// The seconds of `Retry-After`, at least one.
    #[track_caller]
    pub fn retry_after(&self) -> u64 {
        let header = self.header("retry-after").unwrap_or_else(|| panic!("no Retry-After: {self:?}"));
        let seconds = header.parse().expect("seconds");
        assert!(seconds >= 1, "Retry-After invites to ask again at once");
        seconds
    }
}
