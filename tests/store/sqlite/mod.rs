//! What only SQLite promises.

mod disk;
mod durability;
mod erasure;
mod files;
mod groups;
mod processes;
