//! What only SQLite promises.

mod groups;
mod processes;
