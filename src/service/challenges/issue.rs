//! Issuing a code, in the same steps for every cause: admit, reserve, draw, seal, record, dispatch.

use std::sync::Arc;
use std::time::Duration;

use crate::crypto::keyring::Keyring;
use crate::delivery::{Job, Message, Outbox, Sender, Slot, Watch};
use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::sandbox::Reserved;
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError};
use crate::domain::id::{ChallengeId, IdGenerator};
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::random::Entropy;
use crate::domain::time::Clock;
use crate::service::admission::Permit;
use crate::service::callbacks::address::CallbackAddresses;
use crate::service::limits::rates::{RateKind, TenantRates};
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::templates::template_cache::TemplateCache;
use crate::store::{ClaimedDelivery, Issue, Issued, Store, StoreError};
use crate::telemetry::traces;

use super::order::{IssueCause, Order};
use super::record::Prepared;
use super::{autofill, hosting, ledger, payload, reach, record};

/// The limit hit for the reserved recipient that is always limited.
const LIMITED: LimitHit = LimitHit { limit: Limit::SendsPerRecipient, retry_after: Duration::from_secs(600) };

/// Issues codes.
pub struct Issuer {
    store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) ids: Arc<IdGenerator>,
    outbox: Arc<Outbox>,
    pub(super) rules: Arc<Rules>,
    callbacks: Arc<CallbackAddresses>,
    rates: Arc<TenantRates>,
}

/// An issued code.
pub(super) struct IssuedCode {
    /// Its challenge: a new one in the recorded state, an existing one as it was before.
    pub(super) challenge: Challenge,
    /// The code, for a tenant that delivers it itself.
    pub(super) revealed: Option<Code>,
    /// The view of its delivery, if a message was dispatched.
    pub(super) watch: Option<Watch>,
}

impl Issuer {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            ids: Arc::clone(&parts.ids),
            outbox: Arc::clone(&parts.outbox),
            rules: Arc::clone(&parts.rules),
            callbacks: Arc::clone(&shared.callbacks),
            rates: Arc::clone(&shared.rates),
        }
    }

    /// Issues a code.
    pub(super) async fn issue(&self, order: Order<'_>) -> Result<IssuedCode, Refusal> {
        self.admit(&order).await?;
        let slot = self.reserve(&order)?;
        let Prepared { issue, challenge, message, revealed } = self.prepare(&order)?;
        let watch = match slot {
            Some(slot) => {
                let (store, keyring) = (Arc::clone(&self.store), Arc::clone(&self.keyring));
                let (sender, templates) = (order.tenant.sender.clone(), order.tenant.templates.clone());
                let (callbacks, challenge) = (Arc::clone(&self.callbacks), challenge.id);
                let courier =
                    Courier { store, keyring, sender, templates, callbacks, slot, challenge, message };
                self.record_and_dispatch(order.permit, issue, courier).await?
            }
            None => record::accepted(self.store.issue(issue).await?).map(|_| None)?,
        };
        Ok(IssuedCode { challenge, revealed, watch })
    }

    async fn admit(&self, order: &Order<'_>) -> Result<(), Refusal> {
        let tenant = order.tenant;
        if let Some(details) = order.new_details() {
            hosting::check(&self.rules, &tenant.row.settings, details)?;
            autofill::check(&tenant.row.settings, order.autofill())?;
        }
        self.rates.count(RateKind::Mint, (tenant.id(), &tenant.row.limits), order.gauge).await?;
        if order.reserved() == Some(Reserved::Limited) {
            return Err(Refusal::Limited(LIMITED));
        }
        order.destination().map_or(Ok(()), |(to, channel)| reach::check(&self.rules, tenant, to, channel))?;
        if let IssueCause::Page(request) = &order.cause {
            reach::check_page(tenant, request.ask())?;
        }
        let missing = order.needed_routes().into_iter().find(|channel| !tenant.sender.sends_over(*channel));
        missing.map_or(Ok(()), |channel| Err(Refusal::NoRoute(channel)))
    }

    /// Reserves a place before anything is recorded, because every acknowledged message must have
    /// room in the queue.
    fn reserve(&self, order: &Order<'_>) -> Result<Option<Slot>, Refusal> {
        let reserve = || self.outbox.reserve(order.tenant.id()).ok_or(Refusal::QueueFull);
        order.sends_now().then(reserve).transpose()
    }

    /// Draws and seals the code.
    fn prepare(&self, order: &Order<'_>) -> Result<Prepared, Refusal> {
        match &order.cause {
            IssueCause::Mint(request) => Ok(self.minted(order, request)),
            IssueCause::Page(request) => Ok(self.page(order, request)),
            IssueCause::Relay(request) => Ok(self.relayed(order, request)),
            IssueCause::Recipient(given) => self.recipient(order, given),
            IssueCause::Resend(challenge) => Ok(self.again(order, challenge)),
            IssueCause::Switch { challenge, channel, cause } => {
                Ok(self.switched(order, challenge, (*channel, *cause)))
            }
        }
    }

    /// Records and dispatches, both or neither, even if the caller disconnects in between: a
    /// message that is recorded but not dispatched would wait for a restart.
    async fn record_and_dispatch(
        &self,
        permit: Permit,
        issue: Issue,
        courier: Courier,
    ) -> Result<Option<Watch>, Refusal> {
        let store = Arc::clone(&self.store);
        let done = tokio::spawn(traces::carry(async move {
            let issued = record::accepted(store.issue(issue).await?)?;
            // From here on the message waits for the mail server, no longer for the store.
            drop(permit);
            Ok(courier.dispatch(issued).await)
        }));
        done.await.unwrap_or(Err(Refusal::Store(StoreError::Unavailable)))
    }
}

/// Takes a recorded message to its place in the outbox.
struct Courier {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    sender: Arc<Sender>,
    templates: Arc<TemplateCache>,
    callbacks: Arc<CallbackAddresses>,
    slot: Slot,
    challenge: ChallengeId,
    /// The message of a new challenge.
    message: Option<Message>,
}

impl Courier {
    /// Dispatches the recorded message, if there is one.
    async fn dispatch(mut self, issued: Issued) -> Option<Watch> {
        let (message, number) = match issued {
            Issued::Queued(delivery) => (self.open(&delivery).await?, delivery.sends),
            _ => (self.message.take()?, 1),
        };
        let template = self.templates.for_message(self.store.as_ref(), &message).await;
        let callback = self.callbacks.of_message(self.challenge, number, message.channel);
        // A message that is sent again belongs to the request for that, not to the mint.
        let trace_context = traces::current().or(message.trace_context);
        let message = Message { template, callback, trace_context, ..message };
        let (challenge, sender) = (self.challenge, self.sender);
        Some(self.slot.dispatch(Job { challenge, sender, message, tries: 0, unconfirmed: 0 }))
    }

    /// Opens the message of a delivery. If it was altered or moved in the store, the delivery is
    /// recorded as failed.
    async fn open(&self, delivery: &ClaimedDelivery) -> Option<Message> {
        let message = payload::open(&self.keyring, delivery);
        if message.is_none() {
            let end = DeliveryEnd::Failed(DeliveryError::Canceled);
            ledger::record(Arc::clone(&self.store), delivery.challenge, (end, None), delivery.queued_at)
                .await;
        }
        message
    }
}
