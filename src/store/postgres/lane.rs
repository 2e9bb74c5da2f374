//! Lanes: threads that write, each over a connection of its own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::store::queue::{Batch, BatchSize, Condition, Waiting, Worker};

use super::place::Place;
use super::session::Session;
use super::transaction::{Isolation, Writer};

/// A transaction costs the database much more than an operation in it, so clients that have just been answered get
/// the moment that they need to ask again.
const SIZE: BatchSize = BatchSize { most: 128, nap: Duration::from_micros(20) };

/// The state of a writing thread.
pub(super) struct Lane {
    pub(super) place: Arc<Place>,
    pub(super) writer: Writer,
    pub(super) isolation: Isolation,
    pub(super) session: Option<Session>,
    /// When it was logged that the database cannot record, if it cannot.
    pub(super) told_down: Option<Instant>,
    pub(super) condition: Arc<Condition>,
}

impl Lane {
    /// Starts a lane. It connects before it carries out its first operations.
    pub(super) fn start(place: Arc<Place>, writer: Writer, isolation: Isolation) -> std::io::Result<Worker> {
        let name = format!("otpmint-lane-{}", writer.lane.number());
        Worker::start(name, SIZE, move |waiting, condition| {
            Self { place, writer, isolation, session: None, told_down: None, condition }.work(&waiting);
        })
    }

    /// Runs until nobody can queue anything more and the queue is empty.
    fn work(mut self, waiting: &Waiting) {
        let mut batch = Batch::default();
        while waiting.gather(&mut batch) {
            let mut batch = std::mem::take(&mut batch);
            match self.isolation {
                Isolation::Locks => self.carry_out(batch),
                Isolation::Serializable => self.each_alone(&mut batch),
            }
        }
        tracing::debug!(lane = self.writer.lane.number(), "a lane has finished");
    }
}
