//! The store in PostgreSQL, for one node or several.
//!
//! A node writes in lanes: threads with a connection each, which commit what waits for them in groups
//! (`lane`). What a lane may write is decided by its row of `writers`: another node that takes over the
//! number of a node changes that row, and after a lost connection the row tells what was committed
//! (`transaction`).

mod bulk;
mod carry_out;
mod clock;
mod compare;
mod connect;
mod copy;
mod doubt;
mod engine;
mod errors;
mod examination;
mod floor;
mod hosts;
mod join;
mod lane;
mod meta;
mod migrations;
mod open;
mod open_failed;
mod pending;
mod place;
mod prefetch;
mod reader;
mod refused;
mod schema;
mod servers;
mod session;
mod transaction;
mod translate;
mod tx;
mod values;
mod wire;

pub use copy::{PostgresSource, PostgresTarget};
pub use doubt::Doubt;
pub use engine::{Postgres, PostgresStore};
pub use examination::{Durability, Examination, Leavings, Rights, Standbys};
pub use migrations::Migrations;
pub use open_failed::OpenFailed;
pub use place::Place;
pub use servers::{ServerFound, ServerRole};
