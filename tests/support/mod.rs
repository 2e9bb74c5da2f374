//! The foundation of the integration tests: a real mail server, a small disk, the real binary.
//!
//! A test binary includes it with `#[path = "../support/mod.rs"] mod support;`.
#![allow(dead_code, reason = "each test binary uses its own part of it")]

pub mod client;
pub mod documents;
pub mod dovecot;
pub mod faketime;
pub mod guardian;
pub mod http;
pub mod kannel;
pub mod lab;
pub mod libraries;
pub mod mail;
pub mod memory;
pub mod otlp;
pub mod pebble;
pub mod ports;
pub mod postfix;
pub mod postgres;
pub mod prism;
pub mod proxy;
pub mod redis;
pub mod server;
pub mod smtp;
pub mod tmpfs;

use std::thread;
use std::time::{Duration, Instant};

/// Repeats `probe` until it has an answer, for at most `limit`.
pub fn eventually<T>(limit: Duration, mut probe: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = probe() {
            return Some(answer);
        }
        if Instant::now() >= end {
            return None;
        }
        thread::sleep(Duration::from_millis(20));
    }
}
