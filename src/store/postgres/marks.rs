//! What a copy has left in a database: it was copied elsewhere, or it is being filled.

use crate::store::copy::{COPYING, MOVED_TO, MovedTo};

use super::meta;
use super::open_failed::OpenFailed;
use super::session::Session;

/// Refuses a database that a copy has left, or has not finished.
pub(super) fn check(session: &Session) -> Result<(), OpenFailed> {
    if let Some(moved) = meta::read(session, MOVED_TO)? {
        return Err(OpenFailed::Moved(MovedTo::parse(&moved)));
    }
    match meta::read(session, COPYING)? {
        Some(_) => Err(OpenFailed::Unfinished),
        None => Ok(()),
    }
}
