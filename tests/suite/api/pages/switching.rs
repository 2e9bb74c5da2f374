//! A visitor who wants the code over another channel.

use serde_json::{Value, json};

use super::phones::sandbox;
use super::{Browser, Hosted, RETURN, backend, leads, recorded, start};
use crate::api::harness::{Tenant, TestApp};
use crate::api::v1::sandbox::mails;

const NUMBER: &str = "+12025550100";
const CODE: &str = "424242";

/// What the buttons say, with the words that they send.
const BUTTONS: [(&str, &str); 4] = [
    ("sms", "Text me instead"),
    ("whatsapp", "Send it over WhatsApp instead"),
    ("voice", "Call me instead"),
    ("telegram", "Send it over Telegram instead"),
];

/// The page of a code that was sent to a phone.
struct Sent<'a> {
    app: &'a TestApp,
    tenant: &'a Tenant,
    page: Hosted,
}

impl<'a> Sent<'a> {
    async fn to(app: &'a TestApp, tenant: &'a Tenant, to: &str) -> Self {
        let body = json!({ "to": to, "return_url": RETURN });
        let minted = backend(app, tenant).post("/v1/challenges", &body).await;
        assert_eq!(minted.status, 201, "{}", minted.body);
        recorded(app).await;
        let told = minted.json();
        let text = |name: &str| told[name].as_str().expect(name).to_owned();
        let path = text("page_url").strip_prefix(super::PUBLIC).expect("the public URL").to_owned();
        Self { app, tenant, page: Hosted { path, key: text("key"), code: CODE.to_owned() } }
    }

    /// Presses a button; returns the notice, which is empty if there is none.
    async fn press(&self, form: &str) -> String {
        let path = &self.page.path;
        let back = leads(&Browser::at(self.app).post(&format!("{path}/resend"), form).await);
        recorded(self.app).await;
        back.strip_prefix(path).expect("the page").trim_start_matches("?notice=").to_owned()
    }

    async fn shown(&self) -> String {
        Browser::at(self.app).get(&self.page.path).await.body
    }

    /// The channels that the page offers.
    async fn offers(&self) -> Vec<&'static str> {
        let shown = self.shown().await;
        let is_offered = |(word, label): &(&str, &str)| {
            let button = shown.contains(&format!(">{label}</button>"));
            assert_eq!(button, shown.contains(&format!("name=\"channel\" value=\"{word}\"")), "{shown}");
            button
        };
        BUTTONS.iter().filter(|button| is_offered(button)).map(|(word, _)| *word).collect()
    }

    /// The channels of its messages, and how many may follow.
    async fn course(&self) -> (Vec<String>, u64) {
        let path = format!("/v1/challenges/{}", self.page.key);
        let seen = backend(self.app, self.tenant).get(&path).await.json();
        let channel = |delivery: &Value| delivery["channel"].as_str().expect("a channel").to_owned();
        let channels = seen["deliveries"].as_array().expect("deliveries").iter().map(channel).collect();
        (channels, seen["sends_remaining"].as_u64().expect("a number"))
    }
}

fn order(channels: &[&str]) -> Value {
    json!({ "phone": { "countries": ["US", "DE"] }, "policy": { "channels": channels, "fallback_after": 600 } })
}

#[tokio::test]
async fn the_same_code_comes_over_another_channel_of_the_order() {
    let app = start().await;
    let tenant = sandbox(&app, order(&["sms", "whatsapp", "voice"])).await;
    let sent = Sent::to(&app, &tenant, NUMBER).await;
    assert!(sent.shown().await.contains("We sent a text to +1 *** ***00."));
    assert_eq!(sent.offers().await, ["whatsapp", "voice"]);
    assert_eq!(sent.press("channel=voice").await, "later", "the pause is kept");
    assert_eq!(sent.course().await, (vec!["sms".to_owned()], 2));
    app.clock.pass_seconds(30);
    assert_eq!(sent.press("channel=voice").await, "sent");
    assert_eq!(sent.course().await, (["sms", "voice"].map(str::to_owned).to_vec(), 1));
    assert!(sent.shown().await.contains("We are calling +1 *** ***00."));
    assert_eq!(sent.offers().await, ["sms", "whatsapp"]);
    app.clock.pass_seconds(60);
    assert_eq!(sent.press("channel=whatsapp").await, "sent");
    assert!(sent.shown().await.contains("We sent a code to +1 *** ***00 over WhatsApp."));
    let codes: Vec<_> = mails(&app, &tenant, "").await.iter().map(|mail| mail["code"].clone()).collect();
    assert_eq!(codes, [CODE, CODE, CODE]);
    // That was the last one.
    app.clock.pass_seconds(60);
    assert_eq!(sent.offers().await, [""; 0]);
    assert_eq!(sent.press("channel=sms").await, "not_there");
    assert_eq!(sent.course().await.1, 0);
    Browser::at(&app).result(&sent.page).await;
}

#[tokio::test]
async fn a_visitor_chooses_no_channel_that_the_tenant_has_not_put_in_its_order() {
    let app = start().await;
    let ordered = sandbox(&app, order(&["sms", "voice"])).await;
    let sent = Sent::to(&app, &ordered, NUMBER).await;
    app.clock.pass_seconds(30);
    for (form, notice) in [
        ("channel=telegram", "not_there"),
        ("channel=whatsapp", "not_there"),
        ("channel=email", "not_there"),
        ("channel=none", "not_there"),
        ("channel=fax", "later"),
        ("channel=VOICE", "later"),
        ("channel=voice%00", "later"),
    ] {
        assert_eq!(sent.press(form).await, notice, "{form}");
    }
    assert_eq!(sent.course().await, (vec!["sms".to_owned()], 2));
    assert_eq!(sent.press("channel=sms").await, "sent", "as before");
    assert_eq!(sent.course().await, (["sms", "sms"].map(str::to_owned).to_vec(), 1));
}

#[tokio::test]
async fn without_an_order_and_to_mail_and_to_landlines_nothing_else_is_offered() {
    let app = start().await;
    let tenant = sandbox(&app, json!({ "phone": { "countries": ["US"] } })).await;
    let sent = Sent::to(&app, &tenant, NUMBER).await;
    app.clock.pass_seconds(30);
    assert_eq!(
        (sent.offers().await, sent.press("channel=voice").await),
        (Vec::new(), "not_there".to_owned())
    );
    let other = start().await;
    let tenant = sandbox(&other, order(&["sms", "voice"])).await;
    for to in ["delivered@otpmint.test", "+493023125000"] {
        let sent = Sent::to(&other, &tenant, to).await;
        other.clock.pass_seconds(60);
        assert_eq!(sent.offers().await, [""; 0], "{to}");
        for channel in ["sms", "whatsapp"] {
            assert_eq!(sent.press(&format!("channel={channel}")).await, "not_there", "{to}");
        }
    }
}

#[tokio::test]
async fn in_the_last_minute_and_after_the_end_no_other_channel_is_used() {
    let app = start().await;
    let tenant = sandbox(&app, order(&["sms", "voice"])).await;
    let sent = Sent::to(&app, &tenant, NUMBER).await;
    app.clock.pass_seconds(240);
    assert_eq!(sent.offers().await, ["voice"], "60 seconds are left");
    app.clock.pass_seconds(1);
    assert_eq!(
        (sent.offers().await, sent.press("channel=voice").await),
        (Vec::new(), "not_there".to_owned())
    );
    Browser::at(&app).result(&sent.page).await;
    assert_eq!(sent.press("channel=voice").await, "", "the page itself says what happened");
    assert_eq!(sent.course().await.0, ["sms"]);
}

#[tokio::test]
async fn another_channel_counts_against_the_same_limits() {
    let app = start().await;
    let mut settings = order(&["sms", "voice"]);
    settings["policy"]["limits"] = json!({ "sends_per_recipient": ["1/10m"] });
    let tenant = sandbox(&app, settings).await;
    let sent = Sent::to(&app, &tenant, NUMBER).await;
    app.clock.pass_seconds(30);
    assert_eq!(sent.press("channel=voice").await, "later");
    assert_eq!(sent.course().await, (vec!["sms".to_owned()], 2));
}
