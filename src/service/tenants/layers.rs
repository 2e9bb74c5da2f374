//! The layers of a tenant's policy: what is in force, and what would be without the tenant's settings.

use crate::domain::challenges::purpose::Purpose;
use crate::domain::policy::{Policies, Policy};

use super::authenticated::AuthenticatedTenant;
use super::profile::Tenants;

/// A policy, with and without the settings of one level.
#[derive(Clone, Debug)]
pub struct PolicyLayers {
    /// What is in force.
    pub in_force: Policy,
    /// What would be in force without these settings.
    pub inherited: Policy,
}

impl Tenants {
    /// Returns the policy of `purpose`, with and without the settings for it; for `None` the policy of all purposes.
    pub fn policy_layers(&self, tenant: &AuthenticatedTenant, purpose: Option<&Purpose>) -> PolicyLayers {
        let (row, operator) = (tenant.row(), self.rules.policy_for(tenant.row()));
        let mut without = row.settings.clone();
        match purpose {
            Some(purpose) => drop(without.purposes.remove(purpose)),
            None => without.policy = Default::default(),
        }
        let layer = |settings| {
            let policies = Policies::effective(&operator, settings);
            purpose.map_or_else(|| policies.usual().clone(), |purpose| policies.of(purpose).clone())
        };
        PolicyLayers { in_force: layer(&row.settings), inherited: layer(&without) }
    }
}
