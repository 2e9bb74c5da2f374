//! The database of `[store]`.

use std::time::Duration;

use secrecy::ExposeSecret;

use crate::domain::node::MOST_LANES;

use super::check::{SettingProblem, within};
use super::sections::StoreSettings;
use super::store_names::StoreNames;
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

impl StoreSettings {
    /// Whether everything is stored by SQLite, in `data_dir`.
    pub fn is_sqlite(&self) -> bool {
        self.url.expose_secret().is_empty()
    }
}

/// The database of `store`; `None` if it is SQLite.
pub(super) fn postgres(
    store: &StoreSettings,
    names: &StoreNames,
) -> Result<Option<PostgresSettings>, SettingProblem> {
    // One more writes what queries the database freely.
    within("store.lanes", u64::from(store.lanes), 1, u64::from(MOST_LANES - 1))?;
    within("store.patience_ms", store.patience_ms, *PATIENCE.start(), *PATIENCE.end())?;
    let (has_password, has_ca) =
        (!store.password.expose_secret().is_empty(), !store.ca_file.as_os_str().is_empty());
    if store.is_sqlite() {
        let without_url = |path| (path, format!("is of the database of {}, which is empty", names.url));
        return match (has_password, has_ca) {
            (true, _) => Err(without_url(names.password)),
            (_, true) => Err(without_url(names.ca_file)),
            _ => Ok(None),
        };
    }
    let problem = |problem| (names.url, problem);
    let mut address = store_url::parse(store.url.expose_secret(), names).map_err(problem)?;
    if has_password && address.config.get_password().is_some() {
        let problem = format!("set either this or the password in {}, not both", names.url);
        return Err((names.password, problem));
    }
    if has_password {
        address.config.password(store.password.expose_secret());
    }
    if has_ca && address.encryption == Encryption::None {
        let problem =
            format!("is for TLS, which is not used with this {}: add sslmode=verify-full there", names.url);
        return Err((names.ca_file, problem));
    }
    let patience = Duration::from_millis(store.patience_ms);
    Ok(Some(PostgresSettings { address, lanes: store.lanes, patience }))
}
