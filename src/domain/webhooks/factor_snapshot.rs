//! What events of factors say.

use serde::Serialize;

use crate::domain::factors::factor::Factor;
use crate::domain::time::Timestamp;

/// The factor of the API, without its identity: the queue of events is not sealed.
#[derive(Serialize)]
struct Snapshot<'a> {
    factor: &'a str,
    status: &'static str,
    recovery_codes_remaining: i64,
    created_at: String,
    confirmed_at: Option<String>,
    used_at: Option<String>,
    paused_until: Option<String>,
}

/// Serialises a factor as it is at `now`, to be stored with its event.
pub fn factor_snapshot(factor: &Factor, now: Timestamp) -> String {
    let moment = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let snapshot = Snapshot {
        factor: factor.handle.as_str(),
        status: factor.status().as_str(),
        recovery_codes_remaining: factor.recovery_codes,
        created_at: factor.created_at.to_string(),
        confirmed_at: moment(factor.confirmed_at),
        used_at: moment(factor.used_at),
        paused_until: moment(factor.guard.pause_at(now)),
    };
    // Texts and numbers always serialise.
    serde_json::to_string(&snapshot).unwrap_or_default()
}
