//! The command line: which commands there are, and what a shell is told.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use super::{
    audit, backup, clock, completions, config, dev, doctor, keys, openapi, operator, restore, serve, store,
    tenant,
};

/// A self-hosted server that sends and checks one-time codes for many apps.
#[derive(Parser)]
#[command(name = "otpmint", version, about, long_about = LONG, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const LONG: &str = "A self-hosted server that sends and checks one-time codes for many apps.\n\n\
    Try it at once, with nothing to set up and nothing that leaves this machine:\n\n    otpmint dev\n\n\
    Run it for real, then add an app:\n\n    otpmint config default > otpmint.toml\n    \
    otpmint serve --config otpmint.toml\n    otpmint tenant add --help";

const EXIT_CODES: &str = "Exit codes: 0 fine, 1 failed, 2 bad usage or configuration, \
    3 master key missing or wrong, 4 store unusable.";

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    /// Run the server with everything embedded: temporary data, a tenant ready to use, and an inbox
    /// on a web page for its mails, texts, calls and chats.
    Dev(dev::Dev),
    /// Print the commented default configuration, or check a file.
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Add and look after tenants: the apps that send codes. Works beside a running server.
    #[command(subcommand)]
    Tenant(tenant::TenantCommand),
    /// Rotate the keys that everything is sealed, hashed and signed with. Works beside a running
    /// server.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Let people in to the console. Works beside a running server.
    #[command(subcommand)]
    Operator(operator::OperatorCommand),
    Backup(backup::Backup),
    Restore(restore::Restore),
    /// Look after the database itself.
    #[command(subcommand)]
    Store(store::StoreCommand),
    /// Look after the server's time, which goes on when the machine's clock is set back.
    #[command(subcommand)]
    Clock(clock::ClockCommand),
    /// Print the latest rows of the audit trail.
    Audit(audit::Audit),
    /// Check configuration, keys, store and a tenant's mail server, and say what to change.
    Doctor(doctor::Doctor),
    /// Print the description of the HTTP API: OpenAPI 3.1, as the server has it at /openapi.json.
    Openapi,
    Completions(completions::Completions),
    Man(completions::Man),
}

impl Cli {
    /// Runs the command; returns the exit code of the process.
    pub fn run(self) -> ExitCode {
        let done = match self.command {
            Command::Serve(serve) => serve::run(&serve),
            Command::Dev(dev) => dev.run(),
            Command::Config(command) => command.run(),
            Command::Tenant(command) => command.run(),
            Command::Keys(command) => command.run(),
            Command::Operator(command) => command.run(),
            Command::Backup(backup) => backup.run(),
            Command::Restore(restore) => restore.run(),
            Command::Store(command) => command.run(),
            Command::Clock(command) => command.run(),
            Command::Audit(audit) => audit.run(),
            Command::Doctor(doctor) => doctor.run(),
            Command::Openapi => openapi::run(),
            Command::Completions(completions) => completions.run(Self::command()),
            Command::Man(man) => man.run(Self::command()),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                eprintln!("otpmint: {}", failure.message);
                ExitCode::from(failure.code)
            }
        }
    }
}
