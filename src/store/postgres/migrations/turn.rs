//! The lease `migration`: one node at a time migrates.
//!
//! It is a lock of the session, which ends with it however a node dies. It is tried, never waited for in the
//! server: whoever waits there has a snapshot, for whose end a concurrent index waits.

use crate::store::sql::failed::Result;

use super::super::session::Session;

const LOCK: i32 = 0x4f74_704d;

/// Takes the turn, unless another node has it.
pub(super) fn take(session: &Session) -> Result<bool> {
    session.wire.one("SELECT pg_try_advisory_lock($1, hashtext(current_schema()))", &[&LOCK])
}

/// Gives it up.
pub(super) fn give_up(session: &Session) -> Result<()> {
    let sql = "SELECT pg_advisory_unlock($1, hashtext(current_schema()))";
    session.wire.one::<bool>(sql, &[&LOCK]).map(|_| ())
}
