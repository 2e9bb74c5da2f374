//! SQLite as an end of a copy.

mod rows;
mod source;
mod target;

pub use source::SqliteSource;
pub use target::SqliteTarget;
