//! The length, the load and the seed of a run.

use std::env;
use std::hash::{BuildHasher, RandomState};

use crate::torture::report::say;

/// What a run does.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often the fault happens.
    pub rounds: usize,
    /// Clients besides the warden.
    pub clients: usize,
    /// Determines what each client does next.
    pub seed: u64,
}

impl Plan {
    /// For each run of the tests. The seed is told.
    pub fn short(rounds: usize) -> Plan {
        let seed = number("SEED").unwrap_or_else(|| RandomState::new().hash_one("seed"));
        say(&format!("seed {seed}"));
        Plan { rounds, clients: number("CLIENTS").map_or(4, |count| count as usize), seed }
    }

    /// With as many rounds as the environment asks for.
    pub fn long(usual: usize) -> Plan {
        Plan::short(number("ROUNDS").map_or(usual, |count| count as usize))
    }
}

/// A number from the environment.
pub fn number(name: &str) -> Option<u64> {
    env::var(format!("OTPMINT_CLUSTER_{name}")).ok()?.parse().ok()
}
