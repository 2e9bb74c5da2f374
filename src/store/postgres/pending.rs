//! Changes that wait to be sent: those of one kind go as one statement.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};
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
    // Two rows with the same hash are taken for one: it costs a statement, and happens to nobody.
    let hasher = RandomState::new();
    let key = |form: &Form, later: &Later| hasher.hash_one(form.key(&later.values));
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

/// Returns the values of many rows, which have equally many, by column.
pub(super) fn columns(rows: Vec<Later>) -> Vec<Parameter> {
    let (width, height) = (rows.first().map_or(0, |row| row.values.len()), rows.len());
    let mut columns: Vec<Vec<Kept>> = (0..width).map(|_| Vec::with_capacity(height)).collect();
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row.values) {
            column.push(value);
        }
    }
    columns.into_iter().map(Parameter::Many).collect()
}
