//! What only SQLite promises.

mod disk;
mod files;
mod groups;
mod processes;
