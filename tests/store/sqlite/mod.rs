//! What only SQLite promises.

mod processes;
