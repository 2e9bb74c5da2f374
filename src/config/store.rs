//! The database of `[store]`.

use std::time::Duration;

use secrecy::ExposeSecret;

use crate::domain::node::MOST_LANES;

use super::check::{SettingProblem, within};
use super::sections::StoreSettings;
use super::store_url::{self, Encryption, PostgresAddress};

/// The bounds of a request's patience, in milliseconds.
const PATIENCE: std::ops::RangeInclusive<u64> = 100..=60_000;

/// A PostgreSQL database, and how it is used.
#[derive(Clone, Debug)]
pub struct PostgresSettings {
    /// Where it is.
    pub address: PostgresAddress,
    /// The number of connections that write for requests.
    pub lanes: u8,
    /// How long a request waits for the database.
    pub patience: Duration,
}

/// The database of `store.url`; `None` if it is SQLite.
pub(super) fn postgres(store: &StoreSettings) -> Result<Option<PostgresSettings>, SettingProblem> {
    // One more writes what queries the database freely.
    within("store.lanes", u64::from(store.lanes), 1, u64::from(MOST_LANES - 1))?;
    within("store.patience_ms", store.patience_ms, *PATIENCE.start(), *PATIENCE.end())?;
    let (has_password, has_ca) =
        (!store.password.expose_secret().is_empty(), !store.ca_file.as_os_str().is_empty());
    if store.url.expose_secret().is_empty() {
        let without_url = |path| (path, "is of the database of store.url, which is empty".to_owned());
        return match (has_password, has_ca) {
            (true, _) => Err(without_url("store.password")),
            (_, true) => Err(without_url("store.ca_file")),
            _ => Ok(None),
        };
    }
    let problem = |problem| ("store.url", problem);
    let mut address = store_url::parse(store.url.expose_secret()).map_err(problem)?;
    if has_password && address.config.get_password().is_some() {
        return Err(("store.password", "set either this or the password in store.url, not both".to_owned()));
    }
    if has_password {
        address.config.password(store.password.expose_secret());
    }
    if has_ca && address.encryption == Encryption::None {
        let problem = "is for TLS, which is not used with this store.url: add sslmode=verify-full there";
        return Err(("store.ca_file", problem.to_owned()));
    }
    let patience = Duration::from_millis(store.patience_ms);
    Ok(Some(PostgresSettings { address, lanes: store.lanes, patience }))
}
