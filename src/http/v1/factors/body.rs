//! Bodies and queries of the routes of factors.

use std::net::IpAddr;

use actix_web::HttpRequest;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::challenges::idempotency::Once;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::receipt::Nonce;
use crate::domain::challenges::return_url::ReturnUrl;
use crate::domain::factors::identity::{Identity, MAX_IDENTITY, is_label};
use crate::domain::factors::shape::{InvalidShape, TotpAlgorithm, TotpShape};
use crate::domain::locale::Locale;
use crate::service::{Enrolment, PageWish, SecretSource};

use crate::http::shared::bodies::fields::{locale, purpose};
use crate::http::shared::problems::rejection::{Rejection, both};
use crate::http::v1::error::V1Error;
use crate::http::v1::query::Query;

use super::view;

/// The error for a text that is not an identity.
pub(crate) const WRONG_IDENTITY: &str = "1 to 128 printable characters";

/// The longest URI: ten times what an app writes.
const MAX_URI: usize = 4_096;

/// The body of `POST /v1/factors`.
#[derive(Deserialize, ToSchema)]
#[schema(as = FactorRequest, description = "A new factor.")]
#[serde(deny_unknown_fields)]
pub(crate) struct FactorBody {
    /// Your name for the user: an id that does not change is best.
    #[schema(min_length = 1, max_length = 128, pattern = "\\S", example = "user-4711")]
    identity: String,
    /// What the app shows as the issuer; the name of the tenant if absent.
    #[schema(min_length = 1, max_length = 128, pattern = "\\S", example = "Shop")]
    issuer: Option<String>,
    /// What the app shows as the account; the identity if absent.
    #[schema(min_length = 1, max_length = 128, pattern = "\\S", example = "jane@example.com")]
    account: Option<String>,
    #[schema(schema_with = view::wished_algorithm)]
    algorithm: Option<String>,
    /// The length of the codes, 6 or 8; 6 if absent.
    #[schema(minimum = 6, maximum = 8, example = 6)]
    digits: Option<u8>,
    /// The seconds for which the app shows a code; 30 if absent.
    #[schema(minimum = 15, maximum = 60, example = 30)]
    period: Option<u32>,
    /// A secret that the app holds already, in base32: 10 to 64 bytes. A fresh one is drawn if absent.
    #[schema(value_type = Option<String>, max_length = 256)]
    secret: Option<SecretString>,
    /// The same as `otpauth://totp/…`, or as an export of one account by Google Authenticator,
    /// `otpauth-migration://offline?data=…`.
    #[schema(value_type = Option<String>, max_length = 4096)]
    uri: Option<SecretString>,
    /// Requests a hosted page on which the user sets up the app: exactly one of the tenant's `return_urls`.
    #[schema(format = "uri", pattern = "^https?://[!-~]+$", max_length = 2000)]
    return_url: Option<String>,
    /// The language of that page: a tag with an optional script and region, such as `pt-BR`.
    #[schema(value_type = Option<Locale>)]
    locale: Option<String>,
    /// With `secret` or `uri`: whether the factor is active at once, because its user has proved it elsewhere.
    #[schema(example = false)]
    confirmed: Option<bool>,
}

impl FactorBody {
    pub(crate) fn parse(self, client_ip: Option<IpAddr>, once: Option<Once>) -> Result<Enrolment, Rejection> {
        let wrong = || Rejection::field("/identity", WRONG_IDENTITY);
        let identity = Identity::parse(&self.identity).ok_or_else(wrong);
        let labels = both(label("/issuer", &self.issuer), label("/account", &self.account));
        let (confirmed, page) = (self.confirmed.unwrap_or_default(), self.page());
        let ((identity, (issuer, account)), (page, source)) =
            both(both(identity, labels), both(page, self.source()))?;
        Ok(Enrolment { identity, issuer, account, source, page, confirmed, client_ip, once })
    }

    fn page(&self) -> Result<Option<PageWish>, Rejection> {
        let locale = locale(self.locale.as_deref())?;
        let Some(text) = self.return_url.as_deref() else { return Ok(None) };
        let return_url = ReturnUrl::parse(text);
        let return_url =
            return_url.map_err(|problem| Rejection::field("/return_url", problem.to_string()))?;
        Ok(Some(PageWish { return_url, locale }))
    }

    fn source(self) -> Result<SecretSource, Rejection> {
        let Some(uri) = self.uri else {
            let shape = shape(self.algorithm.as_deref(), self.digits, self.period)?;
            return Ok(match self.secret {
                Some(secret) => SecretSource::Text(secret, shape),
                None => SecretSource::Drawn(shape),
            });
        };
        let said_twice = [
            ("/algorithm", self.algorithm.is_some()),
            ("/digits", self.digits.is_some()),
            ("/period", self.period.is_some()),
            ("/secret", self.secret.is_some()),
        ];
        if uri.expose_secret().len() > MAX_URI {
            return Err(Rejection::field("/uri", "at most 4096 characters"));
        }
        match said_twice.into_iter().find(|(_, is_there)| *is_there) {
            Some((pointer, _)) => Err(Rejection::field(pointer, "the `uri` says it already: leave it out")),
            None => Ok(SecretSource::Uri(uri)),
        }
    }
}

fn label(pointer: &'static str, text: &Option<String>) -> Result<Option<String>, Rejection> {
    match text {
        Some(text) if !is_label(text, MAX_IDENTITY) => Err(Rejection::field(pointer, WRONG_IDENTITY)),
        _ => Ok(text.clone()),
    }
}

fn shape(algorithm: Option<&str>, digits: Option<u8>, period: Option<u32>) -> Result<TotpShape, Rejection> {
    let usual = TotpShape::STANDARD;
    let algorithm = algorithm.map_or(Some(usual.algorithm()), TotpAlgorithm::parse);
    let algorithm =
        algorithm.ok_or_else(|| Rejection::field("/algorithm", "one of SHA1, SHA256 and SHA512"))?;
    let (digits, period) = (digits.unwrap_or(usual.digits()), period.unwrap_or(usual.period()));
    TotpShape::new(algorithm, digits, period).map_err(|error| {
        let pointer = match error {
            InvalidShape::Digits => "/digits",
            InvalidShape::Period => "/period",
        };
        Rejection::field(pointer, error.to_string())
    })
}

/// The body of `POST /v1/factors/{id}/confirm`.
#[derive(Deserialize, ToSchema)]
#[schema(as = ConfirmFactor, description = "The first code of an app.")]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmBody {
    /// What the user typed.
    #[schema(min_length = 4, max_length = 256, example = "123456")]
    pub(crate) code: String,
}

/// The body of `POST /v1/factors/{id}/check`.
#[derive(Deserialize, ToSchema)]
#[schema(as = CheckFactor, description = "A code of an app, or a recovery code.")]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckBody {
    /// What the user typed. Spaces, dashes, zero-width and full-width characters are accepted.
    #[schema(min_length = 4, max_length = 256, example = "123456")]
    pub(crate) code: String,
    /// What the code is for, as the receipt says; `verification` if absent.
    #[schema(value_type = Option<Purpose>)]
    purpose: Option<String>,
    /// Returned in the receipt, so that you know which request it answers.
    #[schema(pattern = "^[!-~]+$", min_length = 1, max_length = 200, example = "n-0S6_WzA2Mj")]
    nonce: Option<String>,
}

impl CheckBody {
    pub(crate) fn nonce(&self) -> Result<Option<Nonce>, Rejection> {
        let wrong = || Rejection::field("/nonce", "1 to 200 visible ASCII characters");
        self.nonce.as_deref().map(|text| Nonce::parse(text).ok_or_else(wrong)).transpose()
    }

    pub(crate) fn purpose(&self) -> Result<Purpose, Rejection> {
        purpose(self.purpose.as_deref())
    }
}

/// The identity whose factors to list.
pub(crate) fn asked_identity(request: &HttpRequest) -> Result<Identity, V1Error> {
    let query = Query::of(request, &["identity"])?;
    let identity = query.parsed("identity", WRONG_IDENTITY, Identity::parse)?;
    identity.ok_or_else(|| V1Error::parameter("identity", "missing parameter `identity`"))
}

/// The body of `POST /v1/factors/results`.
#[derive(Deserialize, ToSchema)]
#[schema(as = FactorResultRequest, description = "The result with which the visitor of a factor's page came back.")]
#[serde(deny_unknown_fields)]
pub(crate) struct ResultBody {
    /// The value of `otpmint_result` in the URL with which the visitor came back.
    #[schema(min_length = 1, max_length = 256, example = "otpr_4hq7k2m9x3c8v5bnQeRtYuIoPaSdFgHjKlZxCvBnM12")]
    pub(crate) result: String,
}
