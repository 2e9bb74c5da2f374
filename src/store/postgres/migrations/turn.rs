//! The lease `migration`: one node at a time migrates.
//!
//! It is a lock of the session, which ends with it however a node dies. It is tried, never waited for in the
//! server: whoever waits there has a snapshot, for whose end a concurrent index waits.

use tokio_postgres::types::ToSql;

use super::super::meta::statement;
use super::super::open_failed::OpenFailed;
use super::super::session::Session;

const LOCK: i32 = 0x4f74_704d;

/// Takes the turn, unless another node has it.
pub(super) fn take(session: &Session) -> Result<bool, OpenFailed> {
    ask(session, "SELECT pg_try_advisory_lock($1, hashtext(current_schema()))")
}

/// Gives it up.
pub(super) fn give_up(session: &Session) -> Result<(), OpenFailed> {
    ask(session, "SELECT pg_advisory_unlock($1, hashtext(current_schema()))").map(|_| ())
}

fn ask(session: &Session, sql: &str) -> Result<bool, OpenFailed> {
    let with: &[&(dyn ToSql + Sync)] = &[&LOCK];
    let row = session.wire.wait(session.wire.client.query_one(sql, with)).map_err(statement)?;
    row.try_get(0).map_err(|error| OpenFailed::Statement(error.to_string()))
}
