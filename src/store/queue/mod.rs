//! Queues of operations: requests put them in, and a writing thread of an engine commits them in batches.

mod batch;
mod deferred;
mod operation;
mod reply;
mod sender;
mod waiting;
mod worker;

pub use batch::Batch;
pub use reply::{awaited, no_room};
pub use sender::QUEUE;
pub use waiting::{BatchSize, Waiting};
pub use worker::{Condition, Worker};
