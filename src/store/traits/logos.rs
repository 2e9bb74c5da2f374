//! Verbs for the logos of hosted pages. They come and go with the settings that name them
//! ([`change_tenant`](crate::store::TenantStore::change_tenant)).

use crate::domain::tenants::logo::LogoName;

use super::verb::Verb;

/// Logos.
pub trait LogoStore {
    /// The content of the logo of this name, if an active tenant has it.
    fn logo(&self, name: LogoName) -> Verb<'_, Option<Vec<u8>>>;
}
