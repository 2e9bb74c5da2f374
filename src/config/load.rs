//! Loads settings from the compiled-in default, the file and the environment; later sources override earlier
//! ones.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use config::{Config, ConfigError, Environment, File, FileFormat};

use crate::domain::challenges::receipt::ReceiptTerms;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::network::OutboundRule;
use crate::domain::operator::Roles;
use crate::domain::phone::fraud::rules::{Budget, FraudRules};
use crate::domain::phone::settings::Countries;
use crate::domain::policy::CodePolicy;
use crate::domain::spray::rules::SprayRules;
use crate::domain::web_origin::WebOrigin;

use super::check::{self, SettingProblem};
use super::collector::{self, TraceCollector};
use super::default_file::DEFAULT;
use super::derived;
use super::file;
use super::fraud;
use super::load_error::LoadError;
use super::mistakes::Written;
use super::operator;
use super::sections::{Settings, StoreSettings};
use super::spray;
use super::store::{self, PostgresSettings};
use super::store_names::StoreNames;
use super::tls;
use super::variables::{self, SECRETS};
use super::written::WrittenFile;

/// Loads and checks the settings. `environment` is the output of `std::env::vars`. All mistakes are returned at once.
pub fn load(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Settings, LoadError> {
    let (mut warnings, mut mistakes) = (Vec::new(), Vec::new());
    let file = file.map(|path| read(path, &mut warnings)).transpose()?;
    let variables = variables::overrides(environment, &mut warnings, &mut mistakes)?;
    let mut written = Written { file, variables };
    mistakes.extend(written.take_unknown());
    loop {
        match combined(&written) {
            Ok(mut settings) if mistakes.is_empty() => {
                warnings.extend(check::warning(&settings));
                warnings.extend(collector::warning(&settings.telemetry));
                settings.warnings = warnings;
                return Ok(settings);
            }
            Ok(_) => return Err(LoadError::Mistakes(mistakes)),
            Err((setting, text)) => match written.take(&setting, text) {
                Ok(mistake) => mistakes.push(mistake),
                Err(last) => {
                    mistakes.push(last);
                    return Err(LoadError::Mistakes(mistakes));
                }
            },
        }
    }
}

/// Reads the operator's file.
fn read(path: &Path, warnings: &mut Vec<String>) -> Result<(PathBuf, WrittenFile), LoadError> {
    let found = file::settings(path)?;
    let written = WrittenFile::parse(&found.text).map_err(|error| malformed(path, &error))?;
    let has_secret = SECRETS.iter().any(|secret| written.has(&secret.to_lowercase().replace("__", ".")));
    warnings.extend(found.warning(path, has_secret));
    Ok((path.to_owned(), written))
}

/// The settings, or the first mistake: the setting, if it is known, and what is wrong with it.
fn combined(written: &Written) -> Result<Settings, (String, String)> {
    let mut sources = Config::builder().add_source(File::from_str(DEFAULT, FileFormat::Toml));
    if let Some((_, file)) = &written.file {
        sources = sources.add_source(file.clone());
    }
    let variables = Environment::with_prefix("OTPMINT")
        .prefix_separator("_")
        .separator("__")
        .source(Some(written.variables.clone()));
    let built = sources.add_source(variables).build();
    let mut settings = built.and_then(Config::try_deserialize::<Settings>).map_err(explain)?;
    let told = |(path, problem): SettingProblem| (path.to_owned(), format!("{path}: {problem}"));
    derived::listeners(&mut settings);
    check::check(&settings).map_err(told)?;
    tls::check(&settings).map_err(told)?;
    operator::check(&settings).map_err(told)?;
    collector::collector(&settings.telemetry).map_err(told)?;
    fraud::rules(&settings.fraud).map_err(told)?;
    spray::check(&settings.spray).map_err(told)?;
    store::postgres(&settings.store, &StoreNames::SETTINGS).map_err(told)?;
    derived::public_urls(&mut settings);
    Ok(settings)
}

impl Settings {
    /// The database of `store.url`; `None` if it is SQLite in `data_dir`.
    pub fn postgres(&self) -> Result<Option<PostgresSettings>, LoadError> {
        self.store.postgres(&StoreNames::SETTINGS)
    }

    /// Where traces are sent; `None` if there are none.
    pub fn collector(&self) -> Result<Option<TraceCollector>, LoadError> {
        collector::collector(&self.telemetry).map_err(invalid)
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

    /// The roles of operators that need an authenticator app.
    pub fn require_totp(&self) -> Result<Roles, LoadError> {
        check::require_totp(&self.console).map_err(invalid)
    }

    /// The issuer and the lifetime of receipts.
    pub fn receipt_terms(&self) -> Result<ReceiptTerms, LoadError> {
        check::receipt_terms(&self.receipts).map_err(invalid)
    }

    /// The origin of the hosted pages; `None` if there are none.
    pub fn public_url(&self) -> Result<Option<WebOrigin>, LoadError> {
        check::public_url(&self.server).map_err(invalid)
    }

    /// The origin at which providers reach the server, to report; `None` if they cannot. Some refuse a message whose
    /// reports would go to a machine of their own.
    pub fn report_url(&self) -> Result<Option<WebOrigin>, LoadError> {
        Ok(self.public_url()?.filter(|_| !self.server.is_only_here))
    }

    /// The address where browsers reach the console; `None` if there is no console.
    pub fn console_url(&self) -> Result<Option<WebOrigin>, LoadError> {
        operator::console_url(self).map_err(invalid)
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

    /// When a tenant is under attack by guesses; `None` if nobody looks.
    pub fn spray_rules(&self) -> Option<SprayRules> {
        spray::rules(&self.spray)
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

/// An error of the `config` crate: the key, and what is wrong with it, without what may be a secret.
fn explain(error: ConfigError) -> (String, String) {
    match error {
        ConfigError::At { error, key: Some(key), .. } => {
            let text = format!("{key}: {error}");
            (key, text)
        }
        error => (String::new(), error.to_string()),
    }
}

fn malformed(path: &Path, error: &ConfigError) -> LoadError {
    let text = match error {
        ConfigError::FileParse { cause, .. } => without_excerpt(&cause.to_string()),
        error => error.to_string(),
    };
    LoadError::Malformed { path: path.to_owned(), text }
}

/// The message of a TOML parser in one line, without the lines of the file that it shows: they may hold secrets.
fn without_excerpt(message: &str) -> String {
    let is_excerpt =
        |line: &str| line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').starts_with('|');
    let lines: Vec<&str> = message.lines().filter(|line| !line.is_empty() && !is_excerpt(line)).collect();
    lines.join(": ")
}
