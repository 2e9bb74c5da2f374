//! The `otpmint` command.
fn main() {}
