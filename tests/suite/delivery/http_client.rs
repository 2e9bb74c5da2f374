//! The HTTP client, against servers that answer well, badly or not at all.

use std::time::Duration;

use otpmint::delivery::net::Trust;
use otpmint::delivery::net::http::{
    BodyRule, HttpClient, HttpError, HttpFailure, HttpLimits, HttpRequest, HttpResponse, Written,
};
use otpmint::domain::network::{OutboundRule, PortRule};
use otpmint::domain::outbound_url::OutboundUrl;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const LIMITS: HttpLimits = HttpLimits {
    connect: Duration::from_secs(5),
    total: Duration::from_secs(20),
    head: 16 * 1_024,
    body: BodyRule::AtMost(64),
};

/// How much of the request the server reads before it answers and closes the connection.
#[derive(Clone, Copy)]
enum Reads {
    Nothing,
    Everything,
}

/// A server for one connection. Returns its port, and what it has read.
async fn server(reads: Reads, answer: Option<Vec<u8>>) -> (u16, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (said, heard) = mpsc::channel(1);
    tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.unwrap();
        let mut read = Vec::new();
        while matches!(reads, Reads::Everything) && !read.ends_with(b"hello") {
            let mut piece = [0; 4_096];
            match tcp.read(&mut piece).await {
                Ok(0) | Err(_) => break,
                Ok(count) => read.extend_from_slice(&piece[..count]),
            }
        }
        said.send(String::from_utf8(read).unwrap()).await.unwrap();
        match answer {
            Some(answer) => drop(tcp.write_all(&answer).await),
            None => std::future::pending().await,
        }
    });
    (port, heard)
}

fn client(plaintext: &[&str]) -> HttpClient {
    let list = |hosts: &[&str]| hosts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let rule = OutboundRule::new(&list(&["127.0.0.1"]), &list(plaintext), PortRule::Any).unwrap();
    HttpClient::new(rule, Trust::system())
}

fn url(text: &str) -> OutboundUrl {
    OutboundUrl::kept(text).unwrap()
}

fn hello(port: u16) -> HttpRequest {
    let url = url(&format!("http://127.0.0.1:{port}/in?a=b"));
    HttpRequest::post(url, "text/plain", "hello").with_header("authorization", "Bearer key").unwrap()
}

async fn answered(answer: &[u8], limits: &HttpLimits) -> Result<HttpResponse, HttpFailure> {
    let (port, _heard) = server(Reads::Everything, Some(answer.to_vec())).await;
    client(&["127.0.0.1"]).send(hello(port), limits).await
}

fn failed(error: HttpError, written: Written) -> Option<HttpFailure> {
    Some(HttpFailure { error, written })
}

#[tokio::test]
async fn a_request_is_sent_whole_and_its_response_read() {
    let answer = b"HTTP/1.1 429 Slow down\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno";
    let (port, mut heard) = server(Reads::Everything, Some(answer.to_vec())).await;
    let response = client(&["127.0.0.1"]).send(hello(port), &LIMITS).await.unwrap();
    assert_eq!((response.status, &*response.body, response.is_success()), (429, b"no".as_slice(), false));
    assert_eq!((response.header("retry-after"), response.header("location")), (Some("7"), None));
    let request = heard.recv().await.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.lines().map(str::to_lowercase).collect();
    lines[1..].sort();
    assert_eq!(lines[0], "post /in?a=b http/1.1");
    assert_eq!(lines[1], "authorization: bearer key");
    assert!(
        lines.contains(&format!("host: 127.0.0.1:{port}")) && lines.contains(&"connection: close".to_owned())
    );
    assert!(lines.contains(&"content-length: 5".to_owned()) && !head.contains("ccept-encoding"), "{head}");
    assert_eq!(body, "hello");
}

#[tokio::test]
async fn a_redirect_is_only_a_response() {
    let answer = b"HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(answered(answer, &LIMITS).await.unwrap().status, 307);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_an_error_however_it_is_framed() {
    let announced = format!("HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n{}", "x".repeat(65));
    let chunked =
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n41\r\n{}\r\n0\r\n\r\n", "x".repeat(65));
    let until_the_end = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(65));
    for answer in [announced, chunked, until_the_end] {
        let failure = answered(answer.as_bytes(), &LIMITS).await.err();
        assert_eq!(failure, failed(HttpError::TooLarge, Written::Whole), "{answer}");
        let ignoring = HttpLimits { body: BodyRule::Ignored, ..LIMITS };
        let response = answered(answer.as_bytes(), &ignoring).await.unwrap();
        assert_eq!((response.status, response.body.len()), (200, 0));
        let enough = HttpLimits { body: BodyRule::AtMost(65), ..LIMITS };
        assert_eq!(answered(answer.as_bytes(), &enough).await.unwrap().body.len(), 65);
    }
}

#[tokio::test]
async fn what_is_no_whole_response_is_an_error() {
    for (answer, error) in [
        ("220 mail.example ESMTP\r\n", HttpError::ProtocolViolated),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", HttpError::ConnectionFailed),
        ("", HttpError::ConnectionFailed),
    ] {
        let failure = answered(answer.as_bytes(), &LIMITS).await.err();
        assert_eq!(failure, failed(error, Written::Whole), "{answer}");
    }
    let head = format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "x".repeat(20_000));
    let failure = answered(head.as_bytes(), &LIMITS).await.err();
    assert_eq!(failure, failed(HttpError::ProtocolViolated, Written::Whole));
}

#[tokio::test]
async fn silence_ends_with_the_limit_and_the_request_may_have_arrived() {
    let (port, _heard) = server(Reads::Everything, None).await;
    let limits = HttpLimits { total: Duration::from_millis(300), ..LIMITS };
    let failure = client(&["127.0.0.1"]).send(hello(port), &limits).await.err();
    assert_eq!(failure, failed(HttpError::TimedOut, Written::Whole));
}

#[tokio::test]
async fn a_request_that_nobody_reads_to_its_end_was_not_sent() {
    let (port, _heard) = server(Reads::Nothing, None).await;
    // More than the buffers of both sides hold.
    let url = url(&format!("http://127.0.0.1:{port}/"));
    let request = HttpRequest::post(url, "text/plain", vec![b'x'; 32 * 1_024 * 1_024]);
    let limits = HttpLimits { total: Duration::from_millis(300), ..LIMITS };
    let failure = client(&["127.0.0.1"]).send(request, &limits).await.err();
    assert_eq!(failure, failed(HttpError::TimedOut, Written::InPart));
}

#[tokio::test]
async fn what_is_not_allowed_or_not_there_was_not_sent() {
    let (port, mut heard) = server(Reads::Everything, Some(Vec::new())).await;
    // In clear only where the operator allows it, and never what is no TLS for https.
    let failure = client(&[]).send(hello(port), &LIMITS).await.err();
    assert_eq!(failure, failed(HttpError::HostNotAllowed, Written::InPart));
    for (text, error) in [
        ("https://10.0.0.1/", HttpError::HostNotAllowed),
        ("https://127.0.0.1:1/", HttpError::ConnectionFailed),
        ("https://nowhere.invalid/", HttpError::HostNotFound),
    ] {
        let failure = client(&[]).send(HttpRequest::get(url(text)), &LIMITS).await.err();
        assert_eq!(failure, failed(error, Written::InPart), "{text}");
    }
    assert!(heard.try_recv().is_err(), "nobody has connected");
    let (port, _heard) = server(Reads::Nothing, Some(b"HTTP/1.1 200 OK\r\n\r\n".to_vec())).await;
    let secure = HttpRequest::get(url(&format!("https://127.0.0.1:{port}/")));
    let failure = client(&["127.0.0.1"]).send(secure, &LIMITS).await.err();
    assert_eq!(failure, failed(HttpError::TlsFailed, Written::InPart));
}
