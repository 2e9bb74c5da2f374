//! `otpmint dev`: everything on one machine, and nothing that leaves it.

pub mod inbox;
