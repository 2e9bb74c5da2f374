//! Forms from tables of fields.
//!
//! A form is shown from its table, and read by it into a body of the API. The rules are those of that body alone; an
//! error comes back with its pointer, which finds the field.

mod field;
mod places;
mod reading;
mod row;
mod senders;

pub(crate) use field::{Field, FieldKind};
pub(crate) use places::{get, set};
pub(crate) use reading::{Empty, read};
pub(crate) use row::{FieldRow, first_error, focus_first, rows, typed_rows};
