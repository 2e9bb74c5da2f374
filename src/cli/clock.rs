//! `otpmint clock`: corrects the server's time when it differs from the machine's.

use clap::Subcommand;

use crate::app::{Ambient, DataLock, Foundation};
use crate::domain::time::Clock as _;
use crate::service::Refusal;

use super::config_file::{ConfigFile, load};
use super::failure::Failure;
use super::log::start_log;
use super::runtime::block_on;
use super::shell_user::at_shell;

/// Look after the server's time, which goes on when the machine's clock is set back.
#[derive(Subcommand)]
pub(super) enum ClockCommand {
    /// Put the server's time back to the machine's, after that was set forward by mistake. The server
    /// has to be stopped. What is pending expires, and nothing gains time by it.
    Reset(ConfigFile),
}

impl ClockCommand {
    pub(super) fn run(self) -> Result<(), Failure> {
        let Self::Reset(config) = self;
        block_on(reset(&config))
    }
}

async fn reset(config: &ConfigFile) -> Result<(), Failure> {
    let settings = load(config.path.as_deref())?;
    start_log(&settings)?;
    let _lock = DataLock::acquire(&settings)?;
    let ambient = Ambient::system();
    let foundation = Foundation::open(&settings, &ambient).await?;
    let ahead = ambient.clock.ahead();
    if ahead.is_zero() {
        println!("The server's time is that of this machine: nothing was changed.");
        return Ok(());
    }
    let wall = ambient.clock.wall();
    let expired = foundation.store.set_back(wall, at_shell()).await.map_err(Refusal::from)?;
    println!(
        "The server's time was {} s ahead, and is {wall} again. {expired} codes expired.",
        ahead.as_secs()
    );
    Ok(())
}
