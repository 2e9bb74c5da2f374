//! Kills the server and restarts it.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use rand::RngExt;
use rand::rngs::StdRng;

use crate::support::server::Server;
use crate::torture::files;
use crate::torture::world::{PATIENCE, World};

/// After SIGTERM; the guarantee is ten seconds.
const DRAIN: Duration = Duration::from_secs(15);

/// The files are checked after this many deaths each, and after the last.
const LOOK_EVERY: usize = 10;

/// A way to end the server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Death {
    /// SIGKILL at a random moment.
    Anytime,
    /// SIGKILL as soon as an answer has arrived.
    AfterAnAnswer,
    /// SIGTERM, and SIGKILL while it drains.
    Draining,
    /// SIGKILL twice, the second time while it starts.
    Starting,
    /// SIGKILL during the very first start, while keys and tables are being created.
    FirstStart,
    /// SIGTERM alone, without a kill: it ends by itself.
    ByItself,
}

/// What was done to the server.
#[derive(Default)]
pub struct Toll {
    pub deaths: BTreeMap<Death, usize>,
    /// From each start to its `/readyz`.
    pub starts: Vec<Duration>,
    pub looks: usize,
}

impl Toll {
    pub fn kills(&self) -> usize {
        self.deaths.iter().filter(|(death, _)| **death != Death::ByItself).map(|(_, count)| count).sum()
    }

    fn count(&mut self, death: Death) {
        *self.deaths.entry(death).or_default() += 1;
    }
}

/// Kills a new server while it creates its keys and tables, then lets it start.
pub fn torn_first_start(server: &mut Server, dice: &mut StdRng, toll: &mut Toll) {
    for _ in 0..3 {
        server.spawn();
        pause(dice, 60);
        server.kill();
        toll.count(Death::FirstStart);
    }
    start(server, toll);
}

pub struct Reaper<'a> {
    pub server: &'a mut Server,
    pub world: &'a World,
    pub dice: StdRng,
    pub toll: Toll,
}

impl Reaper<'_> {
    /// Waits until this many operations were completed since the beginning.
    pub fn wait_for(&self, operations: u64) {
        let comes = self.world.comes_to(operations);
        assert!(comes, "the load stands still; log:\n{}", self.server.log());
    }

    /// Ends the server in one way or another, and starts it again.
    pub fn reap(&mut self) {
        let death = match self.dice.random_range(0..20) {
            0..8 => Death::Anytime,
            8..13 => Death::AfterAnAnswer,
            13..16 => Death::Draining,
            16..19 => Death::Starting,
            _ => Death::ByItself,
        };
        match death {
            Death::Anytime => pause(&mut self.dice, 40),
            Death::AfterAnAnswer => self.lie_in_wait(),
            Death::Draining => {
                self.server.signal("TERM");
                pause(&mut self.dice, 30);
            }
            Death::Starting => {
                self.kill(Death::Starting);
                self.server.spawn();
                pause(&mut self.dice, 120);
            }
            Death::ByItself | Death::FirstStart => {
                let ended = self.server.terminate(DRAIN).expect("it ends in time");
                assert_eq!(ended.code(), Some(0), "{}", self.server.log());
            }
        }
        self.kill(death);
        start(self.server, &mut self.toll);
    }

    /// `kill -9`, if it has not ended by itself.
    pub fn kill(&mut self, death: Death) {
        self.server.kill();
        self.world.epoch.fetch_add(1, Ordering::SeqCst);
        self.toll.count(death);
        if self.toll.kills().is_multiple_of(LOOK_EVERY) {
            self.look();
        }
    }

    /// Checks the files of the dead server.
    pub fn look(&mut self) {
        let damage = files::damage(self.server.data());
        assert!(damage.is_empty(), "{damage:?}");
        self.toll.looks += 1;
    }

    fn lie_in_wait(&self) {
        let (told, waiting) = channel();
        *self.world.ambush.lock().expect("nobody panics with it") = Some(told);
        let _ = waiting.recv_timeout(PATIENCE);
    }
}

fn start(server: &mut Server, toll: &mut Toll) {
    let begin = Instant::now();
    server.start_again();
    toll.starts.push(begin.elapsed());
}

fn pause(dice: &mut StdRng, most: u64) {
    thread::sleep(Duration::from_millis(dice.random_range(0..most)));
}
