//! What only PostgreSQL's engine has: conflicts, lost connections and COMMITs, and several nodes.

mod audit_floor;
mod factors;
mod held;
mod losses;
mod migrating;
mod nodes;
pub mod place;
mod silent;
mod upgrading;
