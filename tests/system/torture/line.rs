//! A persistent connection to a server that dies now and then.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use crate::support::client::{Reply, Wire, request};
use crate::torture::world::World;

/// One connection at a time.
pub struct Line<'a> {
    world: &'a World,
    /// With the epoch in which it was opened.
    wire: Option<(usize, Wire)>,
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
        Line { world, wire: None }
    }

    /// Waits until the server listens, however often it is killed meanwhile.
    pub fn connect(&mut self) {
        let stale = |(epoch, _): &(usize, Wire)| *epoch != self.world.epoch.load(Ordering::SeqCst);
        if self.wire.as_ref().is_some_and(stale) {
            self.wire = None;
        }
        while self.wire.is_none() && !self.world.is_abandoned() {
            let epoch = self.world.epoch.load(Ordering::SeqCst);
            match Wire::open(&self.world.address) {
                Ok(wire) => self.wire = Some((epoch, wire)),
                Err(_) => thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    /// The answer; none if the connection broke.
    pub fn exchange(&mut self, asked: &Request) -> Option<Reply> {
        let (_, mut wire) = self.wire.take()?;
        let epoch = self.world.epoch.load(Ordering::SeqCst);
        let headers: Vec<&str> = asked.headers.iter().map(String::as_str).collect();
        wire.send(request(asked.method, &asked.path, &headers, &asked.body)).ok()?;
        let reply = wire.reply().ok()?;
        let closes = reply.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        if !closes {
            self.wire = Some((epoch, wire));
        }
        Some(reply)
    }
}
