//! The address of a tenant's logo.

use crate::domain::tenants::logo::LogoName;

pub(crate) fn logo_path(name: &LogoName) -> String {
    format!("/assets/logo-{name}")
}
