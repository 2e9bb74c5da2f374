// SPDX-License-Identifier: MIT

//! What only the real server has: events, limits of a tenant's own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use otpmint_client::webhooks::{Invalid, WebhookVerifier};
use otpmint_client::{Kind, Mint, Status};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::worlds::{Dev, refused, someone};

/// The headers and the body of the next request, which is answered.
async fn next(listener: &TcpListener) -> (Vec<(String, String)>, Vec<u8>) {
    let accepted = tokio::time::timeout(Duration::from_secs(60), listener.accept()).await;
    let (mut stream, _): (TcpStream, _) = accepted.expect("an event comes").unwrap();
    let mut all = Vec::new();
    loop {
        let mut some = [0; 4096];
        let count = stream.read(&mut some).await.unwrap();
        all.extend_from_slice(&some[..count]);
        let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(all[..end].to_vec()).unwrap();
        let headers: Vec<(String, String)> = head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(n, v)| (n.into(), v.into()))
            .collect();
        let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length")).unwrap();
        let body = &all[end + 4..];
        if body.len() == length.1.parse::<usize>().unwrap() {
            stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").await.unwrap();
            return (headers, body.to_vec());
        }
    }
}

/// The program of README.md, as a person runs it.
#[tokio::test]
async fn the_first_code_is_verified() {
    let readme =
        include_str!("../../README.md").split("```rust\n").nth(1).unwrap().split("```").next().unwrap();
    let program = include_str!("../../examples/first_code.rs").replace(NOT_IN_README, "");
    assert!(program.ends_with(readme), "README.md shows another program");
    let dev = Dev::start().await;
    let test = std::env::current_exe().unwrap();
    let binary = test.ancestors().nth(2).unwrap().join("examples/first_code");
    let mut first = Command::new(binary);
    first.env("OTPMINT_URL", &dev.url).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut first = first.spawn().expect("cargo build --example first_code builds it");
    let mut said = BufReader::new(first.stdout.take().unwrap());
    let mut line = String::new();
    // Typed once it is asked for, as people do.
    said.read_line(&mut line).unwrap();
    assert!(line.contains("/dev/inbox"), "{line}");
    let code = &dev.codes("jane@example.com").await[0];
    writeln!(first.stdin.take().unwrap(), "{code}").unwrap();
    line.clear();
    said.read_line(&mut line).unwrap();
    assert_eq!((line.trim(), first.wait().unwrap().success()), ("Verified", true));
}

const NOT_IN_README: &str = "#[expect(clippy::print_stdout, reason = \"a program for a terminal\")]\n";

#[tokio::test]
async fn a_delivered_event_is_verified_with_the_old_secret_and_with_the_new_one() {
    let dev = Dev::start().await;
    let (client, to) = (dev.client(), someone());
    let app = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", app.local_addr().unwrap());
    let hook = json!({ "url": url, "events": ["challenge.verified"] });
    let hook: Value = client.request("POST", "/v1/tenant/webhooks", Some(&hook)).await.unwrap();
    let minted = client.challenges().mint(Mint::to(&to).metadata("order", "17")).await.unwrap();
    client.challenges().verify(&minted.key, &dev.codes(&to).await[0]).await.unwrap();
    let (headers, body) = next(&app).await;
    let headers_of = |headers: &[(String, String)]| headers.to_vec();
    let verify = |secret: &Value, headers: &[(String, String)], body: &[u8]| {
        let verifier = WebhookVerifier::new(secret.as_str().unwrap()).unwrap();
        let headers = headers_of(headers);
        verifier.verify(headers.iter().map(|(name, value)| (&**name, &**value)), body)
    };
    let event = verify(&hook["secret"], &headers, &body).unwrap();
    let challenge = event.challenge().unwrap();
    assert_eq!((&*event.r#type, &challenge.key), ("challenge.verified", &minted.key));
    assert_eq!((challenge.status, &*challenge.metadata["order"]), (Status::Verified, "17"));
    let forged = String::from_utf8(body).unwrap().replace("verified", "canceled");
    assert_eq!(verify(&hook["secret"], &headers, forged.as_bytes()).unwrap_err(), Invalid::Signature);

    // While the secret is being replaced, either is good.
    let path = format!("/v1/tenant/webhooks/{}", hook["webhook"].as_str().unwrap());
    let rotated: Value = client.request("POST", &format!("{path}/rotate"), Some(&json!({}))).await.unwrap();
    let test = format!("{path}/test");
    let (tested, (headers, body)) = tokio::join!(client.request::<Value>("POST", &test, None), next(&app));
    tested.unwrap();
    for secret in [&hook["secret"], &rotated["secret"]] {
        assert_eq!(verify(secret, &headers, &body).unwrap().r#type, "ping");
    }
}

/// Development servers have no limit in force: that a mint beyond one is `RateLimited` is told in `errors`.
#[tokio::test]
async fn a_mint_names_what_the_limits_of_its_tenant_count() {
    let dev = Dev::start().await;
    let client = dev.client();
    let policy = json!({ "policy": { "limits": { "named": { "device": ["1/10m"] } } } });
    client.request::<Value>("PATCH", "/v1/tenant", Some(&policy)).await.unwrap();
    client.challenges().mint(Mint::to(someone()).limits("device", "7f1b6c0e")).await.unwrap();
    let unknown = client.challenges().mint(Mint::to(someone()).limits("devise", "7f1b6c0e")).await;
    let unknown = refused(unknown, Kind::InvalidField);
    assert_eq!(unknown.errors()[0].pointer.as_deref(), Some("/limits/devise"));
}
