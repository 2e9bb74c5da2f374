//! The channels that the visitor of a page may choose instead of the one that the code came over.

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::fallback::LEAST_LEFT;
use crate::domain::phone::number::PhoneNumber;
use crate::service::refusal::{Refusal, Unreachable};
use crate::service::tenants::loaded::LoadedTenant;
use crate::store::{Hosted, SwitchCause};

use super::hosted::HostedPages;
use super::order::IssueCause;
use super::payload;

impl HostedPages {
    /// Returns the channels of the tenant's order that the code of a page may be sent over next.
    pub(super) async fn channels_instead(&self, found: &Hosted) -> Result<Vec<ChannelKind>, Refusal> {
        let policies = self.rules.policies_of(&found.tenant);
        // Most tenants have set no order; then nothing has to be opened.
        if policies.of(&found.challenge.purpose).channels.order.is_none() {
            return Ok(Vec::new());
        }
        match self.number_of(found) {
            Some(number) => {
                let tenant = self.loader.load(found.tenant.clone()).await?;
                Ok(instead(&tenant, &found.challenge, &number))
            }
            None => Ok(Vec::new()),
        }
    }

    /// Returns the phone number that the code of a page was sent to, if another message may follow and
    /// there is enough time left to use it.
    fn number_of(&self, found: &Hosted) -> Option<PhoneNumber> {
        let (challenge, now) = (&found.challenge, self.clock.now());
        let is_pending = challenge.standing.status_at(now) == ChallengeStatus::Pending;
        let is_in_time = challenge.standing.expires_at.since(now) >= LEAST_LEFT;
        let may_follow = is_pending && is_in_time && challenge.sends_remaining > 0 && challenge.to.is_some();
        if !may_follow || !challenge.channel.reaches_numbers() {
            return None;
        }
        let owner = (found.tenant.id, challenge.id);
        let recipient = payload::recipient(&self.keyring, owner, found.payload.as_ref()?)?;
        recipient.phone().cloned()
    }

    /// Returns the cause of sending the code of a page again, over the channel that its visitor wishes.
    pub(super) fn wished<'a>(
        &self,
        tenant: &LoadedTenant,
        found: &'a Hosted,
        wish: Option<ChannelKind>,
    ) -> Result<IssueCause<'a>, Refusal> {
        let challenge = &found.challenge;
        let Some(channel) = wish.filter(|channel| *channel != challenge.channel) else {
            return Ok(IssueCause::Resend(challenge));
        };
        match challenge.standing.status_at(self.clock.now()) {
            ChallengeStatus::Pending => {}
            status => return Err(Refusal::Ended(status)),
        }
        let number = self.number_of(found);
        let is_offered = number.is_some_and(|number| instead(tenant, challenge, &number).contains(&channel));
        match is_offered {
            true => Ok(IssueCause::Switch { challenge, channel, cause: SwitchCause::Asked }),
            false => Err(Refusal::Unreachable(Unreachable::Address(channel))),
        }
    }
}

fn instead(tenant: &LoadedTenant, challenge: &Challenge, number: &PhoneNumber) -> Vec<ChannelKind> {
    let order = &tenant.policy(&challenge.purpose).channels;
    order.instead_of(challenge.channel, number, |channel| tenant.sender.sends_over(channel))
}
