//! Persistent connections to servers that die now and then.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use crate::support::client::{Reply, Wire, request};
use crate::torture::world::World;

/// The status with which a server closes a connection that it has waited for too long. It may cross a request.
const GAVE_UP: u16 = 408;

/// One connection to each server, used in turn.
pub struct Line<'a> {
    world: &'a World,
    /// With the epoch in which each was opened.
    wires: Vec<Option<(usize, Wire)>>,
    /// The server that is asked.
    turn: usize,
}

/// What is sent.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<String>,
    pub body: String,
}

impl<'a> Line<'a> {
    pub fn new(world: &'a World) -> Line<'a> {
        let servers = world.addresses.len();
        let turn = world.lines.fetch_add(1, Ordering::Relaxed) % servers;
        Line { world, wires: (0..servers).map(|_| None).collect(), turn }
    }

    /// Turns to the next server. Waits until one listens, however often they are killed meanwhile.
    pub fn connect(&mut self) {
        self.turn = (self.turn + 1) % self.wires.len();
        let mut refused = 0;
        while !self.is_connected() && !self.world.is_abandoned() {
            let epoch = self.world.epoch.load(Ordering::SeqCst);
            match Wire::open_for(&self.world.addresses[self.turn], self.world.patience) {
                Ok(wire) => self.wires[self.turn] = Some((epoch, wire)),
                Err(_) => {
                    refused += 1;
                    self.turn = (self.turn + 1) % self.wires.len();
                    if refused % self.wires.len() == 0 {
                        thread::sleep(Duration::from_millis(5));
                    }
                }
            }
        }
    }

    /// Whether there is a connection to the server whose turn it is, from after the last death.
    fn is_connected(&mut self) -> bool {
        let stale = |(epoch, _): &(usize, Wire)| *epoch != self.world.epoch.load(Ordering::SeqCst);
        let wire = &mut self.wires[self.turn];
        if wire.as_ref().is_some_and(stale) {
            *wire = None;
        }
        wire.is_some()
    }

    /// The answer; none if the connection broke.
    pub fn exchange(&mut self, asked: &Request) -> Option<Reply> {
        let (_, mut wire) = self.wires[self.turn].take()?;
        let epoch = self.world.epoch.load(Ordering::SeqCst);
        let headers: Vec<&str> = asked.headers.iter().map(String::as_str).collect();
        wire.send(request(asked.method, &asked.path, &headers, &asked.body)).ok()?;
        let reply = wire.reply().ok()?;
        self.world.hear(&reply);
        if reply.status == GAVE_UP {
            return None;
        }
        let closes = reply.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        if !closes {
            self.wires[self.turn] = Some((epoch, wire));
        }
        Some(reply)
    }
}
