//! Loads settings from the compiled-in default, the file and the environment; later sources override earlier
//! ones.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use config::{Config, ConfigError, Environment, File, FileFormat};

use crate::domain::challenges::receipt::ReceiptTerms;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::network::OutboundRule;
use crate::domain::phone::fraud::rules::{Budget, FraudRules};
use crate::domain::phone::settings::Countries;
use crate::domain::policy::CodePolicy;
use crate::domain::web_origin::WebOrigin;

use super::check::{self, SettingProblem};
use super::default_file::DEFAULT;
use super::file;
use super::fraud;
use super::load_error::LoadError;
use super::sections::{Settings, StoreSettings};
use super::store::{self, PostgresSettings};
use super::store_names::StoreNames;
use super::variables::{self, SECRETS};

/// Loads and checks the settings. `environment` is the output of `std::env::vars`.
pub fn load(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Settings, LoadError> {
    let mut sources = Config::builder().add_source(File::from_str(DEFAULT, FileFormat::Toml));
    let mut warnings = Vec::new();
    if let Some(path) = file {
        let found = file::settings(path)?;
        warnings.extend(found.warning(path, has_secret(&found.text)));
        sources = sources.add_source(File::from_str(&found.text, FileFormat::Toml));
    }
    let variables = variables::overrides(environment, &mut warnings)?;
    let sources = sources.add_source(
        Environment::with_prefix("OTPMINT")
            .prefix_separator("_")
            .separator("__")
            .ignore_empty(true)
            .source(Some(variables)),
    );
    let mut settings = sources.build().and_then(Config::try_deserialize::<Settings>).map_err(explain)?;
    check::check(&settings).map_err(invalid)?;
    fraud::rules(&settings.fraud).map_err(invalid)?;
    settings.postgres()?;
    warnings.extend(check::warning(&settings.server));
    settings.warnings = warnings;
    Ok(settings)
}

/// Whether a file sets one of the secrets. One that cannot be parsed is refused by whoever loads it.
fn has_secret(text: &str) -> bool {
    let parsed = Config::builder().add_source(File::from_str(text, FileFormat::Toml)).build();
    parsed.is_ok_and(|file| {
        SECRETS.iter().any(|name| {
            let path = name.to_lowercase().replace("__", ".");
            file.get_string(&path).is_ok_and(|value| !value.is_empty())
        })
    })
}

impl Settings {
    /// The database of `store.url`; `None` if it is SQLite in `data_dir`.
    pub fn postgres(&self) -> Result<Option<PostgresSettings>, LoadError> {
        self.store.postgres(&StoreNames::SETTINGS)
    }

    /// How codes are drawn and tried.
    pub fn code_policy(&self) -> Result<CodePolicy, LoadError> {
        check::code_policy(&self.codes).map_err(invalid)
    }

    /// The lifetime of codes to phone numbers.
    pub fn phone_ttl(&self) -> Result<Duration, LoadError> {
        check::phone_ttl(&self.codes).map_err(invalid)
    }

    /// The countries whose phone numbers codes may be sent to.
    pub fn countries(&self) -> Result<Countries, LoadError> {
        check::countries(&self.phone).map_err(invalid)
    }

    /// The rules on codes to phone numbers; `None` when limits are switched off.
    pub fn fraud_rules(&self) -> Result<Option<FraudRules>, LoadError> {
        self.limits.enabled.then(|| fraud::rules(&self.fraud)).transpose().map_err(invalid)
    }

    /// The issuer and the lifetime of receipts.
    pub fn receipt_terms(&self) -> Result<ReceiptTerms, LoadError> {
        check::receipt_terms(&self.receipts).map_err(invalid)
    }

    /// The origin of the hosted pages; `None` if there are none.
    pub fn public_url(&self) -> Result<Option<WebOrigin>, LoadError> {
        check::public_url(&self.server).map_err(invalid)
    }

    /// Which hosts tenants may name.
    pub fn outbound_rule(&self) -> Result<OutboundRule, LoadError> {
        check::outbound_rule(&self.outbound).map_err(invalid)
    }

    /// Where tenants may point their webhooks.
    pub fn webhook_rule(&self) -> Result<OutboundRule, LoadError> {
        check::webhook_rule(&self.outbound).map_err(invalid)
    }

    /// The hosts where message centres may be.
    pub fn smpp_rule(&self) -> Result<OutboundRule, LoadError> {
        check::smpp_rule(&self.outbound).map_err(invalid)
    }

    /// How much each tenant may mint; `None` when limits are switched off.
    pub fn mint_cap(&self) -> Option<Budget> {
        check::mint_cap(&self.limits)
    }

    /// The limits of each recipient; `None` when limits are switched off.
    pub fn recipient_limits(&self) -> Option<Arc<RecipientLimits>> {
        check::recipient_limits(&self.limits).map(Arc::new)
    }
}

impl StoreSettings {
    /// The database of `url`; `None` if it is SQLite. Errors call its parts by these names.
    pub fn postgres(&self, names: &StoreNames) -> Result<Option<PostgresSettings>, LoadError> {
        store::postgres(self, names).map_err(invalid)
    }
}

fn invalid((path, problem): SettingProblem) -> LoadError {
    LoadError::Invalid { path, problem }
}

/// An error of the `config` crate, with the path of the key in front, and without what may be a secret.
fn explain(error: ConfigError) -> LoadError {
    let text = match error {
        ConfigError::At { error, key: Some(key), .. } => match error.to_string() {
            text if text.contains("expected struct") => format!("{key}: is a section, not a value"),
            text => format!("{key}: {text}"),
        },
        ConfigError::FileParse { cause, .. } => without_excerpt(&cause.to_string()),
        error => error.to_string(),
    };
    let hint = if text.contains("unknown field") { "; see `otpmint config default`" } else { "" };
    LoadError::Malformed(format!("{text}{hint}"))
}

/// The message of a TOML parser in one line, without the lines of the file that it shows: they may hold secrets.
fn without_excerpt(message: &str) -> String {
    let is_excerpt =
        |line: &str| line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').starts_with('|');
    let lines: Vec<&str> = message.lines().filter(|line| !line.is_empty() && !is_excerpt(line)).collect();
    lines.join(": ")
}
