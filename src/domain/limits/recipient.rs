//! The limits of one recipient.

use crate::domain::limits::rate::Rate;

/// The limits that are counted for each recipient of a tenant, durably.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecipientLimits {
    /// Messages, in several windows at once.
    pub sends: Vec<Rate>,
    /// Wrong answers, as the operator has it.
    pub failures: Rate,
    /// Wrong answers, as the tenant has it for the purpose at hand: this holds besides.
    pub own_failures: Option<Rate>,
    /// Wrong answers in a row that lock the recipient out.
    pub failures_in_a_row: u32,
}

impl RecipientLimits {
    /// The windows of wrong answers, all of which hold.
    pub fn failure_windows(&self) -> Vec<Rate> {
        [self.failures].into_iter().chain(self.own_failures).collect()
    }
}
