//! Receipts as apps see them: the published keys, and the samples of `docs/receipts.md` against real receipts
//! and the real server.

mod check;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use otpmint::app::{Ambient, Foundation, StorePlace};
use otpmint::config;
use otpmint::crypto::keyring::Keyring;
use otpmint::crypto::receipt::Receipt;
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::challenges::receipt::Nonce;
use otpmint::domain::tenants::tenant::TenantHandle;
use otpmint::domain::time::{Clock, Timestamp};
use serde_json::{Value, json};

use crate::support::lab::need;
use crate::support::libraries::{node_library, python_library};
use crate::support::server::Server;

const PAGE: &str = include_str!("../../../docs/receipts.md");
const TENANT: &str = "tnt_23456789abcdefgh";

/// The keys of the data in this folder, whether or not a server also uses it.
async fn keyring(data: &Path) -> std::sync::Arc<Keyring> {
    let variables = [("OTPMINT_DATA_DIR".to_owned(), data.display().to_string())];
    let settings = config::load(None, variables.into_iter()).unwrap();
    let place = StorePlace::of(&settings).unwrap();
    Foundation::open_at(place, &settings, &Ambient::system()).await.unwrap().keyring
}

fn issue(keys: &Keyring, tenant: &str, purpose: &str, nonce: &str, now: Timestamp) -> String {
    let nonce = Nonce::parse(nonce);
    let receipt = Receipt {
        tenant: &TenantHandle::parse(tenant).unwrap(),
        recipient: "jane@example.com",
        purpose: &Purpose::parse(purpose).unwrap(),
        channel: ChannelKind::Email.as_str(),
        key: "BqXh3kZpQmWc",
        nonce: nonce.as_ref(),
        bind: None,
        metadata: None,
    };
    let settings = config::load(None, std::iter::empty()).unwrap();
    keys.issue_receipt(&settings.receipt_terms().unwrap(), &receipt, now)
}

/// One receipt that is valid for `TENANT`, `login` and `n-1`; all others are invalid.
fn receipts(ours: &Keyring, others: &Keyring) -> Vec<String> {
    let now = Ambient::system().clock.now();
    let good = issue(ours, TENANT, "login", "n-1", now);
    let mut changed = good.clone().into_bytes();
    let middle = good.rfind('.').unwrap() + 20;
    changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
    vec![
        good,
        String::from_utf8(changed).unwrap(),
        issue(ours, "tnt_aaaaaaaaaaaaaaaa", "login", "n-1", now),
        issue(ours, TENANT, "payment", "n-1", now),
        issue(ours, TENANT, "login", "n-2", now),
        issue(ours, TENANT, "login", "n-1", now - Duration::from_secs(400)),
        issue(ours, TENANT, "login", "n-1", now + Duration::from_secs(60)),
        issue(others, TENANT, "login", "n-1", now),
        "not.a.token".to_owned(),
    ]
}

/// The one block of the page in this language, with the server's address in it.
fn sample(language: &str, server: &Server) -> String {
    let (_, rest) = PAGE.split_once(&format!("```{language}\n")).expect("the page has a sample");
    let (code, _) = rest.split_once("\n```").expect("the block ends");
    code.replace("https://otp.example.com", &server.url())
}

#[test]
fn the_keys_are_public_cacheable_and_the_same_after_a_restart() {
    let mut server = Server::new("").start();
    let (status, response) = server.get("/.well-known/jwks.json").unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let head = head.to_lowercase();
    assert_eq!(status, 200);
    for header in ["content-type: application/json", "access-control-allow-origin: *"] {
        assert!(head.contains(&format!("\r\n{header}")), "{header} is not in {head}");
    }
    let caching: Vec<&str> = head.lines().filter(|line| line.starts_with("cache-control:")).collect();
    assert_eq!(caching, ["cache-control: public, max-age=300"]);
    let keys: Value = serde_json::from_str(body).unwrap();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    assert!(keys["keys"][0].get("d").is_none(), "{keys}");
    // Everything else keeps its headers.
    let elsewhere = server.get("/livez").unwrap().1.to_lowercase();
    assert!(elsewhere.contains("cache-control: no-store") && !elsewhere.contains("access-control"));
    server.kill();
    server.start_again();
    assert!(server.get("/.well-known/jwks.json").unwrap().1.ends_with(body));
}

#[tokio::test]
async fn the_rust_sample_tells_good_receipts_from_others() {
    assert!(PAGE.contains(include_str!("check.rs")), "docs/receipts.md shows another sample");
    let server = Server::new("").start();
    let other = tempfile::tempdir().unwrap();
    let receipts = receipts(&*keyring(server.data()).await, &*keyring(other.path()).await);
    let keys = reqwest::get(format!("{}/.well-known/jwks.json", server.url())).await.unwrap();
    let keys: JwkSet = keys.json().await.unwrap();
    let check = |receipt: &String| check::check_receipt(&keys, receipt, TENANT, "login", "n-1");
    let receipt = check(&receipts[0]).unwrap();
    assert_eq!((receipt.sub.as_str(), receipt.jti.as_str()), ("jane@example.com", "BqXh3kZpQmWc"));
    for bad in &receipts[1..] {
        assert!(check(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn the_python_sample_tells_good_receipts_from_others() {
    // An independent implementation of everything, including the curve.
    let Some(library) = need(python_library(&["jwt", "cryptography"])) else { return };
    let server = Server::new("").start();
    let other = tempfile::tempdir().unwrap();
    let receipts = receipts(&*keyring(server.data()).await, &*keyring(other.path()).await);
    let verdicts = python(&library, &sample("python", &server), &json!(receipts));
    let (good, bad) = verdicts.as_array().unwrap().split_first().unwrap();
    assert_eq!(good, "jane@example.com", "{verdicts}");
    let expected = [
        "InvalidSignatureError",
        "InvalidAudienceError",
        "InvalidTokenError",
        "InvalidTokenError",
        "ExpiredSignatureError",
        "ImmatureSignatureError",
        "PyJWKClientError",
        "DecodeError",
    ];
    assert_eq!(bad, expected);
}

/// The recipient, according to the sample, or why it refuses; for each receipt.
fn python(library: &Path, sample: &str, receipts: &Value) -> Value {
    let ask = format!(
        r#"{sample}

import json, sys
def verdict(receipt):
    try:
        return check_receipt(receipt, "{TENANT}", "login", "n-1")["sub"]
    except jwt.PyJWTError as error:
        return type(error).__name__
print(json.dumps([verdict(receipt) for receipt in json.load(sys.stdin)]))
"#
    );
    let mut python = Command::new("python3");
    judge(python.env("PYTHONPATH", library).args(["-c", &ask]), receipts)
}

#[tokio::test]
async fn the_node_sample_tells_good_receipts_from_others() {
    let Some(folder) = need(node_library("quickstart/javascript", "jose")) else { return };
    let server = Server::new("").start();
    let other = tempfile::tempdir().unwrap();
    let receipts = receipts(&*keyring(server.data()).await, &*keyring(other.path()).await);
    let verdicts = node(&folder, &sample("js", &server), &json!(receipts));
    let (good, bad) = verdicts.as_array().unwrap().split_first().unwrap();
    assert_eq!(good, "jane@example.com", "{verdicts}");
    let expected = [
        "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
        "ERR_JWT_CLAIM_VALIDATION_FAILED",
        "Error",
        "Error",
        "ERR_JWT_EXPIRED",
        "ERR_JWT_CLAIM_VALIDATION_FAILED",
        "ERR_JWKS_NO_MATCHING_KEY",
        "ERR_JWS_INVALID",
    ];
    assert_eq!(bad, expected);
}

/// The same, in Node.
fn node(folder: &Path, sample: &str, receipts: &Value) -> Value {
    let ask = format!(
        r#"{sample}

import {{ json }} from "node:stream/consumers";
const verdicts = [];
for (const receipt of await json(process.stdin)) {{
  const judge = checkReceipt(receipt, "{TENANT}", "login", "n-1");
  verdicts.push(await judge.then((claims) => claims.sub, (error) => error.code ?? error.name));
}}
console.log(JSON.stringify(verdicts));
"#
    );
    let mut node = Command::new("node");
    judge(node.current_dir(folder).args(["--input-type=module", "-e", &ask]), receipts)
}

/// Passes receipts to a program and reads its verdicts.
fn judge(program: &mut Command, receipts: &Value) -> Value {
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(receipts.to_string().as_bytes()).unwrap();
    serde_json::from_slice(&child.wait_with_output().unwrap().stdout).expect("the sample runs")
}
