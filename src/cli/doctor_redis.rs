//! The part of `otpmint doctor` that looks at the Redis in which nodes count together.

use crate::app;
use crate::config::Settings;
use crate::shared_rates::redis::report;

use super::failure::Failure;

/// Connects as the server would, and prints what is there and what should be changed.
pub(super) async fn tell(settings: &Settings) -> Result<(), Failure> {
    let Some(access) = app::redis_access(settings)? else { return Ok(()) };
    let found = report(&access).await.map_err(|problem| Failure::new(format!("limits.url: {problem}")))?;
    println!("ok    limits over {}", found.server);
    for advice in &found.advice {
        println!("note  limits.url: {advice}");
    }
    match found.problems.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(format!("limits.url: {}", found.problems.join("\n         ")))),
    }
}
