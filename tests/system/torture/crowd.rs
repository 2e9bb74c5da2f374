//! All clients at once.

use std::sync::atomic::Ordering;
use std::thread;

use crate::torture::actor::{Actor, Seen};
use crate::torture::history::Evidence;
use crate::torture::warden::Warden;
use crate::torture::world::World;

/// Runs this many clients and the warden while `drive` does its worst. Then they settle what is open, and end.
pub fn under_load(world: &World, clients: usize, seed: u64, drive: impl FnOnce()) -> Vec<Seen> {
    thread::scope(|scope| {
        let client = |name| scope.spawn(move || Actor::new(world, name, seed).live());
        let mut clients: Vec<_> = (0..clients).map(client).collect();
        clients.push(scope.spawn(|| Warden::new(world).live()));
        // A failure here must end the clients too, or the scope would wait for ever.
        let clients_end = Abandon(world);
        drive();
        world.closing.store(true, Ordering::Relaxed);
        let seen = clients.into_iter().map(|client| client.join().expect("no client panics")).collect();
        drop(clients_end);
        seen
    })
}

impl Evidence {
    /// What the clients tell.
    pub fn of(seen: Vec<Seen>) -> Evidence {
        let mut evidence = Evidence::default();
        for Seen { subjects, operations } in seen {
            evidence.subjects.extend(subjects.into_iter().map(|subject| (subject.number, subject)));
            evidence.operations.extend(operations);
        }
        evidence
    }
}

/// Ends the clients if the run fails.
struct Abandon<'a>(&'a World);

impl Drop for Abandon<'_> {
    fn drop(&mut self) {
        self.0.abandoned.store(true, Ordering::Relaxed);
    }
}
