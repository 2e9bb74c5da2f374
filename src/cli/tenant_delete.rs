//! `otpmint tenant delete` and `restore`.

use std::time::Duration;

use clap::Args;

use crate::domain::tenants::deletion::{DeletionStage, MAX_GRACE_DAYS};

use super::failure::Failure;
use super::shell_user::at_shell;
use super::tenant_argument::TenantArgument;

#[derive(Args)]
#[command(after_help = "For example:\n\n    \
    otpmint tenant disable tnt_4hq7k2m9x3c8v5bn\n    \
    otpmint tenant export tnt_4hq7k2m9x3c8v5bn > acme.jsonl\n    \
    otpmint tenant delete tnt_4hq7k2m9x3c8v5bn\n\n\
    A running server deletes it, a little at a time. The audit trail keeps what happened, as long as it keeps \
    everything; backups keep the tenant.")]
pub(super) struct Delete {
    #[command(flatten)]
    one: TenantArgument,
    /// For how many days it can be restored, instead of `tenants.delete_after_days`.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u64).range(0..=MAX_GRACE_DAYS))]
    grace_days: Option<u64>,
    /// Begin at once: it cannot be restored.
    #[arg(long, conflicts_with = "grace_days")]
    now: bool,
}

impl Delete {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (offline, tenant) = self.one.open().await?;
        let days = if self.now { Some(0) } else { self.grace_days };
        let grace = days.map(|days| Duration::from_secs(days * 86_400));
        let tenants = &offline.services.tenants;
        let deletion = tenants.schedule_deletion(tenant.id, grace, at_shell()).await?;
        let handle = &tenant.handle;
        match deletion.stage() {
            DeletionStage::Scheduled if !self.now => println!(
                "{handle} is deleted from {} on. Until then it can be restored: otpmint tenant restore {handle}",
                deletion.due_at
            ),
            _ => println!("{handle} is being deleted, if a server runs."),
        }
        Ok(())
    }
}

pub(super) async fn restore(one: TenantArgument) -> Result<(), Failure> {
    let (offline, tenant) = one.open().await?;
    offline.services.tenants.restore(tenant.id, at_shell()).await?;
    println!("{0} stays. It is disabled: otpmint tenant enable {0}", tenant.handle);
    Ok(())
}
