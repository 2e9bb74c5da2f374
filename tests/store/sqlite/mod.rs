//! What only SQLite promises.

mod disk;
mod groups;
mod processes;
