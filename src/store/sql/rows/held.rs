//! A row held by a unit of work.

use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;

/// A row that is read and changed in memory. All users share the same one.
pub struct Held<T, C>(Rc<RefCell<CachedRow<T, C>>>);

struct CachedRow<T, C> {
    row: T,
    /// The greatest extent of changes that are not in the database yet.
    change: Option<C>,
}

impl<T, C: Ord + Copy> Held<T, C> {
    /// Creates a row in the state of the database.
    pub fn loaded(row: T) -> Self {
        Self(Rc::new(RefCell::new(CachedRow { row, change: None })))
    }

    /// Creates a row that is already changed.
    pub fn changed(row: T, change: C) -> Self {
        Self(Rc::new(RefCell::new(CachedRow { row, change: Some(change) })))
    }

    /// Borrows the row for reading.
    pub fn get(&self) -> Ref<'_, T> {
        Ref::map(self.0.borrow(), |slot| &slot.row)
    }

    /// Borrows the row for changes of this extent.
    pub fn change(&self, change: C) -> RefMut<'_, T> {
        RefMut::map(self.0.borrow_mut(), |slot| {
            slot.change = slot.change.max(Some(change));
            &mut slot.row
        })
    }

    /// Returns the extent that has to be written.
    pub fn unwritten(&self) -> Option<C> {
        self.0.borrow().change
    }
}

impl<T, C> Clone for Held<T, C> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}
