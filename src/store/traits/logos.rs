//! The verbs for the logos of hosted pages. They are stored and deleted with the settings that name
//! them ([`change_tenant`](crate::store::TenantStore::change_tenant)).

use crate::domain::tenants::logo::LogoName;

use super::verb::Verb;

/// Logos.
pub trait LogoStore {
    /// Returns the content of the logo with this name, if an active tenant has it.
    fn logo(&self, name: LogoName) -> Verb<'_, Option<Vec<u8>>>;
}
