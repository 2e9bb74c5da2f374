//! The comparison of this machine's clock with the database's.

use crate::domain::node::ClockSkew;
use crate::domain::time::Clock;

use super::clock;
use super::open_failed::OpenFailed;
use super::session::Session;
use super::tx::PgTx;

/// Refuses a clock that differs too much: by it, nodes that live would look dead.
pub(super) fn compare(connection: &Session, clock: &dyn Clock) -> Result<(), OpenFailed> {
    let before = clock.now();
    let database = clock::read(&PgTx::over(connection))?;
    match ClockSkew::between(before, database, clock.now()) {
        skew if skew.is_too_great() => Err(OpenFailed::ClockDiffers(skew)),
        _ => Ok(()),
    }
}
