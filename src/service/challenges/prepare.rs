//! Drawing and sealing an order's code, by cause.

use crate::delivery::Message;
use crate::domain::address::Address;
use crate::domain::challenges::challenge::{Binding, Challenge};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::{Alphabet, Code};
use crate::domain::challenges::details::{BoundFields, Details};
use crate::domain::challenges::device::Device;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::id::ChallengeId;
use crate::domain::locale::Locale;
use crate::domain::policy::{Policy, SendPolicy};
use crate::domain::secret::{CodeHash, Sealed};
use crate::domain::sms::Autofill;
use crate::domain::time::Timestamp;
use crate::service::refusal::Refusal;
use crate::service::tenants::loaded::LoadedTenant;
use crate::store::{NewRecipient, OpenAsking, OpenChallenge, Resend, StoreError, Switch, SwitchCause};
use crate::telemetry::traces;

use super::autofill;
use super::counted;
use super::guarded;
use super::issue::Issuer;
use super::message_id;
use super::order::{GivenRecipient, Order};
use super::payload::{self, Draft};
use super::record::{self, Prepared};
use super::request::{MintRequest, PageRequest};

/// A plan for drawing a code and composing its message.
pub(super) struct Plan<'a> {
    pub(super) to: &'a Address,
    pub(super) channel: ChannelKind,
    /// The code, if it is given.
    pub(super) code: Option<&'a Code>,
    pub(super) alphabet: Alphabet,
    pub(super) length: usize,
    pub(super) draft: Draft,
    pub(super) locale: Option<&'a Locale>,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// A code as stored: its hash, and its sealed message.
struct SealedCode {
    key: u32,
    hash: CodeHash,
    payload: Sealed,
}

/// Returns the details of a new challenge, in the tenant's language if they name none.
pub(super) fn in_language(tenant: &LoadedTenant, details: &Details) -> Details {
    details.clone().by_default_in(tenant.row.settings.locale.as_ref())
}

impl Issuer {
    /// What is known of a minted code's message before the code is drawn.
    fn drafted(
        &self,
        policy: &Policy,
        purpose: &Purpose,
        vars: &Vars,
        (wished, details): (Option<&Autofill>, &Details),
    ) -> Draft {
        let autofill = autofill::chosen(&self.rules, wished, details);
        Draft { purpose: policy.template(purpose).clone(), vars: vars.clone(), link: None, autofill }
    }

    pub(super) fn draw(&self, order: &Order<'_>, plan: Plan<'_>) -> Message {
        Message {
            id: message_id::draw(self.entropy.as_ref()),
            recipient: plan.to.clone(),
            channel: plan.channel,
            code: match (plan.code, order.reserved()) {
                (Some(code), _) => code.clone(),
                (None, Some(_)) => Code::known(plan.length),
                (None, None) => Code::draw(self.entropy.as_ref(), plan.alphabet, plan.length),
            },
            purpose: plan.draft.purpose,
            locale: plan.locale.cloned(),
            vars: plan.draft.vars,
            link: plan.draft.link,
            template: None,
            autofill: plan.draft.autofill,
            created_at: plan.created_at,
            expires_at: plan.expires_at,
            callback: None,
            trace_context: traces::current(),
        }
    }

    /// What a code for this recipient is bound to.
    pub(super) fn binding(
        &self,
        order: &Order<'_>,
        challenge: ChallengeId,
        purpose: &Purpose,
        (to, channel): (&Address, ChannelKind),
    ) -> Binding {
        let tenant = order.tenant.id();
        let recipient = self.keyring.recipient_index(tenant, to);
        Binding { tenant, challenge, purpose: purpose.clone(), channel, recipient }
    }

    fn seal(&self, binding: &Binding, bound: &BoundFields, code: &Code, message: &Message) -> SealedCode {
        let key = self.keyring.code_version();
        let Some(hash) = self.keyring.code_hash(key, binding, bound, code) else {
            unreachable!("the newest version is one of the keyring's own")
        };
        let payload = payload::seal(&self.keyring, self.entropy.as_ref(), binding, message);
        SealedCode { key, hash, payload }
    }

    /// Prepares a new challenge for a recipient. If the tenant delivers the code itself, the store keeps only the hash.
    pub(super) fn minted(&self, order: &Order<'_>, request: &MintRequest) -> Prepared {
        let (tenant, now) = (order.tenant, self.clock.now());
        let policy = tenant.policy(&request.purpose);
        let code = request.policy.clone().unwrap_or_else(|| policy.code_over(request.channel));
        let code = tenant.guarded(code, request.device, now);
        let details = in_language(tenant, &request.details);
        let draft =
            self.drafted(policy, &request.purpose, &request.vars, (request.autofill.as_ref(), &details));
        let mut message = self.draw(
            order,
            Plan {
                to: &request.to,
                channel: request.channel,
                code: request.code.as_ref(),
                alphabet: code.alphabet(),
                length: code.length(),
                draft,
                locale: details.locale(),
                created_at: now,
                expires_at: now + code.ttl(),
            },
        );
        let revealed = order.is_revealed().then(|| std::mem::replace(&mut message.code, Code::absent()));
        let challenge = ChallengeId::of_challenge(&self.ids, now);
        let binding = self.binding(order, challenge, &request.purpose, (&request.to, request.channel));
        let sealed =
            self.seal(&binding, &request.bound, revealed.as_ref().unwrap_or(&message.code), &message);
        let open = OpenChallenge {
            former: request.former,
            fallback: request.fallback.clone(),
            now,
            payload: sealed.payload,
            recipient_hint: request.to.masked(),
            domain: request.to.domain(),
            country: request.to.country(),
            code_key: sealed.key,
            code_hash: Some(sealed.hash),
            expires_at: order.end(message.expires_at, now),
            max_attempts: code.max_attempts(),
            space: request.code.as_ref().map_or(code.space(), Code::space),
            sends: match revealed {
                Some(_) => SendPolicy { max_sends: 1, cooldowns: Vec::new() },
                None => policy.sends.at_most(request.max_sends),
            },
            details,
            limits: policy.limits.clone(),
            device: request.answered_on(),
            by: order.by.clone(),
            once: order.once.clone(),
            other_indexes: self.keyring.other_recipient_indexes(tenant.id(), &request.to),
            mailbox: counted::mailbox(&self.keyring, order, &request.to),
            phone: guarded::first(&self.keyring, order),
            subjects: counted::subjects(&self.keyring, order, policy, request.recorded_for()),
            cap: tenant.mint_cap,
            events: tenant.events,
            binding,
        };
        let challenge = record::minted(&open);
        Prepared { issue: open.into(), challenge, message: Some(message), revealed }
    }

    /// Prepares a new challenge whose page asks for the recipient. There is no code before it is given.
    pub(super) fn page(&self, order: &Order<'_>, request: &PageRequest) -> Prepared {
        let (tenant, now) = (order.tenant, self.clock.now());
        let policy = tenant.policy(&request.purpose);
        let channel = request.ask().expected_channel();
        let code = request.policy.clone().unwrap_or_else(|| policy.code_over(channel));
        let code = tenant.guarded(code, Device::Unknown, now);
        let details = in_language(tenant, &request.details);
        let draft =
            self.drafted(policy, &request.purpose, &request.vars, (request.autofill.as_ref(), &details));
        let owner = (tenant.id(), ChallengeId::of_challenge(&self.ids, now));
        let payload =
            payload::seal_draft(&self.keyring, self.entropy.as_ref(), owner, &request.purpose, &draft);
        let open = OpenAsking {
            now,
            tenant: owner.0,
            challenge: owner.1,
            payload,
            purpose: request.purpose.clone(),
            channel,
            expires_at: now + code.ttl(),
            max_attempts: code.max_attempts(),
            max_sends: policy.sends.at_most(request.max_sends).max_sends,
            own_failures: policy.limits.as_ref().and_then(|limits| limits.own_failures),
            details,
            by: order.by.clone(),
            once: order.once.clone(),
            subjects: counted::subjects(&self.keyring, order, policy, request.recorded_for()),
            cap: tenant.mint_cap,
            events: tenant.events,
        };
        let challenge = record::asking(&open);
        Prepared { issue: open.into(), challenge, message: None, revealed: None }
    }

    /// Prepares a recipient for a challenge that has none, with a fresh code: one that was sent to
    /// somebody else would prove nothing.
    pub(super) fn recipient(
        &self,
        order: &Order<'_>,
        given: &GivenRecipient<'_>,
    ) -> Result<Prepared, Refusal> {
        let (tenant, challenge, now) = (order.tenant, given.challenge, self.clock.now());
        let (owner, own) = ((tenant.id(), challenge.id), &challenge.purpose);
        let draft = payload::open_draft(&self.keyring, owner, own, given.payload);
        let message = self.draw(
            order,
            Plan {
                to: &given.to,
                channel: given.channel,
                code: None,
                alphabet: given.alphabet,
                length: tenant.lengthened(given.asking.length, now),
                draft: draft.ok_or(Refusal::Store(StoreError::Unavailable))?,
                locale: challenge.details.locale(),
                created_at: now,
                expires_at: challenge.standing.expires_at,
            },
        );
        let binding = self.binding(order, challenge.id, own, (&given.to, given.channel));
        let sealed = self.seal(&binding, &BoundFields::default(), &message.code, &message);
        let policy = tenant.policy(own);
        let new = NewRecipient {
            now,
            hint: given.to.masked(),
            domain: given.to.domain(),
            country: given.to.country(),
            code_key: sealed.key,
            code_hash: sealed.hash,
            space: given.alphabet.space(message.code.length()),
            payload: sealed.payload,
            expires_at: order.end(message.expires_at, now),
            fallback: given.fallback.clone(),
            cooldowns: policy.sends.cooldowns.clone(),
            limits: policy.limits.clone(),
            by: order.by.clone(),
            other_indexes: self.keyring.other_recipient_indexes(tenant.id(), &given.to),
            mailbox: counted::mailbox(&self.keyring, order, &given.to),
            phone: guarded::first(&self.keyring, order),
            binding,
        };
        Ok(Prepared { issue: new.into(), challenge: challenge.clone(), message: None, revealed: None })
    }

    /// Prepares sending the same code again. The attempts and the deadline stay the same.
    pub(super) fn again(&self, order: &Order<'_>, challenge: &Challenge) -> Prepared {
        let again = self.resend(order, challenge);
        Prepared { issue: again.into(), challenge: challenge.clone(), message: None, revealed: None }
    }

    /// Prepares sending the same code over another channel.
    pub(super) fn switched(
        &self,
        order: &Order<'_>,
        challenge: &Challenge,
        (channel, cause): (ChannelKind, SwitchCause),
    ) -> Prepared {
        let switch = Switch { resend: self.resend(order, challenge), channel, cause };
        Prepared { issue: switch.into(), challenge: challenge.clone(), message: None, revealed: None }
    }

    fn resend(&self, order: &Order<'_>, challenge: &Challenge) -> Resend {
        let policy = order.tenant.policy(&challenge.purpose);
        Resend {
            now: self.clock.now(),
            tenant: order.tenant.id(),
            challenge: challenge.id,
            cooldowns: policy.sends.cooldowns.clone(),
            limits: policy.limits.clone(),
            by: order.by.clone(),
            once: order.once.clone(),
            phone: challenge
                .channel
                .reaches_numbers()
                .then(|| guarded::another(&self.keyring, order))
                .flatten(),
        }
    }
}
