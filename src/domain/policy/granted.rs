//! Granted limits: the operator's limits for one tenant, which replace the general ones.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::settings::{InvalidSetting, check_windows};
use crate::domain::limits::rate::Rate;
use crate::domain::limits::recipient::RecipientLimits;

/// Limits that the operator has set for one tenant and its sandbox. A limit that is not set is the
/// one for all tenants. Granted limits may be looser than those; the tenant's own settings can only
/// tighten them.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct GrantedLimits {
    /// Mints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mint_per_tenant: Option<Rate>,
    /// Verifications.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verify_per_tenant: Option<Rate>,
    /// Management requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manage_per_tenant: Option<Rate>,
    /// Messages to a recipient, in several windows at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sends_per_recipient: Option<Vec<Rate>>,
    /// Wrong answers for a recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures_per_recipient: Option<Rate>,
}

impl GrantedLimits {
    /// Returns whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns an error for rates that cannot be counted.
    pub fn check(&self) -> Result<(), InvalidSetting> {
        check_windows(self.sends_per_recipient.as_deref(), self.failures_per_recipient)
            .map_err(|error| error.below("limits"))
    }

    /// Returns the limits that are set, with the names of the settings that they replace.
    pub fn entries(&self) -> Vec<(&'static str, String)> {
        self.all().into_iter().filter(|(_, rate)| !rate.is_empty()).collect()
    }

    /// Returns all limits with their names; a limit that is not set is an empty text.
    pub fn all(&self) -> Vec<(&'static str, String)> {
        let join = |rates: &Vec<Rate>| rates.iter().map(Rate::to_string).collect::<Vec<_>>().join(", ");
        let one = |rate: Option<Rate>| rate.map(String::from);
        let all = [
            ("mint_per_tenant", one(self.mint_per_tenant)),
            ("verify_per_tenant", one(self.verify_per_tenant)),
            ("manage_per_tenant", one(self.manage_per_tenant)),
            ("sends_per_recipient", self.sends_per_recipient.as_ref().map(join)),
            ("failures_per_recipient", one(self.failures_per_recipient)),
        ];
        all.into_iter().map(|(name, rate)| (name, rate.unwrap_or_default())).collect()
    }

    /// Returns the error for granting limits to a sandbox.
    pub fn of_a_sandbox() -> InvalidSetting {
        InvalidSetting::at("limits", "a sandbox has the limits of its tenant")
    }

    /// Returns the limits per recipient: these, and the general ones where these are not set.
    pub fn over(&self, general: &Arc<RecipientLimits>) -> Arc<RecipientLimits> {
        if self.sends_per_recipient.is_none() && self.failures_per_recipient.is_none() {
            return Arc::clone(general);
        }
        Arc::new(RecipientLimits {
            sends: self.sends_per_recipient.as_ref().unwrap_or(&general.sends).clone(),
            sends_overall: general.sends_overall.clone(),
            failures: self.failures_per_recipient.unwrap_or(general.failures),
            own_failures: general.own_failures,
            failures_in_a_row: general.failures_in_a_row,
            reserve: general.reserve,
        })
    }
}
