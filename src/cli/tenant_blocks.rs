//! `otpmint tenant blocks`: what the rules against toll fraud refuse.

use clap::Args;

use crate::domain::phone::fraud::block::Block;

use super::failure::Failure;
use super::tenant_argument::TenantArgument;

#[derive(Args)]
pub(super) struct Blocks {
    #[command(flatten)]
    one: TenantArgument,
    /// Clear the block with this id, and what was counted for it: messages pass again.
    #[arg(long, value_name = "ID")]
    clear: Option<String>,
}

impl Blocks {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (offline, tenant) = self.one.manage().await?;
        let blocks = &offline.services.phone_blocks;
        let Some(id) = self.clear else {
            let found = blocks.list(&tenant).await?;
            found.iter().for_each(print);
            if found.is_empty() {
                println!("Nothing is refused at present.");
            }
            return Ok(());
        };
        match blocks.clear(&tenant, &id, None).await? {
            true => println!("{id} is cleared: messages pass again."),
            false => return Err(Failure::usage(format!("there is no block {id}: see it without --clear"))),
        }
        Ok(())
    }
}

fn print(block: &Block) {
    let subject = if block.subject.is_empty() { "an end user" } else { &block.subject };
    let verb = if block.refuses { "refused" } else { "would have refused" };
    println!("{}  {subject}", block.id);
    let sent = match block.messages {
        Some((sent, verified)) => format!("; {sent} sent in a day, {verified} of them entered"),
        None => String::new(),
    };
    println!("         {verb} {} from {} until {}{sent}", block.refused, block.since, block.until);
}
