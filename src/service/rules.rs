//! What the operator has decided.

use std::sync::Arc;

use secrecy::SecretString;

use crate::domain::challenges::receipt::ReceiptTerms;
use crate::domain::network::OutboundRule;
use crate::domain::policy::{Policies, Policy};
use crate::domain::tenants::tenant::Tenant;
use crate::domain::web_origin::WebOrigin;
use crate::store::Retention;

use super::console::rules::ConsoleRules;
use super::limits::tenant_limits::TenantLimits;

/// Who may register a tenant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegistrationMode {
    /// Whoever has the operator token.
    Operator,
    /// Anybody.
    Open,
    /// Nobody, over HTTP.
    Closed,
}

/// The rules that the operator sets.
pub struct Rules {
    /// How codes are drawn, tried and sent, as far as tenants do not decide it.
    pub policy: Arc<Policy>,
    /// Who may register.
    pub registration: RegistrationMode,
    /// The operator's token.
    pub operator_token: SecretString,
    /// From where browsers see this server; `None` for no hosted pages.
    pub public_url: Option<WebOrigin>,
    /// Which mail servers tenants may name.
    pub outbound: Arc<OutboundRule>,
    /// Where tenants may have their webhooks.
    pub webhooks: Arc<OutboundRule>,
    /// The limits of each tenant; `None` when limits are switched off.
    pub tenant_limits: Option<TenantLimits>,
    /// How people sign in to the console.
    pub console: ConsoleRules,
    /// How many requests may wait for the store.
    pub places: usize,
    /// What receipts say.
    pub receipts: ReceiptTerms,
    /// How long things are kept.
    pub retention: Retention,
}

impl Rules {
    /// The operator's policy for this tenant.
    pub(super) fn policy_for(&self, tenant: &Tenant) -> Arc<Policy> {
        tenant.limits.in_policy(&self.policy)
    }

    /// What this tenant makes of it.
    pub(super) fn policies_of(&self, tenant: &Tenant) -> Policies {
        Policies::in_force(&self.policy_for(tenant), &tenant.settings)
    }
}
