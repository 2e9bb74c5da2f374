//! Guarantees of SQLite alone.

mod disk;
mod durability;
mod erasure;
mod files;
mod groups;
mod processes;
