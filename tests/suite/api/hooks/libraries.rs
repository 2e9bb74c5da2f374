//! Signatures of the libraries that identity servers and their friends use: `standardwebhooks` of npm and of PyPI.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::{Desk, NUMBER};
use crate::support::lab::need;
use crate::support::libraries::{node_library, python_library};

const SECRET: &str = "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const JAVASCRIPT: &str = "
import { Webhook } from 'standardwebhooks';
const [secret, id, at, body] = process.argv.slice(1);
process.stdout.write(new Webhook(secret).sign(id, new Date(Number(at) * 1000), body));
";

const PYTHON: &str = "
import sys
from datetime import datetime, timezone
from standardwebhooks import Webhook
secret, name, at, body = sys.argv[1:]
print(Webhook(secret).sign(name, datetime.fromtimestamp(int(at), timezone.utc), body), end='')
";

/// Has a request signed by `signer`, which is given the secret as the libraries write it, and sends it.
async fn is_taken(product: &str, signer: impl Fn(&[&str; 4]) -> Command) {
    let desk = Desk::open().await;
    assert_eq!(desk.secret(product, &json!({ "secret": SECRET })).await.status, 200);
    let body = json!({ "user": {}, "sms": { "otp": "561166", "phone": "12025550100" }, "note": "€ \"\\ 😀" })
        .to_string();
    let (id, at) = ("8e03978e-40d5-43dd-bc93-6894a57f9324", desk.seconds().to_string());
    let secret = SECRET.trim_start_matches("v1,");
    let output = signer(&[secret, id, &at, &body]).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let signature = String::from_utf8(output.stdout).expect("text");
    let headers = [("webhook-id", id), ("webhook-timestamp", at.as_str()), ("webhook-signature", &signature)];
    let answer = desk.posted(product, &headers, &body).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "{}"), "{signature}");
    let other = [("webhook-id", "another"), headers[1], headers[2]];
    assert_eq!(desk.posted(product, &other, &body).await.status, 401);
    assert_eq!(desk.sent_all(1).await, [[NUMBER, "561166", "verification"].map(str::to_owned)]);
}

#[tokio::test]
async fn what_the_library_of_npm_signs_is_taken() {
    let Some(folder) = need(node_library("quickstart/javascript", "standardwebhooks")) else { return };
    is_taken("supabase-sms", |arguments| {
        let mut node = Command::new("node");
        node.current_dir(&folder).args(["--input-type=module", "-e", JAVASCRIPT, "--"]).args(arguments);
        node
    })
    .await;
}

#[tokio::test]
async fn what_the_library_of_pypi_signs_is_taken() {
    let Some(folder) = need(python_library(&["standardwebhooks"])) else { return };
    is_taken("supabase-sms", |arguments| {
        let mut python = Command::new("python3");
        python.env("PYTHONPATH", Path::new(&folder)).args(["-c", PYTHON]).args(arguments);
        python
    })
    .await;
}
