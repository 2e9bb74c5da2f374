// SPDX-License-Identifier: MIT

//! Sessions, kept by the server.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nanoid::nanoid;

/// More than 250 bits.
const LENGTH: usize = 43;

/// What is known of a browser that has a certain random ticket.
///
/// In memory, so for one process: where there are more, put Redis or a database in its place.
pub struct Tickets<T> {
    lifetime: Duration,
    held: Mutex<HashMap<String, (Instant, T)>>,
}

impl<T: Clone> Tickets<T> {
    /// None yet; each will live for so many seconds.
    pub fn living(seconds: u64) -> Self {
        Self { lifetime: Duration::from_secs(seconds), held: Mutex::default() }
    }

    /// A new ticket.
    pub fn issue(&self, what: T) -> String {
        let (ticket, now) = (nanoid!(LENGTH), Instant::now());
        let mut held = self.lock();
        held.retain(|_, (end, _)| now < *end);
        held.insert(ticket.clone(), (now + self.lifetime, what));
        ticket
    }

    /// What a ticket is good for.
    pub fn held(&self, ticket: &str) -> Option<T> {
        let held = self.lock();
        let (end, what) = held.get(ticket)?;
        (Instant::now() < *end).then(|| what.clone())
    }

    /// Ends a ticket, whoever else has it.
    pub fn void(&self, ticket: &str) {
        self.lock().remove(ticket);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Instant, T)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
