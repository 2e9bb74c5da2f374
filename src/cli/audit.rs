//! `otpmint audit`: who did what, when, and with what result.

use std::collections::HashMap;

use clap::Args;
use serde_json::json;

use crate::app::{Ambient, Foundation};
use crate::domain::id::TenantId;
use crate::domain::reports::audit::{AuditEvent, AuditQuery, AuditRow, Operators};
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::text::shown;
use crate::service::Refusal;

use super::audit_seals::SealCommand;
use super::config_file::{ConfigFile, load};
use super::failure::Failure;
use super::runtime::block_on;

/// Print the latest rows of the audit trail, newest first, or check it against its seals.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Audit {
    #[command(subcommand)]
    seals: Option<SealCommand>,
    /// Only what happened to this tenant.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// Only this event, such as locked_out.
    #[arg(long, value_name = "EVENT", value_parser = event)]
    event: Option<AuditEvent>,
    /// How many rows.
    #[arg(long, value_name = "ROWS", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
    /// One JSON object on each line, for programs.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigFile,
}

fn event(word: &str) -> Result<AuditEvent, String> {
    let words: Vec<_> = AuditEvent::ALL.iter().map(|event| event.as_str()).collect();
    let words = words.join(", ");
    AuditEvent::parse(word).ok_or_else(|| format!("one of {words}"))
}

impl Audit {
    pub(super) fn run(mut self) -> Result<(), Failure> {
        if let Some(seals) = self.seals.take() {
            return seals.run();
        }
        let settings = load(self.config.path.as_deref())?;
        block_on(async {
            let ambient = Ambient::system();
            let foundation = Foundation::open(&settings, &ambient).await?;
            let tenants = foundation.store.tenants().await.map_err(Refusal::from)?;
            let former = foundation.store.deletions().await.map_err(Refusal::from)?;
            let former = former.into_iter().map(|former| (former.tenant, former.handle));
            let tenants = tenants.into_iter().map(|tenant| (tenant.id, tenant.handle));
            let handles: HashMap<_, _> = former.chain(tenants).collect();
            let wanted = self.tenant.as_deref().map(|text| {
                let handle = TenantHandle::parse(text);
                let found = handles.iter().find(|(_, known)| Some(*known) == handle.as_ref());
                found.map(|(id, _)| *id).ok_or_else(|| Failure::no_tenant(text))
            });
            for row in self.rows(&foundation, wanted.transpose()?).await? {
                let tenant = row.tenant.and_then(|id| handles.get(&id)).map(TenantHandle::as_str);
                self.print(&row, tenant);
            }
            Ok(())
        })
    }

    async fn rows(
        &self,
        foundation: &Foundation,
        tenant: Option<TenantId>,
    ) -> Result<Vec<AuditRow>, Failure> {
        let mut asked =
            AuditQuery { tenant, event: self.event, operators: Operators::Named, ..AuditQuery::default() };
        let mut rows = Vec::new();
        loop {
            asked.limit = usize::from(self.limit) - rows.len();
            let page = foundation.store.audit_page(asked.clone()).await.map_err(Refusal::from)?;
            rows.extend(page.rows);
            asked.after = page.next;
            if asked.after.is_none() || rows.len() >= usize::from(self.limit) {
                return Ok(rows);
            }
        }
    }

    fn print(&self, row: &AuditRow, tenant: Option<&str>) {
        let client_ip = row.client_ip.map(|ip| ip.to_string());
        if self.json {
            let at = row.at.to_string();
            let AuditRow { event, recipient, actor, object, .. } = row;
            println!(
                "{}",
                json!({ "at": at, "event": event, "tenant": tenant, "recipient": recipient, "origin": client_ip,
                        "actor": actor, "object": object })
            );
        } else {
            let (tenant, recipient) = (tenant.unwrap_or("-"), shown(row.recipient.as_deref().unwrap_or("-")));
            let client_ip = client_ip.as_deref().unwrap_or("-");
            let (actor, object) = (row.actor.as_deref().unwrap_or("-"), row.object.as_deref().unwrap_or("-"));
            let (at, event) = (row.at, &row.event);
            println!("{at}  {event:17}  {tenant:20}  {recipient}  {client_ip}  {actor}  {object}");
        }
    }
}
