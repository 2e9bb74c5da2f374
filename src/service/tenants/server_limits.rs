//! What holds for tenants for which nothing else is set.

use crate::domain::phone::fraud::rules::FraudRules;
use crate::domain::policy::GrantedLimits;

use super::profile::Tenants;

impl Tenants {
    /// Returns the server's limits, in the shape of those that an operator sets for one tenant; none where limits are
    /// switched off.
    pub fn server_limits(&self) -> GrantedLimits {
        let (own, recipients) = (self.rules.tenant_limits, self.rules.policy.limits.as_ref());
        GrantedLimits {
            mint_per_tenant: own.map(|limits| limits.mint),
            verify_per_tenant: own.map(|limits| limits.verify),
            manage_per_tenant: own.map(|limits| limits.manage),
            sends_per_recipient: recipients.map(|limits| limits.sends.clone()),
            failures_per_recipient: recipients.map(|limits| limits.failures),
        }
    }

    /// Returns the server's rules on codes to phone numbers; `None` if limits are switched off.
    pub fn server_fraud_rules(&self) -> Option<&FraudRules> {
        self.rules.fraud.as_ref()
    }
}
