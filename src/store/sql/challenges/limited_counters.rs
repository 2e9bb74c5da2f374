//! The counters of a recipient, following it across key rotations.

use std::time::Duration;

use crate::domain::challenges::device::Device;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::counters::{Allowance, RecipientCounters};
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::mailbox::OverallIndex;
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::{HeldChallenge, HeldRecipient};

use crate::store::sql::rows::EVERYBODY;

use super::guesses::Earlier;
use super::moves;

/// The period in which recipients with wrong answers are counted once.
const DAY: Duration = Duration::from_secs(86_400);

/// The counters of one recipient, and the limits that they are checked against. Nothing is counted
/// while limits are switched off (`None`).
pub struct LimitedCounters<'a> {
    held: HeldRecipient,
    /// What is counted for the recipient over all tenants, where this message is.
    overall: Option<HeldRecipient>,
    limits: Option<&'a RecipientLimits>,
    device: Device,
}

impl<'a> LimitedCounters<'a> {
    /// Returns the counters of a recipient whose index may be one of a former key.
    pub fn of(
        group: &Group,
        tenant: TenantId,
        recipient: RecipientIndex,
        limits: Option<&'a RecipientLimits>,
    ) -> Result<Self> {
        let recipient = moves::follow(group, tenant, recipient)?;
        Ok(Self { held: group.recipient(tenant, recipient)?, overall: None, limits, device: Device::Unknown })
    }

    /// Returns the counters under the present index, after merging those under `others` into them.
    pub fn gathered(
        group: &Group,
        tenant: TenantId,
        (recipient, others): (RecipientIndex, &[RecipientIndex]),
        limits: Option<&'a RecipientLimits>,
        now: Timestamp,
    ) -> Result<Self> {
        moves::gather(group, tenant, recipient, others, now)?;
        Ok(Self { held: group.recipient(tenant, recipient)?, overall: None, limits, device: Device::Unknown })
    }

    /// Returns them for an answer, or for a code to answer, on this device.
    pub fn on(self, device: Device) -> Self {
        Self { device, ..self }
    }

    /// Returns them with what is counted over all tenants, after merging what is under other versions of the key.
    pub fn with_all_of(self, group: &Group, overall: Option<&OverallIndex>, now: Timestamp) -> Result<Self> {
        let Some(overall) = overall.filter(|_| self.limits.is_some()) else { return Ok(self) };
        moves::gather(group, EVERYBODY, overall.present, &overall.others, now)?;
        Ok(Self { overall: Some(group.recipient(EVERYBODY, overall.present)?), ..self })
    }

    /// Returns them with what is counted over all tenants under an index that may be one of a former key.
    pub fn with_overall(self, group: &Group, overall: Option<RecipientIndex>) -> Result<Self> {
        let Some(overall) = overall.filter(|_| self.limits.is_some()) else { return Ok(self) };
        let overall = moves::follow(group, EVERYBODY, overall)?;
        Ok(Self { overall: Some(group.recipient(EVERYBODY, overall)?), ..self })
    }

    /// Returns what one more answer may be evaluated on, or the limit that refuses it.
    fn admit(&self, now: Timestamp) -> Result<Allowance, LimitHit> {
        let held = self.held.get();
        held.counters().map_or(Ok(Allowance::Usual), |counters| counters.admit(self.limits, self.device, now))
    }

    /// Returns what the answer that is about to be compared is evaluated on, or the limit that refuses it. On the
    /// reserve it is counted already.
    pub fn begin_answer(&self, now: Timestamp) -> Result<Allowance, LimitHit> {
        let allowance = self.admit(now)?;
        if allowance == Allowance::Reserve {
            self.held.change(()).counters_mut().take_from_reserve(now);
        }
        Ok(allowance)
    }

    /// Returns whether there were wrong answers within a day. Nothing is known of them while limits are switched off.
    pub fn earlier_failures(&self, now: Timestamp) -> Earlier {
        let held = self.held.get();
        let counters = held.counters();
        let latest = counters.and_then(|counters| counters.failures.latest().max(counters.reserve.latest()));
        if latest.is_some_and(|latest| latest + DAY > now) { Earlier::Some } else { Earlier::None }
    }

    /// Counts a wrong answer. Returns `true` if it locks the recipient out.
    pub fn record_failure(&self, allowance: Allowance, now: Timestamp) -> bool {
        match (allowance, self.limits) {
            (Allowance::Usual, Some(limits)) => {
                self.held.change(()).counters_mut().record_failure(limits, now)
            }
            (Allowance::Reserve, _) | (_, None) => false,
        }
    }

    /// Resets the number of wrong answers in a row after a right one. The window of wrong answers
    /// is unaffected.
    pub fn record_success(&self, allowance: Allowance, now: Timestamp) {
        let has_a_row = self.held.get().counters().is_some_and(|counters| counters.in_a_row > 0);
        match allowance {
            Allowance::Reserve => self.held.change(()).counters_mut().give_back_to_reserve(now),
            Allowance::Usual if self.limits.is_some() && has_a_row => {
                self.held.change(()).counters_mut().in_a_row = 0;
            }
            Allowance::Usual => {}
        }
    }

    /// Counts a message, unless it exceeds a limit, and remembers the challenge that it opens, if
    /// any, as the recipient's latest. The limits on wrong answers apply too, because a message
    /// whose code could not be tried would only be a nuisance.
    pub fn record_send(&self, now: Timestamp, opens: Option<ChallengeId>) -> Option<LimitHit> {
        let sends = || self.held.get().counters().and_then(|counters| counters.check_sends(self.limits, now));
        let hit = self.admit(now).err().or_else(sends).or_else(|| self.check_overall(now));
        if hit.is_none() {
            self.held.change(()).counters_mut().record_send(self.limits, now, opens);
            if let Some(overall) = &self.overall {
                overall.change(()).counters_mut().record_send(self.limits, now, None);
            }
        }
        hit
    }

    fn check_overall(&self, now: Timestamp) -> Option<LimitHit> {
        let overall = self.overall.as_ref()?.get();
        overall.counters()?.check_sends_overall(self.limits, now)
    }
}

/// Uncounts the message of a challenge that was counted at `moment`, because it was never sent.
pub fn forget_send(group: &Group, challenge: &HeldChallenge, moment: Timestamp) -> Result<()> {
    let (tenant, recipient, overall) = {
        let row = challenge.get();
        (row.tenant, row.recipient, row.overall)
    };
    let indexes = overall.map(|index| (EVERYBODY, index)).into_iter();
    for (tenant, index) in indexes.chain(recipient.map(|index| (tenant, index))) {
        let held = group.recipient(tenant, moves::follow(group, tenant, index)?)?;
        if held.get().counters().is_some() {
            held.change(()).counters_mut().sends.forget(moment);
        }
    }
    Ok(())
}

/// Removes a challenge from those of this recipient, or this alias: an answer that names it must not be
/// checked against the challenge any more.
pub fn forget_challenge(
    group: &Group,
    tenant: TenantId,
    recipient: RecipientIndex,
    challenge: ChallengeId,
) -> Result<()> {
    let held = group.recipient(tenant, moves::follow(group, tenant, recipient)?)?;
    if held.get().counters().is_some_and(|counters| counters.latest.contains(&challenge)) {
        let mut row = held.change(());
        let counters = row.counters_mut();
        counters.latest.retain(|latest| *latest != challenge);
        if *counters == RecipientCounters::default() {
            row.take();
        }
    }
    Ok(())
}
