//! Test keys, created at the shell.

use crate::domain::id::TenantId;
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
