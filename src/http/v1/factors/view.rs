//! Factors in answers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::factors::factor::{FactorChannel, FactorHandle, FactorStatus};
use crate::domain::factors::shape::TotpAlgorithm;
use crate::domain::time::Timestamp;
use crate::service::{Checked, Enrolled, FoundFactor};

use crate::http::shared::description::examples;
use crate::http::shared::description::operation::Example;
use crate::http::shared::description::schemas::{one_of, one_of_or_null, part};
use crate::http::shared::qr_code;
use crate::http::v1::page;

/// An authenticator app of one of the tenant's users.
#[derive(Serialize, ToSchema)]
#[schema(as = Factor)]
pub(crate) struct FactorView {
    /// The handle of the factor.
    factor: FactorHandle,
    /// Your name for the user.
    #[schema(min_length = 1, max_length = 128)]
    identity: String,
    #[schema(schema_with = status)]
    status: &'static str,
    #[schema(schema_with = algorithm)]
    algorithm: &'static str,
    /// The length of the codes.
    #[schema(minimum = 6, maximum = 8)]
    digits: u8,
    /// The seconds for which the app shows a code.
    #[schema(minimum = 15, maximum = 60)]
    period: u32,
    /// How many recovery codes are left.
    #[schema(minimum = 0, maximum = 10)]
    recovery_codes_remaining: i64,
    /// When the factor was added.
    created_at: Timestamp,
    /// When the first right code came, or the import was confirmed.
    #[schema(required)]
    confirmed_at: Option<Timestamp>,
    /// When a code was last accepted.
    #[schema(required)]
    used_at: Option<Timestamp>,
    /// The end of the pause after too many wrong codes; null if codes are checked.
    #[schema(required)]
    paused_until: Option<Timestamp>,
}

/// A factor that was just added. Its secret is shown only once.
#[derive(Serialize, ToSchema)]
#[schema(as = NewFactor)]
pub(crate) struct NewFactorView {
    #[serde(flatten)]
    factor: FactorView,
    /// The secret in base32, for users who type it. Like the other three it is shown only once: null when the
    /// answer is repeated, and if the hosted page shows it instead.
    #[schema(required, pattern = "^[A-Z2-7]+$", max_length = 103)]
    secret: Option<String>,
    /// What the QR code says.
    #[schema(required, format = "uri", max_length = 4096)]
    uri: Option<String>,
    /// The QR code as an SVG element.
    #[schema(required, max_length = 262144)]
    qr_svg: Option<String>,
    /// The QR code as a PNG, in base64.
    #[schema(required, content_encoding = "base64", pattern = "^[A-Za-z0-9+/=]*$", max_length = 262144)]
    qr_png: Option<String>,
    /// The URL of the hosted page, for 15 minutes. Only present with `return_url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, format = "uri", max_length = 320)]
    page_url: Option<String>,
}

/// A factor with recovery codes, which are shown only once.
#[derive(Serialize, ToSchema)]
#[schema(as = FactorWithRecoveryCodes)]
pub(crate) struct RecoveryView {
    #[serde(flatten)]
    factor: FactorView,
    #[schema(schema_with = recovery_codes)]
    recovery_codes: Vec<String>,
}

/// A factor whose code was right, with the proof.
#[derive(Serialize, ToSchema)]
#[schema(as = CheckedFactor)]
pub(crate) struct CheckedView {
    #[serde(flatten)]
    factor: FactorView,
    /// Always `true`: a wrong code is a problem.
    verified: bool,
    #[schema(schema_with = channel)]
    channel: &'static str,
    /// A signed JWT that the tenant's own backend can verify. Absent only if the answer is repeated and the receipt is
    /// no longer valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        required = false,
        pattern = r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
        max_length = 65536
    )]
    receipt: Option<String>,
}

/// The factors of a user.
#[derive(Serialize, ToSchema)]
#[schema(as = Factors)]
pub(crate) struct FactorsView {
    /// The factors, in order of creation.
    #[schema(max_items = 5)]
    pub(crate) data: Vec<FactorView>,
    #[schema(required, schema_with = page::next)]
    pub(crate) next: Option<String>,
}

impl FactorView {
    /// The object of a factor at `now`.
    pub(crate) fn of(found: &FoundFactor, now: Timestamp) -> Self {
        let FoundFactor { factor, identity } = found;
        Self {
            factor: factor.handle.clone(),
            identity: identity.as_str().to_owned(),
            status: factor.status().as_str(),
            algorithm: factor.shape.algorithm().as_str(),
            digits: factor.shape.digits(),
            period: factor.shape.period(),
            recovery_codes_remaining: factor.recovery_codes,
            created_at: factor.created_at,
            confirmed_at: factor.confirmed_at,
            used_at: factor.used_at,
            paused_until: factor.guard.pause_at(now),
        }
    }

    fn like(status: FactorStatus) -> Self {
        let is_active = status == FactorStatus::Active;
        Self {
            factor: examples::factor(),
            identity: "user-4711".to_owned(),
            status: status.as_str(),
            algorithm: TotpAlgorithm::Sha1.as_str(),
            digits: 6,
            period: 30,
            recovery_codes_remaining: if is_active { 10 } else { 0 },
            created_at: examples::at("08:30:00"),
            confirmed_at: is_active.then(|| examples::at("08:31:00")),
            used_at: is_active.then(|| examples::at("08:31:00")),
            paused_until: None,
        }
    }
}

impl NewFactorView {
    /// The answer to an enrolment. A text that no QR code can hold has empty pictures.
    pub(crate) fn of(new: &Enrolled, now: Timestamp) -> Self {
        if new.page_url.is_some() {
            return Self::without_secret(new, now);
        }
        let uri = new.uri.expose_secret();
        let (svg, png) = pictures(uri);
        Self {
            factor: FactorView::of(&new.found, now),
            secret: Some(new.secret.expose_secret().to_owned()),
            uri: Some(uri.to_owned()),
            qr_svg: Some(svg),
            qr_png: Some(png),
            page_url: None,
        }
    }

    /// The same answer without the secret, as it may be kept and repeated.
    fn without_secret(new: &Enrolled, now: Timestamp) -> Self {
        Self { page_url: new.page_url.clone(), ..Self::rebuilt(&new.found, None, now) }
    }

    /// The answer to an enrolment of which only the factor and the URI that has the secret are known.
    pub(crate) fn rebuilt(found: &FoundFactor, uri: Option<&str>, now: Timestamp) -> Self {
        let factor = FactorView::of(found, now);
        let (qr_svg, qr_png) = uri.map(pictures).unzip();
        Self { factor, secret: None, uri: None, qr_svg, qr_png, page_url: None }
    }
}

/// The QR code of a URI, as SVG and as PNG in base64.
fn pictures(uri: &str) -> (String, String) {
    let png = qr_code::png(uri).map(|png| STANDARD.encode(png));
    (qr_code::svg(uri).unwrap_or_default(), png.unwrap_or_default())
}

impl RecoveryView {
    /// A factor with these codes.
    pub(crate) fn of(found: &FoundFactor, codes: &[SecretString], now: Timestamp) -> Self {
        let recovery_codes = codes.iter().map(|code| code.expose_secret().to_owned()).collect();
        Self { factor: FactorView::of(found, now), recovery_codes }
    }
}

impl CheckedView {
    /// The answer to a right code.
    pub(crate) fn of(checked: Checked, now: Timestamp) -> Self {
        let Checked { found, channel, receipt } = checked;
        Self { receipt: Some(receipt), ..Self::without_receipt(&found, channel, now) }
    }

    /// The same answer without the receipt, as it may be repeated.
    pub(crate) fn without_receipt(found: &FoundFactor, channel: FactorChannel, now: Timestamp) -> Self {
        let factor = FactorView::of(found, now);
        Self { factor, verified: true, channel: channel.as_str(), receipt: None }
    }
}

impl Example for FactorView {
    fn example() -> Self {
        Self::like(FactorStatus::Active)
    }
}

impl Example for FactorsView {
    fn example() -> Self {
        Self { data: vec![FactorView::example()], next: page::NO_MORE }
    }
}

impl Example for NewFactorView {
    fn example() -> Self {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned();
        Self {
            factor: FactorView::like(FactorStatus::Unconfirmed),
            uri: Some(format!(
                "otpauth://totp/Shop:jane?secret={secret}&issuer=Shop&algorithm=SHA1&digits=6&period=30"
            )),
            secret: Some(secret),
            qr_svg: Some("<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>".to_owned()),
            qr_png: Some("iVBORw0KGgo=".to_owned()),
            page_url: None,
        }
    }
}

impl Example for RecoveryView {
    fn example() -> Self {
        let code = |last: char| format!("ABCD-EFGH-2345-678{last}");
        let recovery_codes = "9ABCDEFGHJ".chars().map(code).collect();
        Self { factor: FactorView::example(), recovery_codes }
    }
}

impl Example for CheckedView {
    fn example() -> Self {
        let receipt = Some("eyJhbGciOiJFUzI1NiJ9.eyJwdXJwb3NlIjoibG9naW4ifQ.c2lnbmF0dXJl".to_owned());
        Self { factor: FactorView::example(), verified: true, channel: "totp", receipt }
    }
}

fn status() -> RefOr<Schema> {
    let words = [FactorStatus::Unconfirmed, FactorStatus::Active].map(FactorStatus::as_str);
    one_of("`unconfirmed` until the first right code.", words)
}

fn algorithm() -> RefOr<Schema> {
    one_of("The hash function.", TotpAlgorithm::ALL.map(TotpAlgorithm::as_str))
}

/// The algorithm that a caller wishes.
pub(crate) fn wished_algorithm() -> RefOr<Schema> {
    one_of_or_null(
        "The hash function; `SHA1` if absent. Some apps ignore any other.",
        TotpAlgorithm::ALL.map(TotpAlgorithm::as_str),
    )
}

fn channel() -> RefOr<Schema> {
    one_of("What made the code: the app, or a recovery code.", FactorChannel::ALL.map(FactorChannel::as_str))
}

fn recovery_codes() -> RefOr<Schema> {
    part(json!({
        "type": "array",
        "description": "The recovery codes, each for one use.",
        "items": { "type": "string", "pattern": "^[2-9A-Z]{4}(-[2-9A-Z]{4}){3}$", "maxLength": 19 },
        "minItems": 10,
        "maxItems": 10,
    }))
}
