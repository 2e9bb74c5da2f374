//! `otpmint serve`: the server.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use metrics_exporter_prometheus::PrometheusHandle;
use rustix::process::{DumpableBehavior, set_dumpable_behavior};
use secrecy::ExposeSecret;

use crate::app::{Ambient, Prepared, StartError, Stopped, start_traces};
use crate::config::Settings;
use crate::telemetry;

use super::config_file::ConfigFile;
use super::failure::Failure;
use super::log::start_log;
use super::operator;
use super::runtime::{block_on, stop_signal};

/// Between two foldings of the histograms.
const FOLD_EVERY: Duration = Duration::from_secs(5);

/// How long the last traces may take to leave.
const LAST_TRACES: Duration = Duration::from_secs(1);

/// Run the server until SIGTERM or Ctrl-C. The first start makes the data folder with its keys,
/// and prints the operator token; one without an operator prints a link to set up an account.
#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    file: ConfigFile,
}

pub(super) fn run(serve: &Serve) -> Result<(), Failure> {
    let settings = serve.file.load()?;
    start_log(&settings)?;
    for warning in &settings.warnings {
        tracing::warn!("{warning}");
    }
    keep_memory_private();
    // The server holds thousands of idle connections: more than the usual soft limit of open files.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
    block_on(listen(settings))
}

/// Keys, credentials and codes are in memory: no core file has them, and no other process of this user reads them.
fn keep_memory_private() {
    if let Err(error) = rlimit::Resource::CORE.set(0, 0) {
        tracing::warn!(%error, "a crash may write a core file, which would have secrets");
    }
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "other processes of this user can read the memory of this one");
    }
}

async fn listen(settings: Settings) -> Result<(), Failure> {
    let mut ambient = Ambient::system();
    if !settings.server.metrics_listen.is_empty() || settings.operator.is_apart() {
        ambient.metrics = Some(collect_metrics()?);
    }
    let traces = start_traces(&settings, &ambient)?;
    // Installed before anything is promised, so that no signal is missed.
    let stop = stop_signal()?;
    let mut app = Prepared::build(&settings, &ambient, None).await?.serve();
    if let Some(token) = app.take_new_operator_token() {
        println!(
            "Operator token, to register tenants with; shown this once, and kept in {}:\n\n    {}\n",
            settings.data_dir.join("operator.token").display(),
            token.expose_secret()
        );
    }
    if let Some(link) = app.setup_link() {
        operator::print(&settings, link);
    }
    // The settings may have the operator token and the master key's passphrase.
    drop(settings);
    tracing::info!(
        address = %app.address(),
        operator = ?app.operator_address(),
        metrics = ?app.metrics_address(),
        "listening"
    );
    let stopped = app.run_until(stop).await;
    if let Some(traces) = traces {
        traces.end(LAST_TRACES).await;
    }
    match stopped {
        Stopped::Asked => Ok(()),
        Stopped::Ended(end) => Err(StartError::Node(end).into()),
    }
}

/// Starts to collect metrics; the result renders them.
pub(super) fn collect_metrics() -> Result<Arc<dyn Fn() -> String + Send + Sync>, Failure> {
    let handle = telemetry::metrics().map_err(|error| Failure::new(error.to_string()))?;
    tokio::spawn(fold(handle.clone()));
    Ok(Arc::new(move || handle.render()))
}

/// Histograms keep every single value until they are folded: without a scraper, the process would grow with
/// every request.
async fn fold(handle: PrometheusHandle) {
    let mut ticks = tokio::time::interval(FOLD_EVERY);
    loop {
        ticks.tick().await;
        handle.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::dumpable_behavior;

    use super::*;

    #[test]
    fn no_other_process_of_the_user_may_attach() {
        keep_memory_private();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        assert_eq!(rlimit::Resource::CORE.get().unwrap(), (0, 0));
    }
}
