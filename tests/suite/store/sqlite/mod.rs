//! Guarantees of SQLite alone.

mod deliveries;
mod disk;
mod durability;
mod erasure;
mod files;
mod groups;
mod processes;
