//! Writing the changes that a unit of work has made in memory.

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::phone::fraud::trail::Mark;
use crate::domain::secret::{RecipientIndex, TrailKey};

use super::failed::Result;
use super::hold::Hold;
use super::tx::Tx;

/// The one order in which rows are locked and written, in all lanes of all nodes, so that deadlocks
/// cannot occur.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum LockKey {
    Recipient(TenantId, [u8; 16]),
    Challenge(ChallengeId),
    Trail(TenantId, [u8; 16]),
    Tally(TenantId, Mark),
}

/// Asserts that the order is kept.
#[derive(Default)]
struct LockOrder(Option<LockKey>);

impl LockOrder {
    fn take(&mut self, key: LockKey) {
        debug_assert!(self.0 < Some(key), "{key:?} after {:?}", self.0);
        self.0 = Some(key);
    }
}

/// Writes the changed rows, in the order of their keys. They stay held.
pub fn write(tx: &dyn Tx, hold: &Hold) -> Result<()> {
    let mut order = LockOrder::default();
    for ((tenant, index), held) in hold.recipients.borrow().iter() {
        if held.unwritten().is_some() {
            order.take(LockKey::Recipient(*tenant, *index));
            held.get().write(tx, *tenant, RecipientIndex(*index))?;
        }
    }
    for (id, held) in hold.challenges.borrow().iter() {
        let Some(held) = held else { continue };
        if let Some(extent) = held.unwritten() {
            order.take(LockKey::Challenge(*id));
            held.get().write(tx, extent)?;
        }
    }
    for ((tenant, key), held) in hold.trails.borrow().iter() {
        if held.unwritten().is_some() {
            order.take(LockKey::Trail(*tenant, *key));
            held.get().write(tx, *tenant, TrailKey(*key))?;
        }
    }
    for ((tenant, country), held) in hold.tallies.borrow().iter() {
        if held.unwritten().is_some() {
            order.take(LockKey::Tally(*tenant, *country));
            held.get().write(tx, *tenant, *country)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "Recipient")]
    fn no_recipient_is_taken_after_a_challenge() {
        let mut order = LockOrder::default();
        order.take(LockKey::Recipient(TenantId(9), [9; 16]));
        order.take(LockKey::Challenge(ChallengeId(1)));
        order.take(LockKey::Recipient(TenantId(10), [0; 16]));
    }
}
