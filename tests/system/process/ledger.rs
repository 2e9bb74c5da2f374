//! The answers that clients got, to compare them later with what the server knows.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use mail_catcher::MailCatcher;

use crate::process::app::{code_in, wrong};
use crate::support::client::Reply;

/// A challenge whose mint was acknowledged, and the answers about it since.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: String,
    pub code: String,
    /// After the last acknowledged failure.
    pub attempts_remaining: Option<u64>,
    /// Successful answers.
    pub successes: u32,
    /// The right code was sent and the answer was lost: it may have counted.
    pub in_doubt: bool,
}

/// All of them.
#[derive(Default)]
pub struct Ledger {
    pub entries: Mutex<Vec<Entry>>,
    /// Acknowledged operations, which measure the progress of the load.
    pub acknowledged: AtomicU64,
    pub stop: AtomicBool,
}

impl Ledger {
    /// One client: mints and answers until it should stop. Broken connections are due to the server's death,
    /// and ignored.
    pub fn client(&self, catcher: &MailCatcher, address: &str, name: usize) {
        for round in 0.. {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            let to = format!("client{name}.{round}@load.example");
            let Some(key) = self.acknowledge(Self::mint(address, &to)) else { continue };
            let code = code_in(catcher, &to).unwrap_or_else(|| panic!("acknowledged, but not sent: {to}"));
            let mut entry =
                Entry { key: key.body, code, attempts_remaining: None, successes: 0, in_doubt: false };
            for step in 0..round % 4 {
                self.answer(address, &mut entry, step == 2);
            }
            self.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        }
    }

    /// One answer, right or wrong.
    pub fn answer(&self, address: &str, entry: &mut Entry, right: bool) {
        let code = if right { entry.code.clone() } else { wrong(&entry.code) };
        let reply = crate::process::app::verify_at(address, &entry.key, &code);
        match self.acknowledge(reply) {
            None => entry.in_doubt |= right,
            Some(reply) if reply.status == 201 => entry.successes += 1,
            Some(reply) if reply.status == 403 => entry.count_failure(&reply),
            Some(reply) => panic!("{reply:?} to {entry:?}"),
        }
    }

    fn mint(address: &str, to: &str) -> io::Result<Reply> {
        crate::process::app::mint_at(address, crate::process::app::KEY, to)
    }

    /// The answer, unless there is none or the server is shutting down.
    fn acknowledge(&self, reply: io::Result<Reply>) -> Option<Reply> {
        let reply = reply.ok().filter(|reply| reply.status < 500)?;
        assert!(matches!(reply.status, 200 | 201 | 403), "{reply:?}");
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
        Some(reply)
    }
}

impl Entry {
    fn count_failure(&mut self, reply: &Reply) {
        let left = reply.json()["attempts_remaining"].as_u64().expect("a number");
        if let Some(before) = self.attempts_remaining {
            assert!(left < before, "an acknowledged failure was forgotten: {left} after {before}: {self:?}");
        }
        self.attempts_remaining = Some(left);
    }

    /// Compares the server with its answers.
    pub fn check(mut self, ledger: &Ledger, address: &str) {
        let again = crate::process::app::verify_at(address, &self.key, &self.code);
        if self.successes > 0 {
            assert_eq!(again.unwrap().status, 400, "a second success: {self:?}");
            return;
        }
        if self.in_doubt {
            let status = again.unwrap().status;
            assert!(matches!(status, 201 | 400), "{status}: {self:?}");
        } else {
            assert_eq!(again.unwrap().status, 201, "an acknowledged code was lost: {self:?}");
        }
        let third = crate::process::app::verify_at(address, &self.key, &self.code).unwrap();
        assert_eq!(third.status, 400, "a second success: {self:?}");
        self.successes += 1;
        ledger.acknowledged.fetch_add(1, Ordering::Relaxed);
    }
}
