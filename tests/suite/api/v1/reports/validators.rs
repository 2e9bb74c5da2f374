//! The same signatures, and the providers' own libraries: what they find signed counts, and nothing else.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Map, Value, json};

use super::signatures::{self, changed};
use super::signers::Signer;
use super::{Report, Sent, whatsapp};
use crate::support::lab::{Missing, need, need_command};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/providers");
const KEY: &str = "the-signature-secret";

/// A question to the library of a provider.
struct Question<'a> {
    does: &'static str,
    signer: Signer,
    report: &'a Report,
    key: String,
    now: i64,
}

impl Question<'_> {
    fn json(&self) -> Value {
        let Report { method, url, headers, body } = self.report;
        let headers: Map<_, _> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        json!({
            "does": self.does, "signer": format!("{:?}", self.signer), "key": self.key, "now": self.now,
            "method": method.as_str(), "url": url, "headers": headers, "body": body,
        })
    }
}

/// Where the libraries are.
fn libraries() -> Result<(), Missing> {
    need_command("node")?;
    match Path::new(FOLDER).join("node_modules/plivo").is_dir() {
        true => Ok(()),
        false => Err(Missing("no libraries in tests/providers (./check installs them)".to_owned())),
    }
}

/// Asks all of these at once.
fn ask(questions: &[Question<'_>]) -> Vec<Value> {
    let questions: Vec<_> = questions.iter().map(Question::json).collect();
    let mut node = Command::new("node")
        .arg("reports.mjs")
        .current_dir(FOLDER)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node");
    node.stdin.take().unwrap().write_all(json!(questions).to_string().as_bytes()).expect("a pipe");
    let output = node.wait_with_output().expect("an answer");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("a list of answers")
}

/// A message of each provider, with how it signs and a report with this status.
struct Case {
    signer: Signer,
    key: String,
    sent: Sent,
    report: Box<dyn Fn(&str) -> Report>,
    covers_content: bool,
    /// Whether the library looks at the time.
    covers_time: bool,
}

async fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for signing in &signatures::ALL {
        let (signer, key) = (signing.signer, signing.signer.key(KEY));
        let sent = signing.sent(Some(&signer.shared(&key))).await;
        let callback = sent.callback.clone();
        let report = move |status: &str| signing.report(&callback, status);
        let covers_time = matches!(signer, Signer::Messagebird | Signer::Telnyx);
        let covers_content = signing.covers().0;
        cases.push(Case { signer, key, sent, report: Box::new(report), covers_content, covers_time });
    }
    let sent = signatures::twilio(KEY).await;
    let callback = sent.callback.clone();
    let report = move |status: &str| {
        Report::post(&callback, format!("MessageSid=SM1&To=%2B49151&MessageStatus={status}"))
    };
    let (covers_content, covers_time) = (true, false);
    let (signer, key) = (Signer::Twilio, KEY.to_owned());
    cases.push(Case { signer, key, sent, report: Box::new(report), covers_content, covers_time });
    let sent = whatsapp::sent(KEY).await;
    let callback = sent.callback.clone();
    let report = move |status: &str| Report::post(&callback, whatsapp::statuses(&[("wamid.1", status)]));
    let (signer, key) = (Signer::Whatsapp, KEY.to_owned());
    cases.push(Case { signer, key, sent, report: Box::new(report), covers_content, covers_time });
    cases
}

impl Case {
    /// Reports that nobody may believe.
    fn forged(&self, now: i64) -> Vec<Report> {
        let failed = (self.report)("failed");
        let mut forged = vec![self.signer.sign(&self.signer.key("another"), failed.clone(), now)];
        if self.covers_content {
            forged.push(changed(
                &self.signer.sign(&self.key, (self.report)("delivered"), now),
                "delivered",
                "failed",
            ));
        }
        if self.covers_time {
            forged.extend([now - 301, now + 301].map(|at| self.signer.sign(&self.key, failed.clone(), at)));
        }
        forged
    }

    fn question<'a>(&self, does: &'static str, report: &'a Report, now: i64) -> Question<'a> {
        Question { does, signer: self.signer, report, key: self.signer.shared(&self.key), now }
    }
}

#[tokio::test]
async fn what_counts_is_what_the_providers_own_libraries_find_signed() {
    if need(libraries()).is_none() {
        return;
    }
    for case in cases().await {
        let (world, signer) = (&case.sent.world, case.signer);
        let now = world.now();
        let good = case.signer.sign(&case.key, (case.report)("delivered"), now);
        let forged = case.forged(now);
        let questions: Vec<_> =
            forged.iter().chain([&good]).map(|report| case.question("check", report, now)).collect();
        let mut expected = vec![json!(false); forged.len()];
        expected.push(json!(true));
        assert_eq!(ask(&questions), expected, "{signer:?}");
        for report in &forged {
            assert_eq!(world.told(report).await, 403, "{signer:?}");
        }
        assert_eq!(world.status(&case.sent.key).await, "sent", "{signer:?}");
        assert_eq!(world.told(&good).await, 200, "{signer:?}");
        assert_eq!(world.status(&case.sent.key).await, "delivered", "{signer:?}");
    }
}

#[tokio::test]
async fn what_the_libraries_sign_counts() {
    if need(libraries()).is_none() {
        return;
    }
    for case in cases().await {
        let now = case.sent.world.now();
        // With a foreign signature, which is then replaced.
        let another = case.signer.key("another");
        let mut report = case.signer.sign(&another, (case.report)("delivered"), now);
        let at = match case.signer {
            Signer::Sinch | Signer::Twilio => 0,
            Signer::VonageFields => {
                report.url = report.url.rsplit_once("&sig=").unwrap().0.to_owned();
                usize::MAX
            }
            // Their libraries only check.
            Signer::Messagebird
            | Signer::PlivoV2
            | Signer::PlivoV3
            | Signer::Telnyx
            | Signer::VonageToken
            | Signer::Whatsapp => continue,
        };
        let signature = ask(&[case.question("sign", &report, now)]).remove(0);
        let signature = signature.as_str().expect("a signature");
        match report.headers.get_mut(at) {
            Some(header) => header.1 = signature.to_owned(),
            None => report.url = format!("{}&sig={signature}", report.url),
        }
        assert_eq!(case.sent.world.told(&report).await, 200, "{:?}", case.signer);
        assert_eq!(case.sent.world.status(&case.sent.key).await, "delivered", "{:?}", case.signer);
    }
}
