//! All faces attacked at once: hostile input on every route, tenants crossed, wrong credentials, and one code that is
//! answered through several faces.

mod callers;
mod codes;
mod crossed;
mod fuzzing;
mod hostile;
mod pool;
mod signatures;
mod strangers;
mod table;
mod wire;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use otpmint::config::{AlphabetName, Settings};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::harness::{Tenant, TestApp};
use crate::api::otpgateway::Gateway;
use crate::api::pages::{self, PUBLIC, RETURN};
use crate::api::twilio::{Sdk, begun, settled, sid};
use table::Face;
use wire::Wire;

/// Settings under which nothing hides behind a limit, and every code is long enough to be searched for.
pub fn open(settings: &mut Settings) {
    settings.limits.enabled = false;
    settings.codes.alphabet = AlphabetName::Unambiguous;
    settings.codes.length = 10;
    settings.delivery.wait_seconds = 1;
    settings.server.public_url = PUBLIC.to_owned();
}

/// What one tenant owns on all faces, by the parameter of the path that names it.
#[derive(Clone)]
pub struct Owned {
    pub tenant: Tenant,
    account: String,
    /// A key that may only relay.
    relay: String,
    /// Codes and secrets that no answer may contain.
    pub secrets: Vec<String>,
    names: Vec<(&'static str, String)>,
}

impl Owned {
    /// What is named by a parameter of a path of a face.
    fn named(&self, face: Face, parameter: &str) -> Option<&str> {
        let parameter = match (face, parameter) {
            (Face::V1, "id" | "key") => return None,
            (Face::Otpgateway, "namespace") | (Face::Hooks, "tenant") => "handle",
            (Face::Otpgateway, "id") => "alias",
            (_, other) => other,
        };
        self.names.iter().find(|(name, _)| *name == parameter).map(|(_, value)| value.as_str())
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.tenant.key)
    }

    fn basic(&self, face: Face) -> String {
        match face {
            Face::Twilio => basic(&self.account, &self.tenant.key),
            Face::Hooks => basic("any", &self.relay),
            _ => basic(&self.tenant.handle, &self.tenant.key),
        }
    }

    /// The header with which this tenant calls a face.
    fn authorization(&self, face: Face) -> String {
        match face {
            Face::Twilio | Face::Otpgateway | Face::Hooks => self.basic(face),
            _ => self.bearer(),
        }
    }
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// A tenant with one of everything that the faces name. `who` keeps the recipients of tenants apart.
pub async fn furnish(app: &TestApp, who: &str) -> Owned {
    let tenant = pages::hosting_tenant(app).await;
    let own = app.api.bearing(&tenant.key);
    let mut names = vec![("handle", tenant.handle.clone()), ("product", "supabase-sms".to_owned())];
    let relay = json!({ "name": "relay", "scopes": ["relay"] });
    let relay = text(&own.post("/v1/tenant/keys", &relay).await.json(), "secret");
    let hook = own.send(Method::PUT, "/v1/tenant/hooks/supabase-sms", Vec::new()).await.json();
    let mut secrets = vec![text(&hook, "secret"), relay.clone(), tenant.key.clone()];

    let sdk = Sdk::of(app, &tenant).await;
    let service = sdk.new_service(&[("FriendlyName", "Mine")]).await;
    names.push(("service", last(&service)));
    let (to, identity) = (format!("{who}@recipient.example"), format!("user-{who}"));
    let (verification, code) = begun(app, &sdk, &service, &to).await;
    secrets.push(code);
    names.extend([("name", verification), ("identity", identity.clone())]);
    let limit = sid(&sdk.post(&format!("{service}/RateLimits"), &[("UniqueName", "device")]).await);
    let bucket = [("Max", "3"), ("Interval", "600")];
    names.push(("bucket", sid(&sdk.post(&format!("{service}/RateLimits/{limit}/Buckets"), &bucket).await)));
    names.push(("limit", limit));
    let factor = [("FriendlyName", "Phone"), ("FactorType", "totp")];
    let entity = format!("{service}/Entities/{identity}");
    let factor = sdk.post(&format!("{entity}/Factors"), &factor).await;
    secrets.push(text(&factor.json()["binding"], "secret"));
    names.extend([("factor", sid(&factor)), ("challenge", sid(&factor).replacen("YF", "YC", 1))]);
    let url = "https://app.example.com/hooks";
    let webhook = [("FriendlyName", "x"), ("WebhookUrl", url), ("EventTypes", "challenge.expired")];
    let webhook = sdk.post(&format!("{service}/Webhooks"), &webhook).await;
    secrets.push(text(&webhook.json(), "secret"));
    names.push(("webhook", sid(&webhook)));
    settled(app).await;
    let attempts = sdk.get("/Attempts").await.json();
    names.push(("attempt", text(&attempts["attempts"][0], "sid")));

    let alias = format!("session-{who}");
    secrets
        .push(Gateway::of(app, &tenant).issued(app, &alias, &format!("alias-{who}@recipient.example")).await);
    names.push(("alias", alias));
    names.push(("key", page(app, &tenant, &format!("page-{who}@recipient.example"), &mut secrets).await));
    names.extend([("country", "DE".to_owned()), ("number", "+4915123456789".to_owned())]);
    settled(app).await;
    Owned { account: sdk.account, relay, tenant, secrets, names }
}

/// A challenge with a page: the key of the page.
async fn page(app: &TestApp, tenant: &Tenant, to: &str, secrets: &mut Vec<String>) -> String {
    let page = pages::Hosted::minted(app, tenant, json!({ "to": to, "return_url": RETURN })).await;
    secrets.push(page.code);
    last(&page.path)
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}

/// The last part of a path.
fn last(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// The tables whose rows are things that somebody has made; what is only counted or noted is in others.
const MADE: [&str; 18] = [
    "tenants",
    "secret_keys",
    "origins",
    "templates",
    "logos",
    "route_logins",
    "challenges",
    "results",
    "outbox",
    "fallbacks",
    "deliveries",
    "webhooks",
    "webhook_deliveries",
    "factors",
    "recovery_codes",
    "factor_results",
    "hooks",
    "idempotency",
];

/// How many rows each of [`MADE`] has.
fn made(app: &TestApp) -> String {
    let counts = MADE.map(|table| format!("(SELECT count(*) FROM {table})"));
    app.database().text(&format!("SELECT {}", counts.join(" || ' ' || ")))
}

fn wire(app: &TestApp) -> Wire {
    Wire::to(app.app().address())
}
