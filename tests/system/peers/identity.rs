//! What identity servers send with: their own code, configured as docs/identity-servers.md tells.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::client::{self, Wire};
use crate::support::documents::root;
use crate::support::eventually;
use crate::support::lab::need;
use crate::support::libraries::{node_package, python_folder};
use crate::support::server::Server;

/// The keys of the built-in tenant of `otpmint dev` and of its sandbox.
const SECRET_KEY: &str = "dev-only-7Q2xWm9K-not-a-secret";
const TEST_KEY: &str = "otpm_test_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo2E86NF";

#[test]
fn privacyideas_http_provider_has_its_codes_delivered() {
    let Some(library) = need(python_folder("privacyidea", &["privacyidea.lib.smsprovider.HttpSMSProvider"]))
    else {
        return;
    };
    let mut script = Command::new("python3");
    script.env("PYTHONPATH", library).arg(root().join("tests/identity/sms_provider.py"));
    let sent = delivered("gateway", &mut script, &["form", "json", "refused"]);
    let codes = [("+12025550110", "031415"), ("+12025550120", "271828"), ("+12025550130", "027182")];
    assert_eq!(sent, codes.map(|(to, code)| [to, code, "login"].map(str::to_owned)));
}

#[test]
fn logtos_http_connectors_have_their_codes_delivered() {
    let Some(folder) = need(node_package("tests/identity", "@logto/connector-http-sms")) else { return };
    let mut script = Command::new("node");
    script.arg(folder.join("logto.mjs"));
    let sent = delivered("logto", &mut script, &["sms", "email", "refused"]);
    let codes = [("+12025550150", "141421", "login"), ("jane@example.com", "173205", "password_reset")];
    assert_eq!(sent, codes.map(|(to, code, purpose)| [to, code, purpose].map(str::to_owned)));
}

/// Runs a script that tells these steps, with the hook of a sandbox and a key for it. What was delivered then:
/// recipient, code and purpose, the oldest first.
#[track_caller]
fn delivered(product: &str, script: &mut Command, steps: &[&str]) -> Vec<[String; 3]> {
    let server = Server::new("");
    let address = server.address();
    let server = server
        .command(|serve| [serve[0].as_str(), "dev", "--listen", &address].map(str::to_owned).to_vec())
        .start();
    let ready = || server.output().contains("Ctrl-C").then_some(());
    assert!(eventually(Duration::from_secs(30), ready).is_some(), "{}", server.output());
    let relays = json!({ "name": "identity server", "scopes": ["relay"] });
    let key = called(&address, SECRET_KEY, ("POST", "/v1/tenant/sandbox/keys"), &relays)["secret"].clone();
    let world = json!({ "phone": { "countries": ["*"] } });
    let tenant = called(&address, TEST_KEY, ("PATCH", "/v1/tenant"), &world)["tenant"].clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    script.env("OTPMINT_HOOK", format!("http://{address}/hooks/{product}/{}", text(&tenant)));
    let output = script.env("OTPMINT_KEY", text(&key)).output().expect("the script starts");
    let (said, trouble) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{trouble}");
    assert_eq!(said.lines().collect::<Vec<_>>(), steps, "{trouble}");
    let kept = || {
        let kept = called(&address, TEST_KEY, ("GET", "/v1/sandbox/outbox"), &Value::Null)["data"].clone();
        let kept: Vec<_> = kept.as_array().expect("a list").iter().rev().cloned().collect();
        (kept.len() >= steps.len() - 1).then_some(kept)
    };
    let kept = eventually(Duration::from_secs(30), kept).expect("messages");
    kept.iter().map(|mail| ["to", "code", "purpose"].map(|field| text(&mail[field]))).collect()
}

#[track_caller]
fn called(address: &str, key: &str, (method, path): (&str, &str), body: &Value) -> Value {
    let bearer = format!("Authorization: Bearer {key}");
    let headers = ["Content-Type: application/json", "Connection: close", &bearer];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut wire = Wire::open(address).unwrap();
    wire.send(client::request(method, path, &headers, &body)).unwrap();
    let reply = wire.reply().unwrap();
    assert!([200, 201].contains(&reply.status), "{path}: {}", reply.body);
    reply.json()
}
