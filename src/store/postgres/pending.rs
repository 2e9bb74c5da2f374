//! Changes that wait to be sent: those of one kind go as one statement.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::bulk::Form;
use super::session::Prepared;
use super::values::{Kept, Parameter};

/// A change that has not been sent.
pub(super) struct Later {
    pub(super) prepared: Arc<Prepared>,
    pub(super) values: Vec<Kept>,
}

/// Moves changes of the same kind as the first of `rows` there, past changes of other tables and of other rows. It
/// stops where those could be the same rows.
pub(super) fn take_alike(form: &Form, rows: &mut Vec<Later>, pending: &mut VecDeque<Later>) {
    let prepared = Arc::clone(&rows[0].prepared);
    let key = |form: &Form, later: &Later| form.key(&later.values).into_iter().cloned().collect::<Vec<_>>();
    // The rows that must not be changed any more: once in a statement, and not before a change that comes earlier.
    let mut seen = HashSet::from([key(form, &rows[0])]);
    let mut rest = VecDeque::with_capacity(pending.len());
    while let Some(later) = pending.pop_front() {
        let is_alike = Arc::ptr_eq(&later.prepared, &prepared);
        if is_alike && (!form.finds_rows() || seen.insert(key(form, &later))) {
            rows.push(later);
            continue;
        }
        let ends = match &later.prepared.bulk {
            _ if is_alike => true,
            None => true,
            Some(other) if other.table != form.table => false,
            Some(other) if other.finds_by_the_same(form) => {
                seen.insert(key(other, &later));
                false
            }
            Some(_) => true,
        };
        rest.push_back(later);
        if ends {
            break;
        }
    }
    rest.append(pending);
    *pending = rest;
}

impl Later {
    pub(super) fn parameters(self) -> impl Iterator<Item = Parameter> {
        self.values.into_iter().map(Parameter::One)
    }
}

/// Returns the values of many rows by column.
pub(super) fn columns(rows: &[Later]) -> Vec<Parameter> {
    let width = rows.first().map_or(0, |row| row.values.len());
    let column = |place: usize| rows.iter().filter_map(|row| row.values.get(place).cloned()).collect();
    (0..width).map(|place| Parameter::Many(column(place))).collect()
}
