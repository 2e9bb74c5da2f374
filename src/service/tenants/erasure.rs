//! Erasing what is stored of a person.

use std::net::IpAddr;
use std::ops::AddAssign;
use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::domain::address::Address;
use crate::domain::factors::factor::FactorHandle;
use crate::domain::factors::identity::Identity;
use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Clock;
use crate::service::limits::bulk::BulkWork;
use crate::service::operator::identity::Operator;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::shared::Shared;
use crate::store::{ErasedRows, Erasure, FactorChange, Person, Store};

use super::authenticated::AuthenticatedTenant;
use super::names::TenantNames;

/// A person whose data is to be erased.
#[derive(Clone, Debug)]
pub struct ErasureRequest {
    /// The address. What was sent to any spelling of the mailbox goes.
    pub recipient: Address,
    /// The tenant's own name for the same person, whose factors go too.
    pub identity: Option<Identity>,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

/// What was erased, by kind.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Erased {
    /// Rows about the recipient.
    pub rows: ErasedRows,
    /// Factors of the identity.
    pub factors: usize,
}

/// Erases what is stored of people.
pub struct Erasures {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    names: Arc<TenantNames>,
    bulk: BulkWork,
}

impl Erasures {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            names: Arc::clone(&shared.names),
            bulk: BulkWork::default(),
        }
    }

    /// Erases what is stored of a recipient of the tenant itself.
    pub async fn erase_own(
        &self,
        tenant: &AuthenticatedTenant,
        request: ErasureRequest,
    ) -> Result<Erased, Refusal> {
        let by = tenant.actor(request.client_ip);
        self.erase(tenant.id(), &request, by).await
    }

    /// The same for the operator.
    pub async fn erase_for(
        &self,
        operator: &Operator,
        handle: &TenantHandle,
        request: ErasureRequest,
    ) -> Result<Erased, Refusal> {
        let (tenant, _) = self.names.find(handle).await?;
        let by = operator.actor(request.client_ip);
        self.erase(tenant.id, &request, by).await
    }

    /// Erases what a tenant and its sandbox have of a person. It can be repeated: what was cut off is found again.
    pub async fn erase(
        &self,
        tenant: TenantId,
        request: &ErasureRequest,
        by: Actor,
    ) -> Result<Erased, Refusal> {
        let _under_way = self.bulk.enter(tenant)?;
        let sandbox = self.store.sandbox_of(tenant).await?.map(|sandbox| sandbox.id);
        let mut erased = Erased::default();
        for of in sandbox.into_iter().chain([tenant]) {
            let factors = self.remove_factors(of, request.identity.as_ref(), &by).await?;
            erased.factors += factors.len();
            let mut erasure = Erasure::of(self.person(of, &request.recipient, factors), by.clone());
            while !erasure.is_done() {
                erasure = self.store.erase_some(erasure, self.clock.now()).await?;
            }
            erased.rows += erasure.erased;
        }
        Ok(erased)
    }

    fn person(&self, tenant: TenantId, recipient: &Address, factors: Vec<FactorHandle>) -> Person {
        Person {
            tenant,
            indexes: self.keyring.recipient_indexes(tenant, recipient),
            spellings: self.keyring.spelling(tenant, recipient).all().to_vec(),
            hint: recipient.masked(),
            factors,
        }
    }

    /// Deletes the factors of an identity, and returns which they were.
    async fn remove_factors(
        &self,
        tenant: TenantId,
        identity: Option<&Identity>,
        by: &Actor,
    ) -> Result<Vec<FactorHandle>, Refusal> {
        let Some(identity) = identity else { return Ok(Vec::new()) };
        let indexes = self.keyring.identity_indexes(tenant, identity);
        let mut removed = Vec::new();
        for factor in self.store.factors_of(tenant, indexes).await? {
            let (now, by) = (self.clock.now(), by.clone());
            let change = FactorChange { tenant, handle: factor.handle.clone(), now, by };
            if self.store.delete_factor(change).await? {
                removed.push(factor.handle);
            }
        }
        Ok(removed)
    }
}

impl AddAssign for ErasedRows {
    fn add_assign(&mut self, other: Self) {
        self.challenges += other.challenges;
        self.canceled += other.canceled;
        self.deliveries += other.deliveries;
        self.events += other.events;
        self.answers += other.answers;
        self.results += other.results;
        self.sandbox_messages += other.sandbox_messages;
    }
}
