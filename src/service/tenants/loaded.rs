//! A tenant, with everything that issuing its codes needs.

use std::sync::Arc;

use crate::delivery::Sender;
use crate::domain::address::Address;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::device::Device;
use crate::domain::challenges::fallback::Fallback;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::TenantId;
use crate::domain::phone::fraud::rules::{Budget, FraudRules};
use crate::domain::policy::{CodePolicy, Policies, Policy};
use crate::domain::spray::rules::Measures;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKinds;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::routes::senders::Senders;
use crate::service::rules::Rules;
use crate::service::templates::template_cache::TemplateCache;
use crate::store::Store;

/// A tenant, with everything that issuing its codes needs: read and resolved once for many requests.
#[derive(Debug)]
pub(in crate::service) struct LoadedTenant {
    /// The row.
    pub(in crate::service) row: Tenant,
    /// The sender, with the opened routes.
    pub(in crate::service) sender: Arc<Sender>,
    /// The effective policies.
    pub(in crate::service) policies: Policies,
    /// The rules against toll fraud; `None` if limits are switched off.
    pub(in crate::service) fraud: Option<Arc<FraudRules>>,
    /// How much it may mint.
    pub(in crate::service) mint_cap: Budget,
    /// The templates.
    pub(in crate::service) templates: Arc<TemplateCache>,
    /// The events that its endpoints want.
    pub(in crate::service) events: EventKinds,
}

impl LoadedTenant {
    pub(in crate::service) fn id(&self) -> TenantId {
        self.row.id
    }

    pub(in crate::service) fn is_sandbox(&self) -> bool {
        self.row.sandbox_of.is_some()
    }

    /// Returns the channel of a code for `purpose` to this recipient, and what follows if it does not
    /// arrive: the one that is wished, or those of the tenant's order.
    pub(in crate::service) fn way_to(
        &self,
        to: &Address,
        wished: Option<ChannelKind>,
        purpose: &Purpose,
    ) -> (ChannelKind, Fallback) {
        match (wished, to) {
            (Some(channel), _) => (channel, Fallback::default()),
            (None, Address::Mail(_)) => (ChannelKind::Email, Fallback::default()),
            (None, Address::Phone(number)) => {
                self.policy(purpose).channels.plan(number, |channel| self.sender.sends_over(channel))
            }
        }
    }

    /// Returns a code policy while somebody may be guessing, for a code that is answered on this device.
    pub(in crate::service) fn guarded(&self, code: CodePolicy, device: Device, now: Timestamp) -> CodePolicy {
        match self.measures(now).filter(|_| device == Device::Unknown) {
            Some(measures) => code.guarded(measures),
            None => code,
        }
    }

    /// The same for the length of a code whose attempts were fixed before.
    pub(in crate::service) fn lengthened(&self, length: usize, now: Timestamp) -> usize {
        self.measures(now).map_or(length, |measures| measures.lengthened(length))
    }

    fn measures(&self, now: Timestamp) -> Option<Measures> {
        self.row.suspicion.as_ref()?.taken(now)
    }

    /// Returns the effective policy for codes of this purpose.
    pub(in crate::service) fn policy(&self, purpose: &Purpose) -> &Policy {
        self.policies.of(purpose)
    }
}

/// Loads tenants.
pub(in crate::service) struct TenantLoader {
    store: Arc<dyn Store>,
    rules: Arc<Rules>,
    senders: Arc<Senders>,
}

impl TenantLoader {
    pub(in crate::service) fn new(parts: &Parts, senders: Arc<Senders>) -> Self {
        Self { store: Arc::clone(&parts.store), rules: Arc::clone(&parts.rules), senders }
    }

    /// Loads the tenant of this row.
    pub(in crate::service) async fn load(&self, row: Tenant) -> Result<LoadedTenant, Refusal> {
        let sender = Arc::new(self.senders.of(&row).await?);
        let policies = self.rules.policies_of(&row);
        let templates = Arc::new(TemplateCache::of(self.store.as_ref(), &row).await?);
        let fraud = self.rules.fraud_rules_of(&row).map(Arc::new);
        let mint_cap = self.rules.mint_cap_of(&row);
        let events = self.store.wanted_events(row.id).await?;
        Ok(LoadedTenant { row, sender, policies, fraud, mint_cap, templates, events })
    }
}
