//! The active faults.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::fault::{Fault, ScriptedFault};

/// The active faults, and what has been counted since they were set.
pub(crate) struct Script {
    state: Mutex<State>,
}

struct State {
    faults: Vec<ScriptedFault>,
    connections: u64,
    refusals: HashMap<String, u32>,
}

impl Script {
    pub(crate) fn new(faults: Vec<ScriptedFault>) -> Self {
        Self { state: Mutex::new(State { faults, connections: 0, refusals: HashMap::new() }) }
    }

    /// Activates `faults` for new connections, and counts from zero again.
    pub(crate) fn replace(&self, faults: Vec<ScriptedFault>) {
        *self.lock() = State { faults, connections: 0, refusals: HashMap::new() };
    }

    /// Counts a connection and returns the faults that strike it.
    pub(crate) fn begin_connection(&self) -> Vec<Fault> {
        let mut state = self.lock();
        state.connections += 1;
        let number = state.connections;
        let struck = state.faults.iter().filter(|scripted| scripted.strikes(number));
        struck.map(|scripted| scripted.fault.clone()).collect()
    }

    /// Whether `recipient` must still be refused, because it was refused fewer than `times` before.
    pub(crate) fn greylists(&self, recipient: &str, times: u32) -> bool {
        let mut state = self.lock();
        let refused = state.refusals.entry(recipient.to_owned()).or_default();
        *refused = refused.saturating_add(1);
        *refused <= times
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setting_faults_counts_from_zero_again() {
        let script = Script::new(vec![Fault::WordCodes.first(1)]);
        assert_eq!(script.begin_connection(), [Fault::WordCodes]);
        assert!(script.begin_connection().is_empty());
        script.replace(vec![Fault::WordCodes.first(1)]);
        assert_eq!(script.begin_connection(), [Fault::WordCodes]);
    }

    #[test]
    fn greylisting_counts_each_recipient() {
        let script = Script::new(Vec::new());
        let refused: Vec<_> = (0..3).map(|_| script.greylists("a@example.com", 2)).collect();
        assert_eq!(refused, [true, true, false]);
        assert!(script.greylists("b@example.com", 2));
    }
}
