//! Signed reports of gateways.

use serde_json::{Value, json};

use super::signers::{self, Signer};
use super::{ROUTES, Report, Reporting, SECRET, Sent};
use crate::delivery::providers::server::Reply;

const NUMBER: &str = "+4915123456789";

/// A gateway with a preset, and a report as it makes one.
pub struct Signing {
    pub signer: Signer,
    preset: &'static str,
    answer: (u16, &'static str),
    /// Where the request has the address for reports: a pointer, or the name in a form.
    callback: &'static str,
    report: fn(url: &str, status: &str) -> Report,
}

pub const ALL: [Signing; 7] = [
    Signing {
        signer: Signer::Messagebird,
        preset: "messagebird",
        answer: (201, r#"{"id":"m1","recipients":{"totalSentCount":1}}"#),
        callback: "/reportUrl",
        report: |url, status| Report::get(format!("{url}?id=m1&recipient=4915123456789&status={status}")),
    },
    Signing {
        signer: Signer::PlivoV3,
        preset: "plivo",
        answer: (202, r#"{"message_uuid":["m1"]}"#),
        callback: "/url",
        report: |url, status| {
            Report::post(url, format!("Status={status}&MessageUUID=m1&To=%2B4915123456789"))
        },
    },
    Signing {
        signer: Signer::PlivoV2,
        preset: "plivo",
        answer: (202, r#"{"message_uuid":["m1"]}"#),
        callback: "/url",
        report: |url, status| Report::post(url, format!("Status={status}&MessageUUID=m1")),
    },
    Signing {
        signer: Signer::Sinch,
        preset: "sinch",
        answer: (201, r#"{"id":"m1"}"#),
        callback: "/callback_url",
        report: |url, status| {
            Report::post(
                url,
                json!({ "batch_id": "m1", "statuses": [{ "code": 0, "status": status }] }).to_string(),
            )
        },
    },
    Signing {
        signer: Signer::Telnyx,
        preset: "telnyx",
        answer: (200, r#"{"data":{"id":"m1"}}"#),
        callback: "/webhook_url",
        report: |url, status| {
            let to = json!([{ "phone_number": NUMBER, "status": status }]);
            let data = json!({ "event_type": "message.finalized", "payload": { "id": "m1", "to": to } });
            Report::post(url, json!({ "data": data }).to_string())
        },
    },
    Signing {
        signer: Signer::VonageToken,
        preset: "vonage",
        answer: (200, r#"{"messages":[{"status":"0","message-id":"m1"}]}"#),
        callback: "callback",
        report: |url, status| Report::post(url, json!({ "messageId": "m1", "status": status }).to_string()),
    },
    Signing {
        signer: Signer::VonageFields,
        preset: "vonage",
        answer: (200, r#"{"messages":[{"status":"0","message-id":"m1"}]}"#),
        callback: "callback",
        report: |url, status| {
            Report::get(format!("{url}?messageId=m1&status={status}&err-code=0&note=a%26b%3Dc"))
        },
    },
];

impl Signing {
    /// Sends a message over a route with this key for reports.
    pub async fn sent(&self, report_key: Option<&str>) -> Sent {
        let world = Reporting::with([Reply::Json(self.answer.0, self.answer.1.to_owned())]).await;
        let mut route = json!({
            "transport": "http", "secret": SECRET, "report_key": report_key,
            "settings": { "preset": self.preset, "account": "acme", "from": "Acme", "base_url": world.base_url() },
        });
        if self.preset == "sinch" {
            route["settings"]["region"] = json!("eu");
        }
        let route = world.add(&route).await;
        let key = world.mint(NUMBER, "sms").await;
        let request = world.provider.heard().remove(0);
        let body = request.split_once("\r\n\r\n").unwrap().1;
        let callback = match self.callback.starts_with('/') {
            true => {
                let json: Value = serde_json::from_str(body).unwrap();
                json.pointer(self.callback).unwrap().as_str().unwrap().to_owned()
            }
            false => {
                let mut fields = url::form_urlencoded::parse(body.as_bytes());
                fields.find(|(name, _)| name == self.callback).unwrap().1.into_owned()
            }
        };
        Sent { world, key, callback, route }
    }

    /// Whether the signature covers the content, and the time.
    pub fn covers(&self) -> (bool, bool) {
        let is_old = matches!(self.signer, Signer::PlivoV2 | Signer::PlivoV3);
        (self.signer != Signer::PlivoV2, !is_old)
    }

    pub fn report(&self, url: &str, status: &str) -> Report {
        (self.report)(url, status)
    }
}

/// The same report with another word for the status.
pub fn changed(report: &Report, from: &str, to: &str) -> Report {
    let (url, body) = (report.url.replace(from, to), report.body.replace(from, to));
    assert!(url != report.url || body != report.body);
    Report { url, body, ..report.clone() }
}

#[tokio::test]
async fn with_a_key_a_report_counts_only_with_the_signature_of_the_provider() {
    for signing in &ALL {
        let signer = signing.signer;
        let key = signer.key("the-signature-secret");
        let sent = signing.sent(Some(&signer.shared(&key))).await;
        let (world, now) = (&sent.world, sent.world.now());
        assert_eq!(sent.route["reports"], json!({ "proof": "signature" }), "{signer:?}");
        let failed = signing.report(&sent.callback, "failed");
        let signed = signer.sign(&key, failed.clone(), now);
        let mut forged = vec![
            failed.clone(),
            signer.sign(&signer.key("another"), failed.clone(), now),
            // The signature of another message, over the same content.
            Report {
                headers: signer.sign(&key, changed(&failed, "callbacks/", "callbacks/x"), now).headers,
                ..failed
            },
        ];
        let (covers_content, covers_time) = signing.covers();
        if covers_content {
            forged.push(changed(&signed, "failed", "rejected"));
        }
        if covers_time {
            let failed = signing.report(&sent.callback, "failed");
            forged.extend([now - 400, now + 400].map(|at| signer.sign(&key, failed.clone(), at)));
        }
        for (at, report) in forged.iter().enumerate() {
            let is_of_body =
                matches!(signer, Signer::Sinch | Signer::Telnyx | Signer::VonageToken | Signer::VonageFields);
            if at == 2 && is_of_body {
                continue; // Their signatures do not cover the address.
            }
            assert_eq!(world.told(report).await, 403, "{signer:?} {at}");
            assert_eq!(world.status(&sent.key).await, "sent", "{signer:?} {at}");
        }
        let news = signer.sign(&key, signing.report(&sent.callback, "accepted"), now);
        assert_eq!((world.told(&news).await, world.status(&sent.key).await.as_str()), (200, "sent"));
        let delivered = signer.sign(&key, signing.report(&sent.callback, "delivered"), now - 20);
        for report in [&delivered, &delivered, &signed] {
            assert_eq!(world.told(report).await, 200, "{signer:?}");
            assert_eq!(world.status(&sent.key).await, "delivered", "{signer:?}");
        }
    }
}

#[tokio::test]
async fn what_is_not_signed_is_not_read() {
    for signing in &ALL {
        let (signer, key) = (signing.signer, signing.signer.key("secret"));
        let sent = signing.sent(Some(&signer.shared(&key))).await;
        let news = signer.sign(&key, signing.report(&sent.callback, "accepted"), sent.world.now());
        let joint = if news.url.contains('?') { '&' } else { '?' };
        let more = Report { url: format!("{}{joint}status=failed", news.url), ..news };
        let answer = sent.world.told(&more).await;
        assert!([200, 403].contains(&answer), "{signer:?} {answer}");
        if signing.covers().0 {
            assert_eq!(sent.world.status(&sent.key).await, "sent", "{signer:?}");
        }
    }
}

#[tokio::test]
async fn without_a_key_the_address_proves_and_a_key_can_be_added_and_removed() {
    let signing = &ALL[5];
    let sent = signing.sent(None).await;
    assert_eq!(sent.route["reports"], json!({ "proof": "address" }));
    let path = format!("{ROUTES}/{}", sent.route["id"].as_str().unwrap());
    let put = async |report_key: Option<Value>| {
        let mut body = json!({ "transport": "http", "settings": sent.route["settings"] });
        if let Some(key) = report_key {
            body["report_key"] = key;
        }
        let answer = sent.world.api.send(reqwest::Method::PUT, &path, body.to_string().into_bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["reports"]["proof"].clone()
    };
    let report = signing.report(&sent.callback, "delivered");
    assert_eq!((put(Some(json!("key"))).await, put(None).await), (json!("signature"), json!("signature")));
    assert_eq!(
        (sent.world.told(&report).await, sent.world.status(&sent.key).await),
        (403, "sent".to_owned())
    );
    assert_eq!(put(Some(Value::Null)).await, json!("address"));
    assert_eq!(
        (sent.world.told(&report).await, sent.world.status(&sent.key).await),
        (200, "delivered".to_owned())
    );
}

#[tokio::test]
async fn a_token_cannot_choose_its_algorithm() {
    for signing in [&ALL[0], &ALL[5]] {
        let sent = signing.sent(Some("secret")).await;
        let report = signing.report(&sent.callback, "delivered");
        let good = signing.signer.sign("secret", report.clone(), sent.world.now());
        let (name, value) = good.headers[0].clone();
        let prefix = if value.starts_with("Bearer ") { "Bearer " } else { "" };
        let claims = value.split('.').nth(1).unwrap().to_owned();
        let claims =
            base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        for algorithm in ["none", "None", "HS384", "HS512", "RS256", "hs256", ""] {
            let token = signers::token("secret", algorithm, &claims);
            let bare = token.rsplit_once('.').unwrap().0;
            for token in [token.clone(), format!("{bare}."), bare.to_owned()] {
                let headers = vec![(name, format!("{prefix}{token}"))];
                assert_eq!(sent.world.told(&Report { headers, ..report.clone() }).await, 403, "{algorithm}");
            }
        }
        assert_eq!(sent.world.status(&sent.key).await, "sent");
        assert_eq!(sent.world.told(&good).await, 200);
        assert_eq!(sent.world.status(&sent.key).await, "delivered");
    }
}

/// A message that Twilio took over an API key, with this auth token for reports.
pub async fn twilio(auth_token: &str) -> Sent {
    let world = Reporting::with([Reply::Json(201, r#"{"sid":"SM1","status":"queued"}"#.to_owned())]).await;
    let route = json!({
        "transport": "twilio", "secret": SECRET, "report_key": auth_token,
        "settings": {
            "account_sid": format!("AC{}", "0".repeat(32)), "api_key_sid": format!("SK{}", "0".repeat(32)),
            "from": "Acme", "base_url": world.base_url(),
        },
    });
    let route = world.add(&route).await;
    let key = world.mint(NUMBER, "sms").await;
    let request = world.provider.heard().remove(0);
    let body = request.split_once("\r\n\r\n").unwrap().1;
    let mut fields = url::form_urlencoded::parse(body.as_bytes());
    let callback = fields.find(|(name, _)| name == "StatusCallback").unwrap().1.into_owned();
    Sent { world, key, callback, route }
}

#[tokio::test]
async fn the_auth_token_signs_for_twilio_although_messages_go_out_with_an_api_key() {
    let Sent { world, key, callback, route } = twilio("auth-token").await;
    assert_eq!(route["reports"], json!({ "proof": "signature" }));
    let report = Report::post(callback, "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003");
    for forged in [report.clone(), Signer::Twilio.sign(SECRET, report.clone(), 0)] {
        assert_eq!((world.told(&forged).await, world.status(&key).await.as_str()), (403, "sent"));
    }
    let signed = Signer::Twilio.sign("auth-token", report, 0);
    assert_eq!((world.told(&signed).await, world.status(&key).await.as_str()), (200, "failed"));
    assert_eq!(world.app.database().text("SELECT reply_status FROM deliveries"), "30003");
}
