//! Challenges whose page asks for the recipient: minted without one, given one by the visitor.
//!
//! To give a recipient is a mint in all that it may cost: the tenant's rate, the recipient's limits, a place
//! in the outbox. What one challenge may send and how often it may be answered was decided when it was
//! opened, whoever is given; so whoever has the link has a few messages sent and no more.

use std::net::IpAddr;
use std::sync::Arc;

use crate::delivery::{Message, Sender};
use crate::domain::address::Address;
use crate::domain::challenges::challenge::{Binding, Challenge, ChallengeStatus, Standing};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::details::{BoundFields, Details};
use crate::domain::challenges::idempotency::Once;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::return_url::Hosting;
use crate::domain::challenges::sandbox::Reserved;
use crate::domain::challenges::vars::Vars;
use crate::domain::id::ChallengeId;
use crate::domain::policy::CodePolicy;
use crate::domain::web_origin::WebOrigin;
use crate::service::limits::rates::Gauge;
use crate::service::refusal::Refusal;
use crate::service::templates::template_cache::TemplateCache;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{Given, Hosted, NewRecipient, OpenAsking, Opened, StoreError, Withdrawn};

use super::challenge::Challenges;
use super::hosted::HostedPages;
use super::mint::{LIMITED, Minted};
use super::payload::Draft;
use super::{hosting, message_id, payload};

/// What a tenant asks for whose user is to tell the address.
#[derive(Debug)]
pub struct PageRequest {
    /// What the code is for.
    pub purpose: Purpose,
    /// How the code is drawn and tried; `None` as the policy of the purpose has it.
    pub policy: Option<CodePolicy>,
    /// What the tenant attaches; with what the page needs.
    pub details: Details,
    /// What it tells for its template.
    pub vars: Vars,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
    /// By what to recognise the request when it is repeated.
    pub once: Option<Once>,
}

impl Challenges {
    /// Mints a challenge whose page asks for the recipient. Nothing is sent before it is told.
    pub async fn mint_page(
        &self,
        tenant: &AuthenticatedTenant,
        request: PageRequest,
    ) -> Result<Minted, Refusal> {
        let _permit = self.admission.admit(Some(tenant.lane()))?;
        hosting::check(&self.rules, tenant, &request.details)?;
        self.rates.check_mint(tenant.id(), tenant.mint_rate(), tenant.gauge())?;
        // Content to the app, which can help it, and not to its visitor later.
        check_sender(tenant.sender())?;
        let opening = self.asking(tenant, &request);
        let challenge = recorded(&opening);
        match self.store.open_asking(opening).await? {
            Opened::Opened => {}
            Opened::Limited(hit) => return Err(Refusal::Limited(hit)),
            Opened::Repeated => return Err(Refusal::StillRunning),
        }
        metrics::counter!("otpmint_mints_total").increment(1);
        let (key, expires_at) = (self.codec.encode(challenge.id), challenge.standing.expires_at);
        Ok(Minted { key, expires_at, challenge, outcome: None, code: None })
    }

    /// What the store is to record of it.
    fn asking(&self, tenant: &AuthenticatedTenant, request: &PageRequest) -> OpenAsking {
        let now = self.clock.now();
        let challenge = ChallengeId(self.ids.next(now));
        let usual = tenant.policy(&request.purpose);
        let policy = request.policy.as_ref().unwrap_or(&usual.code);
        let draft = Draft { purpose: usual.template(&request.purpose).clone(), vars: request.vars.clone() };
        let owner = (tenant.id(), challenge);
        OpenAsking {
            now,
            tenant: tenant.id(),
            challenge,
            payload: payload::seal_draft(
                &self.keyring,
                self.entropy.as_ref(),
                owner,
                &request.purpose,
                &draft,
            ),
            purpose: request.purpose.clone(),
            expires_at: now + policy.ttl(),
            max_attempts: policy.max_attempts(),
            max_sends: usual.sends.max_sends,
            own_failures: usual.limits.as_ref().and_then(|limits| limits.own_failures),
            details: request.details.clone(),
            client_ip: request.client_ip,
            once: request.once.clone(),
        }
    }
}

impl HostedPages {
    /// Gives the challenge of a page the recipient that its visitor has typed, and sends it a code. Where
    /// there is one already, another tab was first, and the page shows it.
    pub async fn give_recipient(
        &self,
        key: &str,
        embedder: Option<&WebOrigin>,
        to: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let to = Address::parse(to).map_err(|_| Refusal::InvalidRecipient)?;
        let permit = self.admission.admit(None)?;
        let (found, hosting, _) = self.find_hosted(key, embedder).await?;
        let tenant = &found.tenant;
        if tenant.sandbox_of.is_some() && Reserved::of(&to) == Some(Reserved::Limited) {
            return Err(Refusal::Limited(LIMITED));
        }
        let sender = Arc::new(self.senders.of(tenant).await?);
        check_sender(&sender)?;
        let shelf = Arc::new(TemplateCache::of(self.store.as_ref(), tenant).await?);
        let own = tenant.limits.mint_per_tenant;
        self.rates.check_mint(tenant.id, own, &Gauge::default())?;
        let slot = self.outbox.reserve(tenant.id).ok_or(Refusal::QueueFull)?;
        let new = self.recipient(&found, &hosting, to, client_ip)?;
        // Recorded and handed over, or neither, even when the visitor leaves in between.
        let (store, courier) = (Arc::clone(&self.store), self.challenges.courier(sender, shelf, slot));
        let given = tokio::spawn(async move {
            let given = store.give_recipient(new).await?;
            drop(permit);
            if let Given::Given(delivery) = &given {
                courier.take(delivery).await;
            }
            decided(given)
        });
        given.await.unwrap_or(Err(Refusal::Store(StoreError::Unavailable)))
    }

    /// Takes the recipient of a page back: its visitor has mistyped it. The code that was sent is none any
    /// more, and the page asks again.
    pub async fn withdraw_recipient(
        &self,
        key: &str,
        embedder: Option<&WebOrigin>,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let _permit = self.admission.admit(None)?;
        let (found, ..) = self.find_hosted(key, embedder).await?;
        let id = found.challenge.id;
        match self.store.withdraw_recipient(found.tenant.id, id, client_ip, self.clock.now()).await? {
            Withdrawn::Withdrawn | Withdrawn::Already => Ok(()),
            Withdrawn::UnderWay => Err(Refusal::StillRunning),
            Withdrawn::Spent => Err(Refusal::SendsSpent),
            Withdrawn::Ended(status) => Err(Refusal::Ended(status)),
            Withdrawn::Unknown => Err(Refusal::UnknownChallenge),
        }
    }

    /// What the store is to record of a recipient: with a code of its own, because one that was sent to
    /// somebody else would prove nothing.
    fn recipient(
        &self,
        found: &Hosted,
        hosting: &Hosting,
        to: Address,
        client_ip: Option<IpAddr>,
    ) -> Result<NewRecipient, Refusal> {
        let (tenant, challenge) = (&found.tenant, &found.challenge);
        let ended = || Refusal::Ended(challenge.standing.status_at(self.clock.now()));
        let (payload, length) = found.payload.as_ref().zip(hosting.asks).ok_or_else(ended)?;
        let (owner, own) = ((tenant.id, challenge.id), &challenge.purpose);
        let draft = payload::open_draft(&self.keyring, owner, own, payload);
        let draft = draft.ok_or(Refusal::Store(StoreError::Unavailable))?;
        let binding = Binding {
            tenant: tenant.id,
            challenge: challenge.id,
            purpose: own.clone(),
            channel: challenge.channel,
            recipient: self.keyring.recipient_index(tenant.id, &to),
        };
        let reserved = tenant.sandbox_of.and_then(|_| Reserved::of(&to));
        let now = self.clock.now();
        let message = Message {
            id: message_id::draw(self.entropy.as_ref()),
            code: match reserved {
                Some(_) => Code::known(length),
                None => Code::draw(self.entropy.as_ref(), hosting.alphabet, length),
            },
            recipient: to.clone(),
            channel: challenge.channel,
            purpose: draft.purpose,
            locale: challenge.details.locale().cloned(),
            vars: draft.vars,
            template: None,
            created_at: now,
            expires_at: challenge.standing.expires_at,
        };
        let code_key = self.keyring.code_version();
        let code_hash = self.keyring.code_hash(code_key, &binding, &BoundFields::default(), &message.code);
        let Some(code_hash) = code_hash else {
            unreachable!("the newest version is one of the keyring's own")
        };
        let policies = self.rules.policies_of(tenant);
        let policy = policies.of(own);
        Ok(NewRecipient {
            now,
            hint: to.masked(),
            domain: to.domain(),
            code_key,
            code_hash,
            payload: payload::seal(&self.keyring, self.entropy.as_ref(), &binding, &message),
            expires_at: if reserved == Some(Reserved::Expired) { now } else { message.expires_at },
            cooldowns: policy.sends.cooldowns.clone(),
            limits: policy.limits.clone(),
            client_ip,
            other_indexes: self.keyring.other_recipient_indexes(tenant.id, &to),
            binding,
        })
    }
}

/// Refuses what could go nowhere.
fn check_sender(sender: &Sender) -> Result<(), Refusal> {
    sender.sends_over(ChannelKind::Email).then_some(()).ok_or(Refusal::NoAccount)
}

fn decided(given: Given) -> Result<(), Refusal> {
    match given {
        Given::Given(_) | Given::Already => Ok(()),
        Given::Ended(status) => Err(Refusal::Ended(status)),
        Given::Unknown => Err(Refusal::UnknownChallenge),
        Given::Limited(hit) => Err(Refusal::Limited(hit)),
    }
}

/// A new challenge, as opening it records it.
fn recorded(open: &OpenAsking) -> Challenge {
    Challenge {
        id: open.challenge,
        purpose: open.purpose.clone(),
        channel: ChannelKind::Email,
        to: None,
        standing: Standing {
            status: ChallengeStatus::Pending,
            attempts: 0,
            max_attempts: open.max_attempts,
            expires_at: open.expires_at,
        },
        sends_remaining: open.max_sends,
        resend_at: None,
        details: open.details.clone(),
        delivery: None,
        delivery_at: None,
        delivery_error: None,
    }
}
