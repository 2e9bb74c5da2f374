//! A merge patch (RFC 7396) of the limits that the operator sets for one tenant.

use serde::Deserialize;

use crate::domain::limits::rate::Rate;
use crate::domain::policy::GrantedLimits;

use super::object::Change;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitsPatch {
    #[serde(default)]
    mint_per_tenant: Change<Rate>,
    #[serde(default)]
    verify_per_tenant: Change<Rate>,
    #[serde(default)]
    manage_per_tenant: Change<Rate>,
    #[serde(default)]
    sends_per_recipient: Change<Vec<Rate>>,
    #[serde(default)]
    failures_per_recipient: Change<Rate>,
}

impl LimitsPatch {
    pub(crate) fn apply(&self, limits: &mut GrantedLimits) {
        self.mint_per_tenant.apply(&mut limits.mint_per_tenant);
        self.verify_per_tenant.apply(&mut limits.verify_per_tenant);
        self.manage_per_tenant.apply(&mut limits.manage_per_tenant);
        self.sends_per_recipient.apply(&mut limits.sends_per_recipient);
        self.failures_per_recipient.apply(&mut limits.failures_per_recipient);
    }
}
