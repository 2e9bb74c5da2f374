//! A secret key that was revoked, or whose tenant was disabled, opens nothing from the acknowledgement on;
//! any other keeps working. Where there are several servers, the others see a change a moment later.

use std::collections::HashMap;

use super::super::history::{Action, Answer, Effect, Operation};
use super::Violation;

pub fn check(operations: &[Operation], lag: i64) -> Vec<Violation> {
    let mut by_credential: HashMap<usize, (Vec<&Operation>, Vec<&Operation>)> = HashMap::new();
    for operation in operations {
        let Some(credential) = operation.credential else { continue };
        let (switches, uses) = by_credential.entry(credential).or_default();
        match operation.action {
            Action::SwitchOff | Action::SwitchOn => switches.push(operation),
            _ => uses.push(operation),
        }
    }
    let mut found = Vec::new();
    for (switches, uses) in by_credential.values_mut() {
        // One client switches, one after the other.
        switches.sort_by_key(|switch| switch.invoked.tick);
        found.extend(uses.iter().filter_map(|used| judge(switches, used, lag)));
    }
    found
}

fn judge(switches: &[&Operation], used: &Operation, lag: i64) -> Option<Violation> {
    let was_off = match used.answer.as_ref()? {
        Answer::Unauthorized => true,
        // Stored for an hour after its end, which is longer than any run. Only another server, which still takes a
        // disabled tenant for active, finds nothing of it.
        Answer::NotFound if lag > 0 && possible_states(switches, used, lag).contains(&true) => return None,
        Answer::NotFound => return Some(Violation::new("what was acknowledged is found", (used, switches))),
        // Answered before the key is checked.
        Answer::Refused(_) => return None,
        _ => false,
    };
    if possible_states(switches, used, lag).contains(&was_off) {
        return None;
    }
    let rule = if was_off { "a key that was not revoked works" } else { "what was revoked stays revoked" };
    Some(Violation::new(rule, (used, switches)))
}

/// In which states (off or not) the key may have been while it was used.
fn possible_states(switches: &[&Operation], used: &Operation, lag: i64) -> Vec<bool> {
    let is_off = |switch: &Operation| switch.action == Action::SwitchOff;
    let is_seen = |switch: &Operation| switch.precedes(used) && switch.completed.at + lag <= used.invoked.at;
    let settled = switches.iter().rposition(|s| s.effect() == Effect::Sure && is_seen(s));
    let mut states = vec![settled.is_some_and(|last| is_off(switches[last]))];
    let later = settled.map_or(0, |last| last + 1);
    for switch in &switches[later..] {
        if switch.effect() != Effect::None && switch.may_precede(used) {
            states.push(is_off(switch));
        }
    }
    states
}
