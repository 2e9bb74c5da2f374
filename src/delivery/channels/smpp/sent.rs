//! Messages that a centre has accepted, as long as receipts for them may come.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::message_id;
use super::receipt::Receipt;

/// How many messages of an account are known at most.
const MANY: usize = 4_096;

/// The latest messages of an account: the id of each, and its recipient.
#[derive(Default)]
pub(super) struct Sent(Mutex<Table>);

#[derive(Default)]
struct Table {
    numbers: HashMap<String, String>,
    order: VecDeque<String>,
}

impl Sent {
    /// Notes that the message with this id went to this number.
    pub(super) fn note(&self, id: &str, digits: &str) {
        let mut table = self.table();
        if table.numbers.insert(id.to_owned(), digits.to_owned()).is_none() {
            table.order.push_back(id.to_owned());
        }
        if table.order.len() > MANY
            && let Some(oldest) = table.order.pop_front()
        {
            table.numbers.remove(&oldest);
        }
    }

    /// Returns the id of the message that a receipt is for. The receipt may write it in another way, in
    /// which it may be that of another message, to another number.
    pub(super) fn find(&self, receipt: &Receipt) -> Option<String> {
        let plain = message_id::plain(&receipt.id);
        let others = message_id::otherwise(&plain);
        let table = self.table();
        let is_right = |id: &String| {
            let number = table.numbers.get(id);
            number.is_some_and(|number| receipt.number.as_ref().is_none_or(|given| given == number))
        };
        std::iter::once(plain).chain(others).find(is_right)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Every change under the lock is complete in itself, so a poisoned lock is harmless.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::deliveries::provider_report::Fate;

    fn find(sent: &Sent, id: &str, number: Option<&str>) -> Option<String> {
        let (id, number) = (id.to_owned(), number.map(str::to_owned));
        sent.find(&Receipt { id, number, fate: Fate::Delivered })
    }

    #[test]
    fn an_id_in_another_base_belongs_to_the_message_to_the_same_number() {
        let sent = Sent::default();
        // In hexadecimal, 16 is 22; the centre writes 16 as 10.
        sent.note("10", "491");
        sent.note("16", "492");
        assert_eq!(find(&sent, "0016", Some("491")).as_deref(), Some("10"));
        assert_eq!(find(&sent, "22", Some("492")).as_deref(), Some("16"));
        assert_eq!(find(&sent, "16", None).as_deref(), Some("16"));
        assert_eq!(find(&sent, "16", Some("493")), None);
    }

    #[test]
    fn only_the_latest_messages_are_known() {
        let sent = Sent::default();
        for id in 0..=MANY {
            sent.note(&format!("m{id}"), "491");
        }
        assert_eq!(find(&sent, "m0", None), None);
        assert!(find(&sent, "m1", None).is_some());
        assert_eq!(sent.table().numbers.len(), MANY);
    }
}
