//! The changes to a tenant's own cap on its mints.

use serde::Deserialize;

use crate::domain::phone::fraud::rules::MAX_BUDGET;
use crate::domain::tenants::tenant::MintSettings;

use crate::http::shared::problems::rejection::{Flaws, Rejection};

use super::object::Change;

/// The changes to the cap.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MintsPatch {
    #[serde(default)]
    per_hour: Change<u32>,
    #[serde(default)]
    per_day: Change<u32>,
}

impl MintsPatch {
    /// Finds invalid values.
    pub(super) fn check(&self) -> Result<(), Rejection> {
        let mut flaws = Flaws::default();
        for (name, change) in [("per_hour", &self.per_hour), ("per_day", &self.per_day)] {
            if let Change::Set(number) = change
                && !(1..=MAX_BUDGET).contains(number)
            {
                let problem = format!("must be from 1 to {MAX_BUDGET}, or null for no cap");
                flaws.note::<()>(Err(Rejection::field(format!("/mints/{name}"), problem)));
            }
        }
        flaws.end()
    }

    /// Applies values that were checked.
    pub(super) fn apply(&self, mints: &mut MintSettings) {
        self.per_hour.apply(&mut mints.per_hour);
        self.per_day.apply(&mut mints.per_day);
    }
}
