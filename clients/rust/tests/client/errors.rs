// SPDX-License-Identifier: MIT

use std::pin::Pin;
use std::sync::Arc;

use otpmint_client::{Builder, Client, Error, Kind, Lost, Mint, Request, Response, Transport};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const SECRET: &str = "otpm_SecretSecretSecretSecret";

/// Always gives the same answer.
struct Always(Result<Response, Lost>);

impl Transport for Always {
    fn send(&self, _: Request) -> Pin<Box<dyn Future<Output = Result<Response, Lost>> + Send + '_>> {
        Box::pin(async { self.0.clone() })
    }
}

async fn error_for(answer: Result<Response, Lost>) -> Error {
    let builder = Builder::new("https://otp.example").transport(Arc::new(Always(answer))).retries(0);
    builder.client(SECRET).unwrap().challenges().mint(Mint::to("jane@example.com")).await.unwrap_err()
}

fn answer(status: u16, body: &str) -> Result<Response, Lost> {
    let headers = [("Retry-After", "90"), ("X-Request-Id", "request-17")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    Ok(Response { status, headers, body: body.as_bytes().to_vec() })
}

#[tokio::test]
async fn each_problem_has_its_kind() {
    for (status, code, kind) in [
        (403, "code_mismatch", Kind::CodeMismatch),
        (422, "not_a_code", Kind::NotACode),
        (410, "challenge_verified", Kind::ChallengeEnded),
        (410, "challenge_expired", Kind::ChallengeEnded),
        (410, "challenge_exhausted", Kind::ChallengeEnded),
        (410, "challenge_canceled", Kind::ChallengeEnded),
        (404, "challenge_not_found", Kind::NotFound),
        (429, "resend_cooldown", Kind::CannotResend),
        (409, "send_under_way", Kind::CannotResend),
        (409, "sends_spent", Kind::CannotResend),
        (409, "nothing_to_resend", Kind::CannotResend),
        (422, "number_refused", Kind::RecipientRefused),
        (422, "country_not_allowed", Kind::RecipientRefused),
        (422, "invalid_field", Kind::InvalidField),
        (422, "invalid_parameter", Kind::InvalidField),
        (429, "named_limit", Kind::RateLimited),
        (401, "invalid_secret_key", Kind::Unauthorized),
        (403, "insufficient_scope", Kind::Forbidden),
        (503, "queue_full", Kind::Unavailable),
        (409, "no_account", Kind::Other),
    ] {
        let error =
            error_for(answer(status, &json!({ "code": code, "title": "A title." }).to_string())).await;
        assert_eq!((error.kind(), error.code(), error.status()), (kind, code, Some(status)));
    }
}

#[tokio::test]
async fn an_error_has_what_the_problem_tells() {
    let told = json!({
        "code": "mint_per_tenant", "title": "A title.", "detail": "too long", "attempts_remaining": 0,
        "errors": [{ "pointer": "/ttl", "detail": "x" }],
    });
    let error = error_for(answer(429, &told.to_string())).await;
    assert_eq!(error.to_string(), "A title. (mint_per_tenant): too long");
    assert_eq!((error.attempts_remaining(), error.request_id()), (Some(0), Some("request-17")));
    assert_eq!(error.errors()[0].pointer.as_deref(), Some("/ttl"));
    assert!(error.retry_at().is_some());
    let paused = json!({ "code": "factor_paused", "title": "A title.", "retry_at": "2026-01-15T12:00:00Z" });
    let error = error_for(answer(429, &paused.to_string())).await;
    assert_eq!(error.retry_at().unwrap().to_string(), "2026-01-15T12:00:00Z");
}

#[tokio::test]
async fn an_answer_that_is_not_otpmints_says_so() {
    for (status, body, kind) in [
        (502, "<h1>Bad Gateway</h1>", Kind::Unavailable),
        (429, "slow down", Kind::RateLimited),
        (403, "{}", Kind::UnexpectedAnswer),
        (404, "null", Kind::UnexpectedAnswer),
        (200, "<h1>Welcome</h1>", Kind::UnexpectedAnswer),
        (200, "{}", Kind::UnexpectedAnswer),
        (200, "", Kind::UnexpectedAnswer),
        (302, "", Kind::UnexpectedAnswer),
    ] {
        let error = error_for(answer(status, body)).await;
        assert_eq!((error.kind(), error.code(), error.status()), (kind, "unexpected_answer", Some(status)));
    }
}

#[tokio::test]
async fn the_secret_key_is_in_no_error() {
    let echo = format!("refused: Bearer {SECRET}");
    for error in [
        error_for(answer(400, &json!({ "code": "x", "title": echo, "detail": echo }).to_string())).await,
        error_for(answer(500, &echo)).await,
        error_for(Err(Lost(echo.clone()))).await,
    ] {
        assert!(!format!("{error} {error:?}").contains(SECRET));
    }
    let headers = vec![("Authorization".to_owned(), echo.clone())];
    let request =
        Request { method: "GET".to_owned(), url: "/".to_owned(), headers, body: Some(echo.into_bytes()) };
    assert!(!format!("{request:?}").contains(SECRET));
}

#[test]
fn settings_that_cannot_work_are_refused_without_being_quoted() {
    for (base_url, key, why) in [
        ("otp.example", "otpm_secret", "absolute"),
        ("ftp://otp.example", "otpm_secret", "absolute"),
        ("https://otpm_secret@otp.example", "otpm_secret", "user name"),
        ("https://otp.example/?otpm_secret", "otpm_secret", "end with its path"),
        ("https://otp.example", "otpm_secret\n", "visible"),
        ("https://otp.example", "", "visible"),
    ] {
        let error = Client::new(base_url, key).unwrap_err();
        assert_eq!(error.kind(), Kind::Misuse);
        assert!(error.to_string().contains(why) && !format!("{error:?}").contains("otpm_secret"), "{error}");
    }
}

/// A server that answers each request with a redirect to itself, and counts them.
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mint/", listener.local_addr().unwrap());
    let target = url.clone();
    let served = tokio::spawn(async move {
        let mut seen = String::new();
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await.unwrap();
        seen.push_str(&String::from_utf8_lossy(&buffer[..count]));
        let answer =
            format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {target}x\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
        let again = stream.read(&mut buffer).await.unwrap_or(0);
        (seen, again)
    });
    let client = Builder::new(&url).retries(0).client(SECRET).unwrap();
    let error = client.challenges().mint(Mint::to("jane@example.com")).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (Kind::UnexpectedAnswer, Some(307)));
    drop(client);
    let (seen, again) = served.await.unwrap();
    assert!(seen.starts_with("POST /mint/v1/challenges HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains(&format!("user-agent: otpmint-rust/{}\r\n", otpmint_client::VERSION)), "{seen}");
    assert_eq!(again, 0, "nothing more was sent");
}
