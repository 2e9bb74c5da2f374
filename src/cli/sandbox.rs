//! Test keys, created at the shell.

use crate::domain::id::TenantId;
use crate::domain::tenants::tenant::Tenant;
use crate::service::{Services, TestKeyRequest};

use super::failure::Failure;
use super::shell_user::shell_user;

/// Creates a test key of a live tenant, and prints it once.
pub(super) async fn add_test_key(services: &Services, live: TenantId) -> Result<(), Failure> {
    let key = services.tenants.test_key_of(live, TestKeyRequest::usual(), shell_user()).await?;
    println!("sandbox     {}", key.sandbox);
    println!("test key    {}", key.secret.expose());
    Ok(())
}

/// The note after the name of a sandbox in a list of all tenants.
pub(super) fn mark(tenant: &Tenant, all: &[Tenant]) -> String {
    let live = all.iter().find(|other| Some(other.id) == tenant.sandbox_of);
    live.map(|live| format!("  (sandbox of {})", live.handle)).unwrap_or_default()
}
