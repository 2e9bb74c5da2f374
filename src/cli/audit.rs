//! `otpmint audit`: who did what, when, and how it ended.

use std::collections::HashMap;

use clap::Args;

use crate::app::{Ambient, Foundation};
use crate::domain::tenant::TenantHandle;
use crate::service::Refusal;

use super::{ConfigFile, Failure, block_on, load};

/// Print the latest rows of the audit trail, newest first.
#[derive(Args)]
pub(super) struct Audit {
    /// Only what happened to this tenant.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// How many rows.
    #[arg(long, value_name = "ROWS", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
    #[command(flatten)]
    config: ConfigFile,
}

impl Audit {
    pub(super) fn run(self) -> Result<(), Failure> {
        let settings = load(self.config.path.as_deref())?;
        block_on(async {
            let ambient = Ambient::of_the_machine();
            let foundation = Foundation::open(&settings, ambient.entropy.as_ref()).await?;
            let tenants = foundation.store.tenants().await.map_err(Refusal::from)?;
            let handles: HashMap<_, _> =
                tenants.into_iter().map(|tenant| (tenant.id, tenant.handle)).collect();
            let wanted = self.tenant.as_deref().map(|text| {
                let handle = TenantHandle::parse(text);
                let found = handles.iter().find(|(_, known)| Some(*known) == handle.as_ref());
                found.map(|(id, _)| *id).ok_or_else(|| Failure::no_tenant(text))
            });
            let rows = foundation.store.audit(wanted.transpose()?, usize::from(self.limit)).await;
            for row in rows.map_err(Refusal::from)? {
                let tenant = row.tenant.and_then(|id| handles.get(&id)).map_or("-", TenantHandle::as_str);
                let recipient = row.recipient.as_deref().unwrap_or("-");
                let origin = row.origin.map_or_else(|| "-".to_owned(), |ip| ip.to_string());
                println!("{}  {:17}  {tenant:20}  {recipient}  {origin}", row.at, row.event);
            }
            Ok(())
        })
    }
}
