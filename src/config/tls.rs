//! The checks of `[tls]`.

use super::check::SettingProblem;
use super::sections::Tls;

/// The first problem, if there is one.
pub(super) fn check(tls: &Tls) -> Result<(), SettingProblem> {
    let [has_chain, has_key] = [&tls.cert_file, &tls.key_file].map(|path| !path.as_os_str().is_empty());
    match (has_chain, has_key) {
        (true, false) => Err(("tls.key_file", "is needed for tls.cert_file".to_owned())),
        (false, true) => Err(("tls.cert_file", "is needed for tls.key_file".to_owned())),
        _ => Ok(()),
    }
}
