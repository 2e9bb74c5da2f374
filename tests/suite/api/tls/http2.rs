//! HTTP/2: chosen by ALPN, and the same requests as over HTTP/1.1.

use bytes::Bytes;
use h2::client::SendRequest;
use serde_json::{Value, json};

use crate::api::harness::TestApp;

use super::{VERSIONS, client, connect, secured};

/// A connection; what drives it ends with the runtime.
pub async fn http2(app: &TestApp, ca: &str) -> SendRequest<Bytes> {
    let stream = connect(app.app().address(), client(ca, &["h2", "http/1.1"], &VERSIONS)).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    sender.ready().await.unwrap()
}

/// A request for a path, to which headers can be added.
pub fn ask(method: &str, path: &str) -> http::request::Builder {
    http::Request::builder().method(method).uri(format!("https://localhost{path}"))
}

pub async fn send(
    sender: &SendRequest<Bytes>,
    request: http::request::Builder,
    body: Option<&Value>,
) -> Result<(http::Response<()>, String), h2::Error> {
    let (answer, mut stream) =
        sender.clone().ready().await?.send_request(request.body(()).unwrap(), body.is_none())?;
    if let Some(body) = body {
        stream.send_data(body.to_string().into(), true)?;
    }
    read(answer.await?).await
}

/// Reads the whole body.
pub async fn read(answer: http::Response<h2::RecvStream>) -> Result<(http::Response<()>, String), h2::Error> {
    let (head, mut body) = answer.into_parts();
    let mut text = Vec::new();
    while let Some(piece) = body.data().await {
        let piece = piece?;
        body.flow_control().release_capacity(piece.len())?;
        text.extend_from_slice(&piece);
    }
    Ok((http::Response::from_parts(head, ()), String::from_utf8(text).unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_minted_and_verified_over_http2() {
    let (app, pair) = secured(|settings| settings.limits.enabled = false).await;
    let sender = http2(&app, &pair.ca).await;
    let registration = app.registration();
    let bearer = format!("Bearer {}", app.operator_token);
    let request = ask("POST", "/reg_secretkey")
        .header("authorization", &bearer)
        .header("content-type", "application/json")
        .header("accept", "application/json");
    let (head, body) = send(&sender, request, Some(&registration)).await.unwrap();
    assert_eq!(head.status(), 200, "{body}");
    let key = serde_json::from_str::<Value>(&body).unwrap()["secretKey"].as_str().unwrap().to_owned();

    let request = || ask("POST", "/v1/challenges").header("content-type", "application/json");
    let mint = json!({ "to": "jane.roe@recipient.example", "channel": "email" });
    let (head, body) = send(&sender, request(), Some(&mint)).await.unwrap();
    assert_eq!(head.status(), 401, "{body}");
    let bearer = format!("Bearer {key}");
    let (head, body) = send(&sender, request().header("authorization", &bearer), Some(&mint)).await.unwrap();
    assert_eq!(head.status(), 201, "{body}");
    assert!(head.headers().contains_key("date") && head.headers().contains_key("x-request-id"));
    assert!(!head.headers().contains_key("connection"));
    assert_eq!(head.headers()["content-length"], body.len().to_string());
    let challenge = serde_json::from_str::<Value>(&body).unwrap()["key"].as_str().unwrap().to_owned();
    let code = app.code_after(0, "jane.roe@recipient.example").await;

    let path = format!("/v1/challenges/{challenge}/verify");
    let request =
        ask("POST", &path).header("content-type", "application/json").header("authorization", &bearer);
    let (head, body) = send(&sender, request, Some(&json!({ "code": code }))).await.unwrap();
    assert_eq!(head.status(), 200, "{body}");
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["status"], "verified");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_at_once_are_each_answered_for_themselves() {
    let (app, pair) = secured(|settings| settings.limits.enabled = false).await;
    let sender = http2(&app, &pair.ca).await;
    let mut asked = tokio::task::JoinSet::new();
    for n in 0..90 {
        let sender = sender.clone();
        asked.spawn(async move {
            let id = format!("request-{n:04}");
            let request = ask("GET", "/livez").header("x-request-id", &id);
            let (head, _) = send(&sender, request, None).await.unwrap();
            head.headers()["x-request-id"] == id
        });
    }
    assert!(asked.join_all().await.into_iter().all(|is_own| is_own));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_document_arrives_whole_through_a_small_window() {
    let (app, pair) = secured(|_| {}).await;
    let stream = connect(app.app().address(), client(&pair.ca, &["h2"], &VERSIONS)).await.unwrap();
    let mut builder = h2::client::Builder::new();
    let (sender, connection) =
        builder.initial_window_size(1_000).handshake::<_, Bytes>(stream).await.unwrap();
    tokio::spawn(connection);
    let (head, body) = send(&sender, ask("GET", "/openapi.json"), None).await.unwrap();
    assert_eq!(head.status(), 200);
    let described: Value = serde_json::from_str(&body).expect("nothing is missing");
    assert_eq!(described["openapi"], "3.1.0");
    let (head, body) = send(&sender, ask("HEAD", "/openapi.json"), None).await.unwrap();
    assert_eq!((head.status().as_u16(), body.as_str()), (200, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_told_twice_must_be_the_same() {
    let (app, pair) = secured(|_| {}).await;
    let sender = http2(&app, &pair.ca).await;
    let (head, _) = send(&sender, ask("GET", "/livez").header("host", "localhost"), None).await.unwrap();
    assert_eq!(head.status(), 200);
    let error = send(&sender, ask("GET", "/livez").header("host", "other.example"), None).await.unwrap_err();
    assert_eq!(error.reason(), Some(h2::Reason::PROTOCOL_ERROR));
}
