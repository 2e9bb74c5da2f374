//! The length, the load and the seed of a run.

use std::env;
use std::hash::{BuildHasher, RandomState};

/// What a run does.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub kills: usize,
    /// Minimum number of operations.
    pub operations: usize,
    pub clients: usize,
    /// Determines what each client does next and when the server dies. The machine decides which of two
    /// requests comes first, so a seed reproduces a failure in kind, not exactly.
    pub seed: u64,
}

impl Plan {
    /// For each run of the tests.
    pub fn short() -> Plan {
        Plan { kills: 10, operations: 2_500, ..Plan::long() }.told()
    }

    /// For an hour in which the machine has nothing else to do.
    pub fn long() -> Plan {
        Plan { kills: 200, operations: 100_000, clients: 6, seed: RandomState::new().hash_one("seed") }
    }

    /// From the environment.
    pub fn told(self) -> Plan {
        let number = |name: &str| env::var(format!("OTPMINT_TORTURE_{name}")).ok()?.parse::<u64>().ok();
        let count = |name, default| number(name).map_or(default, |count| count as usize);
        Plan {
            kills: count("KILLS", self.kills),
            operations: count("OPERATIONS", self.operations),
            clients: count("CLIENTS", self.clients),
            seed: number("SEED").unwrap_or(self.seed),
        }
    }
}
