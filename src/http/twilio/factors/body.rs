//! The forms of entities, factors and their challenges.

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::domain::factors::identity::{Identity, is_label};
use crate::domain::factors::shape::{TotpAlgorithm, TotpShape};
use crate::domain::tenants::service::TotpDefaults;
use crate::http::twilio::error::TwilioError;
use crate::http::twilio::form::Form;
use crate::service::SecretSource;

/// The longest name that an app shows.
const MAX_LABEL: usize = 64;

/// What belongs to push factors, which this server does not have.
const PUSH: [&str; 6] = [
    "Binding.Alg",
    "Binding.PublicKey",
    "Config.AppId",
    "Config.NotificationPlatform",
    "Config.NotificationToken",
    "Config.SdkVersion",
];

/// What an identity has to be.
const WANTED: &str = "1 to 128 printable characters";

/// Reads an identity from a path.
pub(super) fn identity(text: &str) -> Result<Identity, TwilioError> {
    Identity::parse(text).ok_or_else(TwilioError::not_found)
}

/// Reads the form of a new entity.
pub(super) fn new_entity(mut form: Form) -> Result<Identity, TwilioError> {
    let identity = form.required("Identity")?;
    form.end()?;
    Identity::parse(&identity).ok_or_else(|| TwilioError::parameter("Identity", WANTED))
}

/// A form that adds a factor. It has no `Debug`, because it may bring a secret.
pub(super) struct NewFactor {
    pub(super) friendly_name: String,
    pub(super) source: SecretSource,
}

impl NewFactor {
    /// Reads a form; what it does not say is as the service has it.
    pub(super) fn read(mut form: Form, defaults: &TotpDefaults) -> Result<Self, TwilioError> {
        factor_type(&form.required("FactorType")?)?;
        let wanted = format!("1 to {MAX_LABEL} printable characters");
        let name =
            form.parsed("FriendlyName", &wanted, |text| is_label(text, MAX_LABEL).then(|| text.to_owned()))?;
        let friendly_name = name.ok_or_else(|| TwilioError::parameter("FriendlyName", "it is required"))?;
        let shape = shape(&mut form, defaults)?;
        let secret = form.take("Binding.Secret")?.filter(|secret| !secret.is_empty());
        for name in PUSH {
            form.without(name, &[""])?;
        }
        // Codes are accepted for one period before and after the present one, for every factor.
        form.without("Config.Skew", &["", "1"])?;
        form.without("Metadata", &["", "{}"])?;
        form.end()?;
        let source = match secret {
            Some(secret) => SecretSource::Text(SecretString::from(secret.as_str()), shape),
            None => SecretSource::Drawn(shape),
        };
        Ok(Self { friendly_name, source })
    }
}

fn factor_type(word: &str) -> Result<(), TwilioError> {
    match word {
        "totp" => Ok(()),
        "push" | "passkeys" => {
            Err(TwilioError::worded(403, 60223, format!("This server has no factors of the type `{word}`")))
        }
        _ => Err(TwilioError::parameter("FactorType", "it must be totp")),
    }
}

fn shape(form: &mut Form, defaults: &TotpDefaults) -> Result<TotpShape, TwilioError> {
    let algorithm = form.parsed("Config.Alg", "sha1, sha256 or sha512", |word| {
        TotpAlgorithm::parse(&word.to_ascii_uppercase())
    })?;
    let digits = form.parsed("Config.CodeLength", "6 or 8", |text| text.parse().ok())?.or(defaults.digits);
    let period = form.parsed("Config.TimeStep", "a number from 20 to 60", |text| {
        text.parse().ok().filter(|seconds| (20..=60).contains(seconds))
    })?;
    let usual = TotpShape::STANDARD;
    let (digits, period) = (digits.unwrap_or(usual.digits()), period.or(defaults.period));
    TotpShape::new(algorithm.unwrap_or(usual.algorithm()), digits, period.unwrap_or(usual.period()))
        .map_err(|error| TwilioError::parameter("Config.CodeLength", error))
}

/// Reads the code of a form that verifies a factor.
pub(super) fn first_code(mut form: Form) -> Result<Zeroizing<String>, TwilioError> {
    let code = form.required("AuthPayload")?;
    // Nothing about a factor is kept that could be changed.
    for name in ["FriendlyName", "Config.Alg", "Config.Skew", "Config.CodeLength", "Config.TimeStep"] {
        form.without(name, &[""])?;
    }
    for name in PUSH {
        form.without(name, &[""])?;
    }
    form.end()?;
    Ok(code)
}

/// A form that answers a factor. It has no `Debug`, because it has the code.
pub(super) struct Answering {
    pub(super) factor: Zeroizing<String>,
    pub(super) code: Zeroizing<String>,
}

impl Answering {
    /// Reads a form.
    pub(super) fn read(mut form: Form) -> Result<Self, TwilioError> {
        let (factor, code) = (form.required("FactorSid")?, form.required("AuthPayload")?);
        for name in ["ExpirationDate", "Details.Message", "Details.Fields"] {
            form.without(name, &[""])?;
        }
        form.without("HiddenDetails", &["", "{}"])?;
        form.end()?;
        Ok(Self { factor, code })
    }
}
