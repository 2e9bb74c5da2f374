//! The commands, one file each.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

mod audit;
mod clock;
mod config;
pub mod dev;
mod doctor;
mod keys;
mod openapi;
mod operator;
mod prompt;
mod sandbox;
mod serve;
mod temporary;
mod tenant;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::app::StartError;
use crate::config::{LogFormat, Settings};
use crate::service::Refusal;
use crate::telemetry;

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
    /// Run the server with everything embedded: temporary data, a tenant ready to use, and a mail
    /// catcher whose inbox is a web page.
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
    /// Look after the server's time, which goes on when the machine's clock is set back.
    #[command(subcommand)]
    Clock(clock::ClockCommand),
    /// Print the latest rows of the audit trail.
    Audit(audit::Audit),
    /// Check configuration, keys, store and a tenant's mail server, and say what to change.
    Doctor(doctor::Doctor),
    /// Print the description of the HTTP API: OpenAPI 3.1, as the server has it at /openapi.json.
    Openapi,
}

/// Where the settings come from.
#[derive(Args, Clone, Debug)]
struct ConfigFile {
    /// The configuration file; the defaults apply without. OTPMINT_… variables override both.
    #[arg(long = "config", value_name = "FILE")]
    path: Option<PathBuf>,
}

impl ConfigFile {
    fn load(&self) -> Result<Settings, Failure> {
        load(self.path.as_deref())
    }
}

fn load(path: Option<&Path>) -> Result<Settings, Failure> {
    crate::config::load(path, std::env::vars()).map_err(|error| Failure::usage(error.to_string()))
}

/// Why a command failed: the message for its user, and the exit code.
struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }

    fn no_tenant(handle: &str) -> Self {
        Self::usage(format!("there is no tenant {handle}: see `otpmint tenant list`"))
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self { code: error.exit_code(), message: error.to_string() }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// The message for the shell when a use case refuses.
impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::InvalidSmtp(reason) => Self::usage(reason.to_string()),
            Refusal::PortNotAllowed(port) => {
                Self::usage(format!("port {port} is not allowed: add it to outbound.allow_ports"))
            }
            Refusal::HostNotAllowed => {
                Self::usage("the mail server is private or local: add it to outbound.allow_hosts")
            }
            Refusal::UnusableSecretKey => Self::usage(
                "this secret key cannot be used: choose another one of at least 16 characters that is hard \
                 to guess, or leave it out to have one generated",
            ),
            Refusal::AlreadySandbox => Self::usage("a sandbox has no sandbox of its own: name its tenant"),
            Refusal::TooManyKeys => Self::usage("the tenant has as many keys as it may have"),
            Refusal::UnknownKey => Self::usage("the tenant has no such key: see `otpmint tenant show`"),
            Refusal::Store(error) => Self { message: error.to_string(), code: 4 },
            other => Self::new(format!("{other:?}")),
        }
    }
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
            Command::Clock(command) => command.run(),
            Command::Audit(audit) => audit.run(),
            Command::Doctor(doctor) => doctor.run(),
            Command::Openapi => openapi::run(),
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

/// The runtime of a command: it sends messages and serves metrics. Requests are served on separate threads.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("otpmint-io")
        .enable_all()
        .build()?;
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(std::time::Duration::from_millis(100));
    done
}

fn start_log(settings: &Settings) -> Result<(), Failure> {
    let format = match settings.log.format {
        LogFormat::Text => telemetry::LogFormat::Text,
        LogFormat::Json => telemetry::LogFormat::Json,
    };
    telemetry::log(format, &settings.log.level).map_err(bad_level)
}

fn check_log(settings: &Settings) -> Result<(), Failure> {
    telemetry::check(&settings.log.level).map_err(bad_level)
}

fn bad_level(error: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("log.level: {error}; use a level such as \"info\""))
}

/// Listens for SIGTERM and Ctrl-C from now on, so that neither ends the process at once. Completes when one
/// of them has arrived.
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
