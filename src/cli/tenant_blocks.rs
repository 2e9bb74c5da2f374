//! `otpmint tenant blocks`: what the rules against toll fraud refuse.

use clap::Args;
use serde_json::json;

use crate::domain::phone::fraud::block::Block;

use super::failure::Failure;
use super::listing::{Format, Listing};
use super::tenant_argument::TenantArgument;

#[derive(Args)]
pub(super) struct Blocks {
    #[command(flatten)]
    one: TenantArgument,
    #[command(flatten)]
    format: Format,
    /// Clear the block with this id, and what was counted for it: messages pass again.
    #[arg(long, value_name = "ID")]
    clear: Option<String>,
}

impl Blocks {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (offline, tenant) = self.one.manage().await?;
        let blocks = &offline.services.phone_blocks;
        let Some(id) = self.clear else {
            listed(&blocks.list(&tenant).await?).print(&self.format, "Nothing is refused at present.");
            return Ok(());
        };
        match blocks.clear(&tenant, &id, None).await? {
            true => println!("{id} is cleared: messages pass again."),
            false => return Err(Failure::usage(format!("there is no block {id}: see it without --clear"))),
        }
        Ok(())
    }
}

fn listed(blocks: &[Block]) -> Listing<8> {
    let mut list =
        Listing::of(["block", "subject", "refuses", "refused", "since", "until", "sent_in_a_day", "entered"]);
    for block in blocks {
        list.row([
            json!(block.id.to_string()),
            if block.subject.is_empty() { json!("an end user") } else { json!(block.subject) },
            json!(block.refuses),
            json!(block.refused),
            json!(block.since),
            json!(block.until),
            json!(block.messages.map(|(sent, _)| sent)),
            json!(block.messages.map(|(_, entered)| entered)),
        ]);
    }
    list
}
