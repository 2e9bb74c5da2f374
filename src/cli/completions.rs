//! `otpmint completions` and `otpmint man`: what a shell and `man` know of the commands.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use super::failure::Failure;

const NAME: &str = "otpmint";

/// Print completions of the commands for a shell.
#[derive(Args)]
#[command(after_help = "For example:\n\n    \
    otpmint completions bash > ~/.local/share/bash-completion/completions/otpmint\n    \
    otpmint completions zsh > ~/.zfunc/_otpmint\n    \
    otpmint completions fish > ~/.config/fish/completions/otpmint.fish")]
pub(super) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, mut commands: Command) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut commands, NAME, &mut script);
        Ok(io::stdout().lock().write_all(&script)?)
    }
}

/// Write the manual pages, otpmint(1) and one for each command, into a folder.
#[derive(Args)]
#[command(after_help = "For example: otpmint man /usr/local/share/man/man1; man otpmint-tenant-add")]
pub(super) struct Man {
    /// The folder, which is made if it does not exist.
    folder: PathBuf,
}

impl Man {
    pub(super) fn run(self, commands: Command) -> Result<(), Failure> {
        fs::create_dir_all(&self.folder)?;
        clap_mangen::generate_to(commands.name(NAME), &self.folder)?;
        println!("The manual pages are in {}.", self.folder.display());
        Ok(())
    }
}
