//! `otpmint tenant export`: prints everything that a tenant owns.

use std::io::Write as _;
use std::sync::Arc;

use super::failure::Failure;
use super::tenant_argument::TenantArgument;

pub(super) async fn run(one: TenantArgument) -> Result<(), Failure> {
    let (offline, tenant) = one.manage().await?;
    let services = Arc::new(offline.services);
    let export = services.exports.unlimited(tenant).await?;
    let mut text = crate::http::export_text(services, export);
    let mut out = std::io::stdout().lock();
    while let Some(lines) = text.next().await.map_err(|why| Failure::new(why.to_string()))? {
        out.write_all(&lines)?;
    }
    Ok(())
}
