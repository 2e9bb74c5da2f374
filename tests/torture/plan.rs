//! How long, how hard, and by which dice.

use std::env;
use std::hash::{BuildHasher, RandomState};

/// What a run does.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub kills: usize,
    /// Operations at least.
    pub operations: usize,
    pub clients: usize,
    /// Decides what each client does next and when the server dies. Which of two requests comes first
    /// stays with the machine, so a seed repeats a failure in kind and not to the letter.
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

    /// As the environment has it.
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
