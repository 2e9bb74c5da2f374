//! The limits per recipient.

use crate::domain::limits::rate::Rate;

/// The limits that are counted durably for each recipient of a tenant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecipientLimits {
    /// Messages, in several windows at once.
    pub sends: Vec<Rate>,
    /// Messages of all tenants, in several windows at once; none for no limit.
    pub sends_overall: Vec<Rate>,
    /// Wrong answers, as set by the operator.
    pub failures: Rate,
    /// Wrong answers, as set by the tenant for the purpose at hand. It applies in addition to the
    /// operator's.
    pub own_failures: Option<Rate>,
    /// Number of wrong answers in a row that locks the recipient out.
    pub failures_in_a_row: u32,
    /// Wrong answers of its own for devices that the tenant vouches for, beyond the others; `None` for none.
    pub reserve: Option<Rate>,
}

impl RecipientLimits {
    /// Returns all windows for wrong answers; every one of them applies.
    pub fn failure_windows(&self) -> Vec<Rate> {
        [self.failures].into_iter().chain(self.own_failures).collect()
    }
}
