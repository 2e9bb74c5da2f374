//! What was sent to one recipient, for whoever is asked why no code came. Each look is in the audit trail.

use std::net::IpAddr;

use crate::domain::address::Address;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::search::{RecipientFilter, RecipientPage, RecipientQuery};
use crate::domain::id::TenantId;
use crate::domain::limits::counters::RecipientCounters;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::limits::standing::RecipientStanding;
use crate::domain::reports::actor::Actor;
use crate::domain::tenants::tenant::{Tenant, TenantHandle};
use crate::service::operator::identity::Operator;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;

use super::reporting::Reports;

/// The most tenants that are asked about a recipient at once.
pub const MOST_TENANTS: usize = 1_000;

/// What was sent to a recipient, and how it stands under the limits.
#[derive(Clone, Debug)]
pub struct RecipientReport {
    /// The recipient, masked.
    pub to: String,
    /// The challenges.
    pub page: RecipientPage,
    /// How it stands; `None` if limits are switched off.
    pub standing: Option<RecipientStanding>,
}

impl Reports {
    /// Returns what a tenant has sent to a recipient.
    pub async fn recipient(
        &self,
        tenant: &AuthenticatedTenant,
        to: &Address,
        filter: RecipientFilter,
        client_ip: Option<IpAddr>,
    ) -> Result<RecipientReport, Refusal> {
        let limits = tenant.policy(&about(&filter)).limits.clone();
        let by = tenant.actor(client_ip);
        self.look_at((tenant.id(), to), filter, limits.as_deref(), by).await
    }

    /// Returns what a tenant has sent to a recipient, for the operator.
    pub async fn recipient_of(
        &self,
        operator: &Operator,
        tenant: &TenantHandle,
        to: &Address,
        filter: RecipientFilter,
        client_ip: Option<IpAddr>,
    ) -> Result<RecipientReport, Refusal> {
        let (row, _) = self.names.find(tenant).await?;
        let policies = self.rules.policies_of(&row);
        let limits = policies.of(&about(&filter)).limits.clone();
        self.look_at((row.id, to), filter, limits.as_deref(), operator.actor(client_ip)).await
    }

    /// Returns what all tenants have sent to a recipient, in order of registration, for the operator. Tenants that know
    /// nothing of it are left out; no more than [`MOST_TENANTS`] are asked.
    pub async fn recipient_everywhere(
        &self,
        operator: &Operator,
        to: &Address,
        filter: &RecipientFilter,
        client_ip: Option<IpAddr>,
    ) -> Result<Vec<(Tenant, RecipientReport)>, Refusal> {
        let mut found = Vec::new();
        for tenant in self.store.tenants_after(None, MOST_TENANTS).await? {
            let page = self.page((tenant.id, to), filter.clone()).await?;
            if page.rows.is_empty() && page.counters == RecipientCounters::default() {
                continue;
            }
            let policies = self.rules.policies_of(&tenant);
            let limits = policies.of(&about(filter)).limits.clone();
            let by = operator.actor(client_ip);
            let report = self.look_at((tenant.id, to), filter.clone(), limits.as_deref(), by).await?;
            found.push((tenant, report));
        }
        Ok(found)
    }

    /// Whoever looks is recorded first: what cannot be recorded is not shown.
    async fn look_at(
        &self,
        (tenant, to): (TenantId, &Address),
        filter: RecipientFilter,
        limits: Option<&RecipientLimits>,
        by: Actor,
    ) -> Result<RecipientReport, Refusal> {
        let now = self.clock.now();
        self.store.note_search(tenant, to.masked(), by, now).await?;
        let page = self.page((tenant, to), filter).await?;
        let standing = limits.map(|limits| RecipientStanding::of(&page.counters, &page.overall, limits, now));
        Ok(RecipientReport { to: to.masked(), page, standing })
    }

    async fn page(
        &self,
        (tenant, to): (TenantId, &Address),
        filter: RecipientFilter,
    ) -> Result<RecipientPage, Refusal> {
        let overall = self.keyring.overall_index(to);
        let asked = RecipientQuery {
            tenant,
            indexes: self.keyring.recipient_indexes(tenant, to),
            overall: [overall.present].into_iter().chain(overall.others).collect(),
            now: self.clock.now(),
            filter,
        };
        Ok(self.store.recipient_page(asked).await?)
    }
}

/// The purpose by whose limits the recipient is judged.
fn about(filter: &RecipientFilter) -> Purpose {
    filter.purpose.clone().unwrap_or(Purpose::VERIFICATION)
}
