//! Where the logo of a tenant is.

use crate::domain::tenants::logo::LogoName;

/// Where a logo is.
pub(crate) fn logo_path(name: &LogoName) -> String {
    format!("/assets/logo-{name}")
}
