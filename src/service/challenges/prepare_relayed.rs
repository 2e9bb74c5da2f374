//! Sealing an order whose code somebody else has made.

use crate::domain::challenges::device::Device;
use crate::domain::challenges::former::Former;
use crate::domain::id::ChallengeId;

use super::issue::Issuer;
use super::order::Order;
use super::payload::{self, Draft};
use super::prepare::{Plan, in_language};
use super::record::{self, Prepared};
use super::request::RelayRequest;
use super::{counted, guarded};
use crate::store::OpenChallenge;

impl Issuer {
    /// Prepares a message with a code that cannot be answered here: there is no hash of it, and no attempt.
    pub(super) fn relayed(&self, order: &Order<'_>, request: &RelayRequest) -> Prepared {
        let (tenant, now) = (order.tenant, self.clock.now());
        let policy = tenant.policy(&request.purpose);
        let details = in_language(tenant, &request.details);
        let usual = policy.code_over(request.channel);
        let draft = Draft {
            purpose: policy.template(&request.purpose).clone(),
            vars: request.vars.clone(),
            link: request.link.clone(),
            autofill: None,
        };
        let message = self.draw(
            order,
            Plan {
                to: &request.to,
                channel: request.channel,
                code: Some(&request.code),
                alphabet: usual.alphabet(),
                length: usual.length(),
                draft,
                locale: details.locale(),
                created_at: now,
                expires_at: now + request.lifetime.unwrap_or(usual.ttl()),
            },
        );
        let challenge = ChallengeId::of_relayed(&self.ids, now);
        let binding = self.binding(order, challenge, &request.purpose, (&request.to, request.channel));
        let open = OpenChallenge {
            former: Former::Stays,
            fallback: request.fallback.clone(),
            now,
            payload: payload::seal(&self.keyring, self.entropy.as_ref(), &binding, &message),
            recipient_hint: request.to.masked(),
            domain: request.to.domain(),
            country: request.to.country(),
            code_key: 0,
            code_hash: None,
            expires_at: order.end(message.expires_at, now),
            max_attempts: 0,
            sends: policy.sends.clone(),
            details,
            limits: policy.limits.clone(),
            by: order.by.clone(),
            once: order.once.clone(),
            other_indexes: self.keyring.other_recipient_indexes(tenant.id(), &request.to),
            mailbox: counted::mailbox(&self.keyring, order, &request.to),
            phone: guarded::first(&self.keyring, order),
            subjects: counted::subjects(&self.keyring, order, policy, (&request.subjects, None)),
            cap: tenant.mint_cap,
            events: tenant.events,
            device: Device::Unknown,
            space: 0,
            binding,
        };
        let challenge = record::minted(&open);
        Prepared { issue: open.into(), challenge, message: Some(message), revealed: None }
    }
}
