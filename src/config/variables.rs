//! The variables of the environment that set something.

use std::collections::HashMap;
use std::path::Path;

use super::default_file::{self, PREFIX};
use super::file;
use super::load_error::LoadError;
use super::mistakes::Mistake;

const FILE_SUFFIX: &str = "_FILE";

/// Settings that may be read from a file named by `…_FILE`: the secrets.
pub(super) const SECRETS: [&str; 5] = [
    "KEYS__PASSPHRASE",
    "SERVER__OPERATOR_TOKEN",
    "STORE__PASSWORD",
    "LIMITS__PASSWORD",
    "TELEMETRY__OTLP_HEADERS",
];

/// Settings whose variables end in `_FILE` by themselves.
const FILE_SETTINGS: [&str; 7] = [
    "KEYS__MASTER_KEY_FILE",
    "OPERATOR__CLIENT_CA_FILE",
    "OUTBOUND__CA_FILE",
    "STORE__CA_FILE",
    "TLS__ACME_CA_FILE",
    "TLS__CERT_FILE",
    "TLS__KEY_FILE",
];

/// The variables that set something, with `…_FILE` replaced by the content of the file.
pub(super) fn overrides(
    environment: impl Iterator<Item = (String, String)>,
    warnings: &mut Vec<String>,
    mistakes: &mut Vec<Mistake>,
) -> Result<HashMap<String, String>, LoadError> {
    let mut found = HashMap::new();
    for (name, value) in environment {
        let Some(path) = name.strip_prefix(PREFIX) else { continue };
        if !path.contains("__") && path != "DATA_DIR" {
            let problem = misspelt(path).map(|text| Mistake::in_variable(name.clone(), text));
            mistakes.extend(problem);
            continue;
        }
        match path.strip_suffix(FILE_SUFFIX).filter(|_| !FILE_SETTINGS.contains(&path)) {
            Some(secret) if SECRETS.contains(&secret) => {
                let path = Path::new(&value);
                let file = file::secret(path)?;
                warnings.extend(file.warning(path, true));
                let text = file.text.trim_end_matches(['\r', '\n']).to_owned();
                found.insert(format!("{PREFIX}{secret}"), text);
            }
            Some(_) => {
                let text = "names no secret, and nothing else is read from a file (`otpmint config default` lists all)";
                mistakes.push(Mistake::in_variable(name, text.to_owned()));
            }
            None if value.is_empty() => {}
            None => {
                found.insert(name, value);
            }
        }
    }
    Ok(found)
}

/// What is wrong with a variable that is named like a setting with one underscore too few. Any other one without a
/// section is none of ours: Kubernetes sets some for a service called otpmint.
fn misspelt(path: &str) -> Option<String> {
    let (name, suffix) = match path.strip_suffix(FILE_SUFFIX) {
        Some(name) if SECRETS.iter().any(|secret| secret.replace("__", "_") == name) => (name, FILE_SUFFIX),
        _ => (path, ""),
    };
    let as_variable = |setting: String| setting.to_uppercase().replace('.', "__");
    let meant =
        default_file::settings().map(as_variable).find(|setting| setting.replace("__", "_") == name)?;
    (meant != name).then(|| {
        format!("sets nothing: two underscores stand between section and key: {PREFIX}{meant}{suffix}")
    })
}
