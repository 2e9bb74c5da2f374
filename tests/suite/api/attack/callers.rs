//! Wrong credentials on every face: nothing is learned, and every guess is counted under the caller's address.

use otpmint::config::Settings;
use serde_json::json;

use super::table::Face;
use super::wire::{Reply, Request};
use super::{Owned, basic, furnish, open, text, wire};
use crate::api::harness::{Tenant, TestApp};
use crate::api::twilio::Sdk;

const FACES: [Face; 4] = [Face::Twilio, Face::Otpgateway, Face::Hooks, Face::V1];

/// A key that somebody has chosen and somebody else may guess.
const CHOSEN: &str = "chosen-by-the-tenant-9Lw2";

/// Who calls: the sid of the account for one face, the handle for the others, and a secret key.
#[derive(Clone)]
struct Credentials {
    account: String,
    handle: String,
    key: String,
}

impl Credentials {
    fn of(owned: &Owned) -> Self {
        let (account, handle) = (owned.account.clone(), owned.tenant.handle.clone());
        Self { account, handle, key: owned.tenant.key.clone() }
    }

    fn with_key(&self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self.clone() }
    }

    /// A request to a face that changes nothing, and names the tenant as the face does.
    fn asking(&self, face: Face) -> Request {
        let (method, target, authorization) = match face {
            Face::Twilio => ("GET", "/v2/Services".to_owned(), basic(&self.account, &self.key)),
            Face::Otpgateway => {
                ("POST", "/api/otp/session-nobody/status".to_owned(), basic(&self.handle, &self.key))
            }
            Face::Hooks => ("POST", format!("/hooks/gateway/{}", self.handle), basic("any", &self.key)),
            _ => ("GET", "/v1/messages/x".to_owned(), format!("Bearer {}", self.key)),
        };
        let headers = vec![("Authorization".to_owned(), authorization)];
        Request { method: method.to_owned(), target, headers, body: Vec::new() }
    }
}

/// What a caller sees of an answer.
fn seen(reply: &Reply) -> (u16, String, Option<String>) {
    // The name of the occurrence differs from request to request.
    let body = reply.body.split(",\"instance\":").next().unwrap_or_default();
    (reply.status, body.to_owned(), reply.header("www-authenticate").map(str::to_owned))
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_with_credentials_a_face_says_the_same() {
    let app = TestApp::with(open).await;
    let (me, other, off) =
        (furnish(&app, "jane").await, furnish(&app, "joe").await, furnish(&app, "off").await);
    let own = app.api.bearing(&me.tenant.key);
    let all = json!({ "name": "second", "scopes": ["mint", "verify", "manage", "relay"] });
    let revoked = own.post("/v1/tenant/keys", &all).await.json();
    let path = format!("/v1/tenant/keys/{}", text(&revoked, "key"));
    assert_eq!(own.send(reqwest::Method::DELETE, &path, Vec::new()).await.status, 204);
    let test = json!({ "name": "ci", "scopes": ["mint", "verify", "manage", "relay"] });
    let test = text(&own.post("/v1/tenant/sandbox/keys", &test).await.json(), "secret");
    let off_handle = &off.tenant.handle;
    app.database().change(&format!("UPDATE tenants SET status = 'disabled' WHERE handle = '{off_handle}'"));
    app.clock.pass_seconds(2);
    let (right, theirs) = (Credentials::of(&me), Credentials::of(&other));
    let nobody = Credentials {
        account: "AC0123456789abcdef0123456789abcdef".to_owned(),
        handle: "tnt_2222222222222222".to_owned(),
        ..right.clone()
    };
    let mut wire = wire(&app);
    for face in FACES {
        let relays = |of: &Owned| if face == Face::Hooks { of.relay.clone() } else { of.tenant.key.clone() };
        let mut wrong = vec![
            right.with_key("otpm_wrong-key-of-somebody"),
            right.with_key(&text(&revoked, "secret")),
            right.with_key(""),
            right.with_key(&relays(&me).to_uppercase()),
            right.with_key("é💣"),
            right.with_key(&"k".repeat(5_000)),
            right.with_key(&app.operator_token),
            Credentials::of(&off).with_key(&relays(&off)),
        ];
        // A bearer names nobody.
        if face != Face::V1 {
            wrong.extend([
                right.with_key(&relays(&other)),
                theirs.with_key(&relays(&me)),
                nobody.with_key(&relays(&me)),
                right.with_key(&test),
            ]);
        }
        let asked = |who: &Credentials| who.asking(face);
        let told: Vec<_> =
            wrong.iter().map(|who| seen(&wire.send(&asked(who)).expect("an answer"))).collect();
        assert_eq!(told[0].0, 401, "{face:?} {told:?}");
        assert!(told.iter().all(|one| *one == told[0]), "{face:?} {told:#?}");
        let right = wire.send(&asked(&right.with_key(&relays(&me)))).expect("an answer");
        assert_ne!(right.status, 401, "{face:?} {right:?}");
    }
}

/// A server on which four wrong keys are too many, and no other limit refuses a stranger before.
fn strict(settings: &mut Settings) {
    settings.limits.wrong_keys_per_address = "4/10m".parse().expect("a rate");
}

/// Two tenants that have chosen their keys: the second one's is [`CHOSEN`].
async fn choosers(app: &TestApp) -> [Credentials; 2] {
    let chooser = async |key: &str| {
        let mut body = app.registration();
        body["secretKey"] = json!(key);
        let tenant = app.register(&body).await;
        let account = Sdk::of(app, &Tenant { key: key.to_owned(), ..tenant.clone() }).await.account;
        Credentials { account, handle: tenant.handle, key: key.to_owned() }
    };
    [chooser("chosen-by-another-8Vq3").await, chooser(CHOSEN).await]
}

/// A guess costs the same on every face, and so does a right key under another's name: if that were free, strangers
/// could try which keys are somebody's.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_on_all_faces_are_counted_together() {
    for guesses_the_key in [true, false] {
        let app = TestApp::with(strict).await;
        let [one, other] = choosers(&app).await;
        let generated = app.tenant().await;
        let account = Sdk::of(&app, &generated).await.account;
        let guess = if guesses_the_key { "a-key-that-nobody-has-1" } else { CHOSEN };
        let guesser = one.with_key(guess);
        let mut wire = wire(&app);
        let naming = [Face::Twilio, Face::Otpgateway, Face::Hooks];
        let mut statuses = Vec::new();
        for face in naming.into_iter().cycle().take(7) {
            statuses.push(wire.send(&guesser.asking(face)).expect("an answer").status);
        }
        assert_eq!(statuses, [401, 401, 401, 401, 429, 429, 429], "{guesses_the_key}");
        // Even the right key is not looked at now, on no face, and each says so in its own words.
        for face in FACES {
            let reply = wire.send(&other.asking(face)).expect("an answer");
            assert_eq!(reply.status, 429, "{face:?} {reply:?}");
            assert!(reply.header("retry-after").is_some(), "{face:?} {reply:?}");
        }
        // What cannot be guessed is not held off.
        let generated = Credentials { account, handle: generated.handle, key: generated.key };
        for face in FACES {
            let reply = wire.send(&generated.asking(face)).expect("an answer");
            assert!(![401, 429].contains(&reply.status), "{face:?} {reply:?}");
        }
    }
}

/// A stranger without any credentials is counted on every face as well.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_limited_on_every_face() {
    for face in FACES {
        let app = TestApp::start().await;
        let mut wire = wire(&app);
        let nobody = Credentials {
            account: String::new(),
            handle: "tnt_2222222222222222".to_owned(),
            key: String::new(),
        };
        let request = Request { headers: Vec::new(), ..nobody.asking(face) };
        let statuses: Vec<_> = (0..40).map(|_| wire.send(&request).expect("an answer").status).collect();
        let first = statuses.iter().position(|status| *status == 429);
        assert!(first.is_some_and(|first| (5..=30).contains(&first)), "{face:?} {statuses:?}");
        assert!(statuses.iter().all(|status| [401, 429].contains(status)), "{face:?} {statuses:?}");
    }
}
