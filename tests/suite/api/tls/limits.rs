//! The limits of connections hold over TLS and HTTP/2.

use std::time::{Duration, Instant};

use bytes::Bytes;
use otpmint::config::Settings;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use crate::api::harness::TestApp;

use super::http2::{ask, http2, read, send};
use super::{VERSIONS, client, connect, exchange, get, secured};

/// Each timeout is one second here. On a busy machine the connection may be closed this much later.
const CUT_BY: Duration = Duration::from_secs(8);

fn impatient(settings: &mut Settings) {
    settings.limits.enabled = false;
    settings.server.header_timeout_seconds = 1;
    settings.server.idle_timeout_seconds = 1;
    settings.server.body_timeout_seconds = 1;
    settings.delivery.wait_seconds = 1;
}

/// What arrives until the server closes. Panics if it does not.
async fn until_closed(stream: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut said = Vec::new();
    let closed = timeout(CUT_BY, stream.read_to_end(&mut said)).await;
    // A reset counts as closed.
    assert!(closed.is_ok(), "it stays open");
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_does_not_come_or_trickles_is_cut() {
    let (app, _pair) = secured(impatient).await;
    let mut silent = TcpStream::connect(app.app().address()).await.unwrap();
    until_closed(&mut silent).await;
    let (mut reader, mut writer) = TcpStream::connect(app.app().address()).await.unwrap().into_split();
    let trickle = tokio::spawn(async move {
        // The head of a record that announces 512 bytes, and then one byte after the other.
        let _ = writer.write_all(&[0x16, 0x03, 0x01, 0x02, 0x00]).await;
        while writer.write_all(&[1]).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    until_closed(&mut reader).await;
    trickle.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_bodies_and_pauses_are_bounded_over_tls_as_without_it() {
    let (app, pair) = secured(impatient).await;
    let open = async || {
        connect(app.app().address(), client(&pair.ca, &["http/1.1"], &VERSIONS)).await.expect("a handshake")
    };
    let mut silent = open().await;
    until_closed(&mut silent).await;
    let mut slow = open().await;
    slow.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await.unwrap();
    let said = until_closed(&mut slow).await;
    assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 408"));
    let mut idle = open().await;
    idle.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    assert!(until_closed(&mut idle).await.starts_with(b"HTTP/1.1 200"));
    let mut half = open().await;
    half.write_all(b"POST /otp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n{").await.unwrap();
    assert!(until_closed(&mut half).await.starts_with(b"HTTP/1.1 408"));
    let mut long = open().await;
    let body = "x".repeat(16 * 1024 + 1);
    let request =
        format!("POST /otp HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    assert!(exchange(&mut long, &request).await.starts_with("HTTP/1.1 413"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tls_says_by_itself_keeps_no_connection() {
    let (app, pair) = secured(impatient).await;
    let mut stream = connect(app.app().address(), client(&pair.ca, &["http/1.1"], &VERSIONS)).await.unwrap();
    let body = "POST /nothing HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(body.as_bytes()).await.unwrap();
    let from = Instant::now();
    loop {
        // The server answers each with one of its own.
        stream.get_mut().1.refresh_traffic_keys().unwrap();
        let wrote = stream.write_all(b"1\r\n \r\n").await;
        if wrote.is_err() || stream.flush().await.is_err() {
            break;
        }
        assert!(from.elapsed() < CUT_BY, "it is kept");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A connection that has chosen HTTP/2, for a client that writes its own frames.
async fn raw(app: &TestApp, ca: &str) -> TlsStream<TcpStream> {
    connect(app.app().address(), client(ca, &["h2"], &VERSIONS)).await.expect("a handshake")
}

/// A frame (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const CONTINUATION: u8 = 9;

/// `GET /livez` with the static table of HPACK, for `https://localhost`.
fn livez() -> Vec<u8> {
    [&[0x82, 0x87, 0x04, 6][..], b"/livez", &[0x01, 9], b"localhost"].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_requests_is_closed_however_often_it_pings() {
    let (app, pair) = secured(impatient).await;
    let mut stream = raw(&app, &pair.ca).await;
    until_closed(&mut stream).await;

    let mut stream = raw(&app, &pair.ca).await;
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).await.unwrap();
    stream.write_all(&frame(HEADERS, 0x5, 1, &livez())).await.unwrap();
    let (mut reader, mut writer) = tokio::io::split(stream);
    let pings = tokio::spawn(async move {
        while writer.write_all(&frame(PING, 0, 0, &[7; 8])).await.is_ok() && writer.flush().await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let said = until_closed(&mut reader).await;
    assert!(said.windows(6).any(|part| part == b"\"pass\""), "the request was answered before");
    pings.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_is_answered_with_408_while_others_are_answered() {
    let (app, pair) = secured(impatient).await;
    let sender = http2(&app, &pair.ca).await;
    let request = ask("POST", "/otp").body(()).unwrap();
    let (answer, mut body) = sender.clone().ready().await.unwrap().send_request(request, false).unwrap();
    body.send_data("{".into(), false).unwrap();
    let (head, _) = send(&sender, ask("GET", "/livez"), None).await.unwrap();
    assert_eq!(head.status(), 200);
    let (head, _) = read(answer.await.unwrap()).await.unwrap();
    assert_eq!(head.status(), 408);
    let long = json!({ "mail": "x".repeat(16 * 1024) });
    let request = ask("POST", "/otp").header("content-type", "application/json");
    let (head, _) = send(&sender, request, Some(&long)).await.unwrap();
    assert_eq!(head.status(), 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_never_read_ends() {
    let (app, pair) = secured(impatient).await;
    let stream = raw(&app, &pair.ca).await;
    let mut builder = h2::client::Builder::new();
    let (sender, connection) = builder.initial_window_size(0).handshake::<_, Bytes>(stream).await.unwrap();
    tokio::spawn(connection);
    let request = ask("GET", "/openapi.json").body(()).unwrap();
    let (answer, _) = sender.clone().ready().await.unwrap().send_request(request, true).unwrap();
    let mut body = answer.await.unwrap().into_body();
    let end = timeout(CUT_BY, body.data()).await.expect("it is reset").unwrap().unwrap_err();
    assert!(end.reason() == Some(h2::Reason::CANCEL) || end.is_io() || end.is_go_away(), "{end}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_may_have_32_kib_and_no_more() {
    let (app, pair) = secured(impatient).await;
    let sender = http2(&app, &pair.ca).await;
    let with = |size: usize| ask("GET", "/livez").header("x-filler", "a".repeat(size));
    let (head, _) = send(&sender, with(30_000), None).await.unwrap();
    assert_eq!(head.status(), 200);
    match send(&sender, with(40_000), None).await {
        Ok((head, _)) => assert_eq!(head.status(), 431),
        Err(error) => assert!(error.is_reset() || error.is_go_away() || error.is_io(), "{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_requests_may_be_open_and_no_more() {
    let (app, pair) = secured(impatient).await;
    let mut stream = raw(&app, &pair.ca).await;
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).await.unwrap();
    // Each with a body that does not come.
    let head = [&[0x83, 0x87, 0x04, 4][..], b"/otp", &[0x01, 9], b"localhost"].concat();
    for n in 0..101 {
        stream.write_all(&frame(HEADERS, 0x4, 2 * n + 1, &head)).await.unwrap();
    }
    stream.flush().await.unwrap();
    let said = until_closed(&mut stream).await;
    let announced = said.windows(6).any(|setting| setting == [0, 3, 0, 0, 0, 100]);
    assert!(announced, "the bound is in the settings");
    let refused = frame(RST_STREAM, 0, 201, &7u32.to_be_bytes());
    assert!(said.windows(refused.len()).any(|part| part == refused), "REFUSED_STREAM for the last one alone");
    let refused = frame(RST_STREAM, 0, 199, &7u32.to_be_bytes());
    assert!(!said.windows(refused.len()).any(|part| part == refused));
}

/// Whether the server has ended the connection with this error.
fn went_away(said: &[u8], reason: h2::Reason) -> bool {
    let error = u32::from(reason).to_be_bytes();
    said.windows(9).enumerate().any(|(at, head)| {
        head[3] == 7 && head[..2] == [0, 0] && said.get(at + 13..at + 17) == Some(&error[..])
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_opens_and_resets_requests_without_end_is_cut_off() {
    let (app, pair) = secured(impatient).await;
    let mut stream = raw(&app, &pair.ca).await;
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).await.unwrap();
    let mut storm = Vec::new();
    for n in 0..2_000u32 {
        storm.extend(frame(HEADERS, 0x5, 2 * n + 1, &livez()));
        storm.extend(frame(RST_STREAM, 0, 2 * n + 1, &8u32.to_be_bytes()));
    }
    let _ = stream.write_all(&storm).await;
    let said = until_closed(&mut stream).await;
    assert!(went_away(&said, h2::Reason::ENHANCE_YOUR_CALM), "{} bytes", said.len());
    let (head, _) = send(&http2(&app, &pair.ca).await, ask("GET", "/livez"), None).await.unwrap();
    assert_eq!(head.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_continued_without_end_is_cut_off() {
    let (app, pair) = secured(impatient).await;
    let mut stream = raw(&app, &pair.ca).await;
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).await.unwrap();
    stream.write_all(&frame(HEADERS, 0, 1, &livez())).await.unwrap();
    let (mut reader, mut writer) = tokio::io::split(stream);
    let flood = tokio::spawn(async move {
        // A header without a name for the table: `x: ` and 1 000 letters.
        let line = [&[0x00, 1, b'x', 0x7f, 0xe9, 0x06][..], &[b'a'; 1_000]].concat();
        let mut sent = 0usize;
        while writer.write_all(&frame(CONTINUATION, 0, 1, &line)).await.is_ok() && sent < 20_000 {
            sent += 1;
        }
        sent
    });
    until_closed(&mut reader).await;
    let sent = flood.await.unwrap();
    assert!(sent < 10_000, "{sent} frames were taken");
    assert!(
        exchange(
            &mut connect(app.app().address(), client(&pair.ca, &[], &VERSIONS)).await.unwrap(),
            &get("/livez")
        )
        .await
        .starts_with("HTTP/1.1 200")
    );
}
