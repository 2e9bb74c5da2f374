//! Statistics and the audit trail: a tenant's own, or those of all tenants for the operator.

use std::collections::HashMap;
use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::crypto::shareable_key::Codec;
use crate::delivery::Outbox;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::audit::{AuditPage, AuditQuery, Operators};
use crate::domain::reports::statistics::{Mark, StatisticsGroup, StatisticsQuery};
use crate::domain::tenants::tenant::{TenantHandle, TenantLabel};
use crate::domain::time::Clock;
use crate::service::limits::limit_hits::LimitHits;
use crate::service::operator::identity::Operator;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::service::tenants::names::TenantNames;
use crate::store::Store;

/// A report, with the names of the tenants in it.
#[derive(Default, Debug)]
pub struct Reported<T> {
    /// The report.
    pub found: T,
    /// What people know the tenants by.
    pub tenants: HashMap<TenantId, TenantLabel>,
}

impl<T> Reported<T> {
    /// Returns the public name of a tenant.
    pub fn handle(&self, tenant: TenantId) -> Option<&TenantHandle> {
        self.tenants.get(&tenant).map(|label| &label.handle)
    }
}

/// Statistics, deliveries and the audit trail.
pub struct Reports {
    pub(super) store: Arc<dyn Store>,
    pub(super) codec: Codec,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) names: Arc<TenantNames>,
    pub(super) hits: Arc<LimitHits>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) rules: Arc<Rules>,
}

impl Reports {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            codec: parts.keyring.shareable_keys(),
            clock: Arc::clone(&parts.clock),
            outbox: Arc::clone(&parts.outbox),
            names: Arc::clone(&shared.names),
            hits: Arc::clone(&shared.hits),
            keyring: Arc::clone(&parts.keyring),
            rules: Arc::clone(&parts.rules),
        }
    }
}

impl Reports {
    /// Returns a tenant's own statistics.
    pub async fn statistics(
        &self,
        tenant: &AuthenticatedTenant,
        asked: StatisticsQuery,
    ) -> Result<Reported<Vec<StatisticsGroup>>, Refusal> {
        let asked = StatisticsQuery { tenant: Some(tenant.id()), ..asked };
        Ok(Reported { found: self.store.statistics(asked).await?, tenants: itself(tenant) })
    }

    /// Returns the statistics of one tenant or of all.
    pub async fn all_statistics(
        &self,
        _: &Operator,
        tenant: Option<&TenantHandle>,
        asked: StatisticsQuery,
    ) -> Result<Reported<Vec<StatisticsGroup>>, Refusal> {
        let asked = StatisticsQuery { tenant: self.names.resolve(tenant).await?, ..asked };
        let found = self.store.statistics(asked).await?;
        let tenants = found.iter().flat_map(|group| &group.marks).filter_map(|mark| match mark {
            Mark::Tenant(id) => Some(*id),
            Mark::Day(_) | Mark::Word(..) => None,
        });
        Ok(Reported { tenants: self.names.labels(tenants.collect()).await?, found })
    }

    /// Returns a page of a tenant's own audit trail.
    pub async fn audit(
        &self,
        tenant: &AuthenticatedTenant,
        asked: AuditQuery,
    ) -> Result<Reported<AuditPage>, Refusal> {
        let asked = AuditQuery { tenant: Some(tenant.id()), operators: Operators::Unnamed, ..asked };
        Ok(Reported { found: self.store.audit_page(asked).await?, tenants: itself(tenant) })
    }

    /// Returns a page of the audit trail of one tenant or of all.
    pub async fn whole_audit(
        &self,
        _: &Operator,
        tenant: Option<&TenantHandle>,
        asked: AuditQuery,
    ) -> Result<Reported<AuditPage>, Refusal> {
        let tenant = self.names.resolve(tenant).await?;
        let asked = AuditQuery { tenant, operators: Operators::Named, ..asked };
        let found = self.store.audit_page(asked).await?;
        let tenants = found.rows.iter().filter_map(|row| row.tenant).collect();
        Ok(Reported { tenants: self.names.labels(tenants).await?, found })
    }

    /// Returns the challenge that a shareable key encodes, or the message that an id does, whether or not it exists.
    pub fn challenge_id(&self, key: &str) -> Option<ChallengeId> {
        self.codec.decode_either(key)
    }
}

fn itself(tenant: &AuthenticatedTenant) -> HashMap<TenantId, TenantLabel> {
    let label = TenantLabel { handle: tenant.handle().clone(), name: tenant.name().to_owned() };
    [(tenant.id(), label)].into()
}
