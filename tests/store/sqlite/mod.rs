//! What only SQLite promises.

mod disk;
mod erasure;
mod files;
mod groups;
mod processes;
