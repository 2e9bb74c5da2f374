//! The variables of the environment that set something.

use std::collections::HashMap;
use std::path::Path;

use super::default_file::DEFAULT;
use super::file;
use super::load_error::{LoadError, PREFIX};

const FILE_SUFFIX: &str = "_FILE";

/// Settings that may be read from a file named by `…_FILE`: the secrets.
pub(super) const SECRETS: [&str; 4] =
    ["KEYS__PASSPHRASE", "SERVER__OPERATOR_TOKEN", "STORE__PASSWORD", "LIMITS__PASSWORD"];

/// Settings whose variables end in `_FILE` by themselves.
const FILE_SETTINGS: [&str; 3] = ["KEYS__MASTER_KEY_FILE", "OUTBOUND__CA_FILE", "STORE__CA_FILE"];

/// The variables that set something, with `…_FILE` replaced by the content of the file.
pub(super) fn overrides(
    environment: impl Iterator<Item = (String, String)>,
    warnings: &mut Vec<String>,
) -> Result<HashMap<String, String>, LoadError> {
    let mut found = HashMap::new();
    for (name, value) in environment {
        let Some(path) = name.strip_prefix(PREFIX) else { continue };
        if !path.contains("__") && path != "DATA_DIR" {
            check_spelling(path)?;
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
            Some(_) => return Err(LoadError::UnknownVariable(path.to_owned())),
            None => {
                found.insert(name, value);
            }
        }
    }
    Ok(found)
}

/// Refuses a variable that is named like a setting with one underscore too few. Any other one without a section
/// is none of ours: Kubernetes sets some for a service called otpmint.
fn check_spelling(path: &str) -> Result<(), LoadError> {
    let (name, suffix) = match path.strip_suffix(FILE_SUFFIX) {
        Some(name) if SECRETS.iter().any(|secret| secret.replace("__", "_") == name) => (name, FILE_SUFFIX),
        _ => (path, ""),
    };
    let meant = settings().find(|setting| setting.replace("__", "_") == name);
    meant.map_or(Ok(()), |setting| {
        Err(LoadError::MisspeltVariable { found: path.to_owned(), meant: format!("{setting}{suffix}") })
    })
}

/// All settings in sections, as their variables are called after the prefix.
fn settings() -> impl Iterator<Item = String> {
    let mut section = String::new();
    DEFAULT.lines().filter_map(move |line| {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.to_uppercase();
            return None;
        }
        let (key, _) = line.split_once(" = ").filter(|_| !line.starts_with('#'))?;
        (!section.is_empty()).then(|| format!("{section}__{}", key.to_uppercase()))
    })
}
