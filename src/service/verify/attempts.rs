//! Attempts: the messages of verifications, newest first.
//!
//! They are read as long as their challenges are kept.

use crate::domain::address::Address;
use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::history::{ChallengeDelivery, DeliveryQuery, DeliveryRecipient, HistoryQuery};
use crate::domain::id::ChallengeId;
use crate::domain::phone::country::Country;
use crate::domain::policy::MAX_TTL;
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;
use crate::service::refusal::{Refusal, ServiceRefusal};
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::ChallengeName;

use super::verifications::Verifications;

/// The challenges that are read at once.
const PAGE: usize = 100;
/// The most challenges that one request looks at.
const MOST: usize = 500;
/// The most reads of the trail for one request, some of which find nothing.
const MOST_PAGES: usize = 20;

/// A filter for attempts; `None` lets everything pass.
#[derive(Clone, Default, Debug)]
pub struct AttemptQuery {
    /// Only those for these purposes.
    pub purposes: Vec<Purpose>,
    /// Only those of the verification with this sid.
    pub verification: Option<String>,
    /// Only those over this channel.
    pub channel: Option<ChannelKind>,
    /// Only those to this recipient.
    pub to: Option<Address>,
    /// Only those to this country.
    pub country: Option<Country>,
    /// Only those whose code was entered, or was not.
    pub converted: Option<bool>,
    /// Only those from this moment on.
    pub after: Option<Timestamp>,
    /// Only those until this moment.
    pub before: Option<Timestamp>,
}

/// A message of a verification.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The challenge.
    pub challenge: Challenge,
    /// Its present status.
    pub status: ChallengeStatus,
    /// The number of the message within the challenge, from one.
    pub number: u8,
    /// The message.
    pub delivery: ChallengeDelivery,
}

impl Attempt {
    /// Returns whether the code was entered.
    pub fn is_converted(&self) -> bool {
        self.status == ChallengeStatus::Verified
    }

    fn passes(&self, asked: &AttemptQuery, to: Option<&[RecipientIndex]>) -> bool {
        let at = self.delivery.queued_at;
        let DeliveryRecipient { index, country, .. } = &self.delivery.to;
        asked.channel.is_none_or(|channel| channel == self.delivery.channel)
            && asked.converted.is_none_or(|converted| converted == self.is_converted())
            && asked.country.is_none_or(|wanted| *country == Some(wanted))
            && to.is_none_or(|to| index.is_some_and(|index| to.contains(&index)))
            && asked.after.is_none_or(|after| at >= after)
            && asked.before.is_none_or(|before| at <= before)
    }
}

impl Verifications {
    /// Returns all attempts that pass a filter, newest first. Where that would be a part of them, it is refused.
    pub async fn attempts(
        &self,
        tenant: &AuthenticatedTenant,
        asked: &AttemptQuery,
    ) -> Result<Vec<Attempt>, Refusal> {
        let to = asked.to.as_ref().map(|to| self.keyring.recipient_indexes(tenant.id(), to));
        let challenges = match &asked.verification {
            Some(sid) => match self.sids.challenge(sid) {
                Some(id) => self.named(tenant, id).await?.into_iter().collect(),
                None => Vec::new(),
            },
            None => self.sent(tenant, asked, to.clone()).await?,
        };
        let mut found = Vec::new();
        for challenge in challenges {
            if asked.purposes.contains(&challenge.purpose) {
                found.extend(self.of_challenge(tenant, challenge).await?);
            }
        }
        found.retain(|attempt| attempt.passes(asked, to.as_deref()));
        found.sort_by_key(|attempt| std::cmp::Reverse((attempt.delivery.queued_at, attempt.number)));
        Ok(found)
    }

    /// Returns the attempt of this sid, if it is for one of the purposes.
    pub async fn attempt(
        &self,
        tenant: &AuthenticatedTenant,
        (sid, purposes): (&str, &[Purpose]),
    ) -> Result<Attempt, Refusal> {
        let (id, number) = self.sids.message(sid).ok_or(Refusal::UnknownChallenge)?;
        let challenge = self.named(tenant, id).await?.ok_or(Refusal::UnknownChallenge)?;
        if !purposes.contains(&challenge.purpose) {
            return Err(Refusal::UnknownChallenge);
        }
        let attempts = self.of_challenge(tenant, challenge).await?;
        attempts.into_iter().find(|attempt| attempt.number == number).ok_or(Refusal::UnknownChallenge)
    }

    async fn named(
        &self,
        tenant: &AuthenticatedTenant,
        challenge: ChallengeId,
    ) -> Result<Option<Challenge>, Refusal> {
        let asked = HistoryQuery { tenant: Some(tenant.id()), challenge };
        Ok(self.store.delivery_history(asked).await?.map(|found| found.row.challenge))
    }

    /// Returns the challenges whose messages may have been sent in the time that is asked for. One may have been
    /// sent again long after it was minted, so only a mint after the time excludes it.
    async fn sent(
        &self,
        tenant: &AuthenticatedTenant,
        asked: &AttemptQuery,
        to: Option<Vec<RecipientIndex>>,
    ) -> Result<Vec<Challenge>, Refusal> {
        let mut query = DeliveryQuery {
            tenant: Some(tenant.id()),
            recipient: to,
            country: asked.country,
            limit: PAGE,
            ..DeliveryQuery::default()
        };
        let mut found = Vec::new();
        for _ in 0..MOST_PAGES {
            let page = self.store.delivery_page(query.clone()).await?;
            let rows = page.rows.into_iter().map(|row| row.challenge);
            let until = |challenge: &Challenge| asked.before.is_none_or(|at| challenge.minted_at() <= at);
            let is_past = |challenge: &Challenge| {
                asked.after.is_some_and(|after| challenge.standing.expires_at < after)
            };
            let mut is_done = false;
            for challenge in rows.filter(until) {
                // What was minted before has ended too, however long it lived.
                is_done |= asked.after.is_some_and(|after| challenge.minted_at() + MAX_TTL < after);
                if !is_past(&challenge) {
                    found.push(challenge);
                }
            }
            if found.len() > MOST {
                break;
            }
            match page.next {
                Some(_) if is_done => return Ok(found),
                None => return Ok(found),
                next => query.after = next,
            }
        }
        Err(ServiceRefusal::TooManyAttempts.into())
    }

    async fn of_challenge(
        &self,
        tenant: &AuthenticatedTenant,
        challenge: Challenge,
    ) -> Result<Vec<Attempt>, Refusal> {
        let name = ChallengeName::Row(challenge.id);
        let found = self.store.look_up(tenant.id(), challenge.purpose, name, self.clock.now()).await?;
        let Some(found) = found else { return Ok(Vec::new()) };
        let status = self.challenges.status(&found.challenge);
        let attempt =
            |(number, delivery)| Attempt { challenge: found.challenge.clone(), status, number, delivery };
        Ok((1..).zip(found.deliveries).map(attempt).collect())
    }
}
