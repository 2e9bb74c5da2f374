//! Answers of the original's routes: bare text as the original gave, or JSON for a caller who asks for it.

use actix_web::http::StatusCode;
use actix_web::http::header::{Accept, Header, Quality, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpMessage, HttpResponse};
use serde_json::{Map, Value, json};

use super::problems::problem::Problem;
use super::problems::table::challenges::{CHALLENGE_EXHAUSTED, CODE_MISMATCH};

/// The form in which the caller wants the answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    Text,
    Json,
}

impl Format {
    /// JSON if the caller prefers it to text. Many HTTP libraries send `application/json, text/plain, */*` by
    /// default; their callers expect bare text.
    pub(crate) fn of(request: &impl HttpMessage) -> Self {
        let Ok(Accept(items)) = Accept::parse(request) else { return Self::Text };
        let quality = |names: [&str; 3]| {
            let offered = items.iter().filter(|item| names.contains(&item.item.essence_str()));
            offered.map(|item| item.quality).filter(|quality| *quality > Quality::ZERO).max()
        };
        let json = quality(["application/json", "application/*", "application/problem+json"]);
        let text = quality(["text/plain", "text/*", "*/*"]);
        if json > text { Self::Json } else { Self::Text }
    }
}

/// A success: `text` for a caller of the original, `json` for one who asks for it.
pub(crate) fn success(
    request: &impl HttpMessage,
    status: StatusCode,
    text: String,
    json: Value,
) -> HttpResponse {
    match Format::of(request) {
        Format::Text => HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(text),
        Format::Json => HttpResponse::build(status).json(json),
    }
}

/// A problem: only the sentence as text, every member as JSON.
pub(crate) fn problem(request: &impl HttpMessage, problem: &Problem) -> HttpResponse {
    let mut answer = match Format::of(request) {
        Format::Text => build(problem, text_status(problem.original_status()))
            .content_type("text/plain; charset=utf-8")
            .body(text(problem)),
        Format::Json => build(problem, problem.original_status()).json(body(problem)),
    };
    problem.count();
    problem.mark(&mut answer);
    answer
}

pub(crate) fn text(problem: &Problem) -> String {
    // Clients of the original compare these words.
    match [CODE_MISMATCH.code, CHALLENGE_EXHAUSTED.code].contains(&problem.code()) {
        true => problem.message().to_owned(),
        false => format!("Error: {}", problem.message()),
    }
}

/// The original returned 400 for each of its own failures, and its clients expect that.
pub(crate) fn text_status(status: StatusCode) -> StatusCode {
    match status {
        StatusCode::BAD_GATEWAY | StatusCode::UNAUTHORIZED => StatusCode::BAD_REQUEST,
        status => status,
    }
}

fn build(problem: &Problem, status: StatusCode) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    if problem.ends_connection() {
        response.force_close();
    }
    if let Some(seconds) = problem.retry_after {
        response.insert_header((RETRY_AFTER, seconds));
    }
    if let Some(challenge) = problem.authenticate(status) {
        response.insert_header((WWW_AUTHENTICATE, challenge));
    }
    response
}

pub(crate) fn body(problem: &Problem) -> Value {
    let mut body = Map::new();
    body.insert("code".to_owned(), json!(problem.code()));
    body.insert("message".to_owned(), json!(problem.message()));
    if let Some(attempts) = problem.attempts_remaining {
        body.insert("attempts_remaining".to_owned(), json!(attempts));
    }
    if let Some(seconds) = problem.retry_after {
        body.insert("retry_after".to_owned(), json!(seconds));
    }
    Value::Object(body)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn json_is_for_those_who_prefer_it() {
        let format = |accept: &str| {
            Format::of(&TestRequest::default().insert_header(("Accept", accept)).to_http_request())
        };
        for text in [
            "*/*",
            "text/plain",
            "application/json, text/plain, */*",
            "text/html,*/*;q=0.8",
            "application/json;q=0",
            "x",
        ] {
            assert_eq!(format(text), Format::Text, "{text}");
        }
        for json in ["application/json", "application/json, */*;q=0.8", "text/plain;q=0.5, application/json"]
        {
            assert_eq!(format(json), Format::Json, "{json}");
        }
        assert_eq!(Format::of(&TestRequest::default().to_http_request()), Format::Text);
    }
}
