//! The id of a path: the tenant's own name for a challenge.

use actix_web::http::StatusCode;

use crate::domain::challenges::alias::{Alias, InvalidAlias};

use super::failure::Failure;

/// The alias of an id, as a path has it after it was decoded. What is not UTF-8 has been replaced by then, so
/// that different ids would be the same: it is refused.
pub(super) fn alias(id: &str) -> Result<Alias, Failure> {
    let parsed = match id.contains(char::REPLACEMENT_CHARACTER) {
        true => Err(InvalidAlias::Text),
        false => Alias::parse(id),
    };
    parsed.map_err(|error| match error {
        InvalidAlias::Short => Failure::bad("ID should be min 6 chars"),
        InvalidAlias::Text => Failure::bad(format!("Invalid ID: {error}.")),
    })
}

/// The same for the routes of the status, which end the sentence.
pub(super) fn alias_of_status(id: &str) -> Result<Alias, Failure> {
    alias(id).map_err(|failure| {
        let message = format!("{}.", failure.message.trim_end_matches('.'));
        failure.worded(StatusCode::BAD_REQUEST, message)
    })
}
