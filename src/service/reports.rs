//! Reports: numbers and the audit trail, a tenant's own for itself and everybody's for the operator.

use std::collections::{BTreeSet, HashMap};

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::audit::{AuditPage, AuditQuery, Operators};
use crate::domain::reports::statistics::{Mark, StatisticsGroup, StatisticsQuery};
use crate::domain::tenants::tenant::TenantHandle;

use super::{AuthenticatedTenant, Operator, Refusal, Services};

/// What was found, and the names of the tenants in it.
#[derive(Debug)]
pub struct Reported<T> {
    /// What was found.
    pub found: T,
    /// Names towards the outside.
    pub handles: HashMap<TenantId, TenantHandle>,
}

impl Services {
    /// A tenant's own numbers.
    pub async fn statistics(
        &self,
        tenant: &AuthenticatedTenant,
        asked: StatisticsQuery,
    ) -> Result<Reported<Vec<StatisticsGroup>>, Refusal> {
        let asked = StatisticsQuery { tenant: Some(tenant.id()), ..asked };
        Ok(Reported { found: self.store.statistics(asked).await?, handles: itself(tenant) })
    }

    /// The numbers of one tenant or of all.
    pub async fn all_statistics(
        &self,
        _: &Operator,
        tenant: Option<&TenantHandle>,
        asked: StatisticsQuery,
    ) -> Result<Reported<Vec<StatisticsGroup>>, Refusal> {
        let asked = StatisticsQuery { tenant: self.meant(tenant).await?, ..asked };
        let found = self.store.statistics(asked).await?;
        let tenants = found.iter().flat_map(|group| &group.marks).filter_map(|mark| match mark {
            Mark::Tenant(id) => Some(*id),
            Mark::Day(_) | Mark::Word(..) => None,
        });
        Ok(Reported { handles: self.handles(tenants.collect()).await?, found })
    }

    /// A page of a tenant's own audit trail.
    pub async fn audit(
        &self,
        tenant: &AuthenticatedTenant,
        asked: AuditQuery,
    ) -> Result<Reported<AuditPage>, Refusal> {
        let asked = AuditQuery { tenant: Some(tenant.id()), operators: Operators::Unnamed, ..asked };
        Ok(Reported { found: self.store.audit_page(asked).await?, handles: itself(tenant) })
    }

    /// A page of the audit trail of one tenant or of all.
    pub async fn whole_audit(
        &self,
        _: &Operator,
        tenant: Option<&TenantHandle>,
        asked: AuditQuery,
    ) -> Result<Reported<AuditPage>, Refusal> {
        let tenant = self.meant(tenant).await?;
        let asked = AuditQuery { tenant, operators: Operators::Named, ..asked };
        let found = self.store.audit_page(asked).await?;
        let tenants = found.rows.iter().filter_map(|row| row.tenant).collect();
        Ok(Reported { handles: self.handles(tenants).await?, found })
    }

    /// The challenge of a shareable key, whether or not there is one.
    pub fn challenge_named(&self, key: &str) -> Option<ChallengeId> {
        self.codec.decode(key)
    }

    pub(super) async fn meant(&self, tenant: Option<&TenantHandle>) -> Result<Option<TenantId>, Refusal> {
        Ok(match tenant {
            Some(handle) => Some(self.tenant_named(handle).await?.0.id),
            None => None,
        })
    }

    pub(super) async fn handles(
        &self,
        tenants: BTreeSet<TenantId>,
    ) -> Result<HashMap<TenantId, TenantHandle>, Refusal> {
        let mut handles = HashMap::new();
        for id in tenants {
            if let Some(handle) = self.handle_of(id).await? {
                handles.insert(id, handle);
            }
        }
        Ok(handles)
    }
}

fn itself(tenant: &AuthenticatedTenant) -> HashMap<TenantId, TenantHandle> {
    [(tenant.id(), tenant.handle().clone())].into()
}
