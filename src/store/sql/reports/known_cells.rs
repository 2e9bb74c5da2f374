//! The cells that a lane has found lately. A cell never changes, so it need not be looked up for every mint.

use std::cell::RefCell;
use std::collections::HashMap;

use super::counts::CellId;

/// The maximum number of cells. Beyond it all are forgotten: those of past days are never asked for again.
const MOST: usize = 4_096;

/// Cells that are committed, by the words of their kind.
#[derive(Default)]
pub struct KnownCells(RefCell<HashMap<String, CellId>>);

impl KnownCells {
    /// Returns the cell of a kind.
    pub fn find(&self, kind: &str) -> Option<CellId> {
        self.0.borrow().get(kind).copied()
    }

    /// Remembers a cell. It must be committed, or a rollback would leave a cell that does not exist.
    pub fn keep(&self, kind: String, cell: CellId) {
        let mut known = self.0.borrow_mut();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(kind, cell);
    }
}
