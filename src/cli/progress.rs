//! How far a command has come, for whoever waits at a terminal.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::store::copy::backup::TellProgress;

/// What ends sooner shows nothing.
const PATIENCE: Duration = Duration::from_secs(2);

/// Returns what shows on standard error, if that is a terminal, how much is done and how long the rest takes.
pub(super) fn progress(what: &'static str) -> TellProgress {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()).with_message(what);
    let style = ProgressStyle::with_template("{msg} {bar:30} {percent} %, {eta} left");
    let bar = style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style));
    Arc::new(move |done, all| {
        if bar.elapsed() < PATIENCE {
            return;
        }
        if bar.is_hidden() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_length(all);
        bar.set_position(done);
        if done >= all {
            bar.finish_and_clear();
        }
    })
}
