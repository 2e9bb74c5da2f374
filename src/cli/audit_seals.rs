//! `otpmint audit verify` and `checkpoint`: whether the audit trail is what was written.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::domain::reports::audit_seal::{Checkpoint, TrailBreak};
use crate::service::TrailReport;

use super::config_file::ConfigFile;
use super::failure::Failure;
use super::offline_services::OfflineServices;
use super::runtime::block_on;

#[derive(Subcommand)]
pub(super) enum SealCommand {
    /// Check the audit trail: whether a row was changed, removed or added since it was sealed. Works beside a running
    /// server. The exit code is 1 if the trail does not hold.
    Verify(Verify),
    /// Print the number, the time and the digest of the last seal as one line. Keep it where whoever can change this
    /// machine cannot: `otpmint audit verify --checkpoint` shows whether what lies before it is still the same.
    Checkpoint(ConfigFile),
}

#[derive(Args)]
pub(super) struct Verify {
    /// A line that `otpmint audit checkpoint` has printed: the trail must have that very seal. May be given several times.
    #[arg(long, value_name = "TEXT", value_parser = checkpoint)]
    checkpoint: Vec<Checkpoint>,
    /// A file of such lines.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// One JSON object, for programs.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigFile,
}

fn checkpoint(text: &str) -> Result<Checkpoint, String> {
    Checkpoint::parse(text).ok_or_else(|| "not a line of `otpmint audit checkpoint`".to_owned())
}

impl SealCommand {
    pub(super) fn run(self) -> Result<(), Failure> {
        block_on(async {
            match self {
                Self::Verify(verify) => verify.run().await,
                Self::Checkpoint(config) => print_checkpoint(&config).await,
            }
        })
    }
}

async fn print_checkpoint(config: &ConfigFile) -> Result<(), Failure> {
    let offline = OfflineServices::open(config).await?;
    let last = offline.services.audit_seals.checkpoint().await?;
    let nothing =
        "nothing is sealed yet: a running server seals rows one or two minutes after it has written them";
    println!("{}", last.ok_or_else(|| Failure::new(nothing))?);
    Ok(())
}

impl Verify {
    async fn run(self) -> Result<(), Failure> {
        let checkpoints = self.checkpoints()?;
        let offline = OfflineServices::open(&self.config).await?;
        let report = offline.services.audit_seals.check(&checkpoints).await?;
        if self.json {
            println!("{}", as_json(&report));
        } else {
            print(&report);
        }
        match report.broken {
            Some(broken) => Err(Failure::new(format!("the audit trail does not hold: {broken}"))),
            None => Ok(()),
        }
    }

    fn checkpoints(&self) -> Result<Vec<Checkpoint>, Failure> {
        let mut checkpoints = self.checkpoint.clone();
        let Some(file) = &self.from else { return Ok(checkpoints) };
        let wrong = |what: String| Failure::usage(format!("{}: {what}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            checkpoints.push(checkpoint(line).map_err(|error| wrong(format!("{line}: {error}")))?);
        }
        match checkpoints.is_empty() {
            true => Err(wrong("no checkpoint".to_owned())),
            false => Ok(checkpoints),
        }
    }
}

fn print(report: &TrailReport) {
    let TrailReport { segments, rows, unsealed, .. } = report;
    if let Some(start) = &report.start {
        println!("starts after segment {}, sealed at {}: older rows are deleted", start.number, start.at);
    }
    println!("{rows} rows in {segments} segments hold");
    if report.broken.is_none() {
        let since = report.unsealed_since.map(|since| format!(", since {since}")).unwrap_or_default();
        println!("{unsealed} rows are not sealed yet{since}");
    }
    if let Some(last) = &report.last {
        println!("{last}");
    }
}

fn as_json(report: &TrailReport) -> serde_json::Value {
    let TrailReport { segments, rows, start, last, unsealed, unsealed_since, broken } = report;
    let text = |checkpoint: &Option<Checkpoint>| checkpoint.map(|checkpoint| checkpoint.to_string());
    json!({
        "holds": broken.is_none(),
        "broken": broken.map(TrailBreak::as_str),
        "detail": broken.map(|broken| broken.to_string()),
        "segments": segments,
        "rows": rows,
        "start": text(start),
        "checkpoint": text(last),
        "unsealed": unsealed,
        "unsealed_since": unsealed_since,
    })
}
