//! Several nodes over PostgreSQL, while machines die and the network between them fails. The clients and the checker
//! are those of the torture: whatever was acknowledged holds.
//!
//! The short forms run with the other tests. The long ones are started by `tests/cluster/*.sh`, or so:
//!
//! ```sh
//! OTPMINT_CLUSTER_ROUNDS=20 cargo test --test system cluster::primary -- --ignored --nocapture
//! ```
//!
//! `OTPMINT_CLUSTER_CLIENTS` and `_SEED` configure the clients.

mod disk;
mod network;
mod node_death;
mod pause;
mod plan;
mod promotion;
mod race;
mod redis;
mod rig;
mod rolling;
mod soak;
