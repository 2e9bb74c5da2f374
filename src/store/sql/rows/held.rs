//! A row in the hands of a unit of work.

use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;

/// A row that is looked at and changed in memory. All who ask for it get the same one.
pub struct Held<T, C>(Rc<RefCell<Slot<T, C>>>);

struct Slot<T, C> {
    row: T,
    /// The most that has happened to it and is not in the database.
    change: Option<C>,
}

impl<T, C: Ord + Copy> Held<T, C> {
    /// A row as it is in the database.
    pub fn loaded(row: T) -> Self {
        Self(Rc::new(RefCell::new(Slot { row, change: None })))
    }

    /// A row that is changed already.
    pub fn changed(row: T, change: C) -> Self {
        Self(Rc::new(RefCell::new(Slot { row, change: Some(change) })))
    }

    /// The row, to be looked at.
    pub fn get(&self) -> Ref<'_, T> {
        Ref::map(self.0.borrow(), |slot| &slot.row)
    }

    /// The row, to be changed as far as `change` says.
    pub fn change(&self, change: C) -> RefMut<'_, T> {
        RefMut::map(self.0.borrow_mut(), |slot| {
            slot.change = slot.change.max(Some(change));
            &mut slot.row
        })
    }

    /// What is to be written.
    pub fn unwritten(&self) -> Option<C> {
        self.0.borrow().change
    }
}

impl<T, C> Clone for Held<T, C> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}
