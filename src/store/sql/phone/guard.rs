//! Checking a message against the rules, and counting it, in the transaction that issues its code.

use crate::domain::challenges::challenge::Binding;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::id::TenantId;
use crate::domain::limits::limit::LimitHit;
use crate::domain::phone::fraud::decide::{self, Counted, FraudHit};
use crate::domain::phone::fraud::rule::FraudRule;
use crate::domain::phone::fraud::rules::FraudRules;
use crate::domain::phone::fraud::trace::Trace;
use crate::domain::phone::fraud::trail::{Mark, number_mark};
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::{HeldTally, HeldTrail};
use crate::store::sql::reports::Opened;
use crate::store::sql::rows::ChallengeRow;
use crate::store::{PhoneResend, PhoneSend};

use super::{alarms, blocks};

/// The tenant whose row counts for the whole server.
const SERVER: TenantId = TenantId(0);

/// The mark of what counts for all countries.
const ALL: Mark = *b"   ";

/// The mark of what counts the calls to all countries.
const CALLS: Mark = *b"(v)";

/// A message to a phone number, with the counts that it is checked against.
pub struct Guard<'a> {
    tenant: TenantId,
    trace: Trace,
    network: &'a str,
    rules: &'a FraudRules,
    end_user: Option<HeldTrail>,
    prefix: HeldTrail,
    country: HeldTally,
    of_tenant: HeldTally,
    calls: Option<HeldTally>,
    /// Only if it is bounded: all tenants share this row.
    of_server: Option<HeldTally>,
}

impl<'a> Guard<'a> {
    /// Guards the first message of a challenge, if it goes to a phone number.
    pub fn of_first(group: &Group, binding: &Binding, send: Option<&'a PhoneSend>) -> Result<Option<Self>> {
        let Some(send) = send else { return Ok(None) };
        let (tenant, channel) = (binding.tenant, binding.channel);
        for (former, present) in &send.moved {
            let former = group.trail(tenant, *former)?;
            if former.get().trail.latest().is_some() {
                let trail = std::mem::take(&mut former.change(()).trail);
                group.trail(tenant, *present)?.change(()).trail.merge(&trail);
            }
        }
        let network = send.end_user.as_ref().map_or("", |end_user| end_user.network.as_str());
        Self::of(group, (tenant, channel), (send.trace.clone(), network), &send.rules).map(Some)
    }

    /// Guards another message of a challenge.
    pub fn of_another(
        group: &Group,
        (tenant, channel): (TenantId, ChannelKind),
        trace: &Trace,
        resend: &'a PhoneResend,
    ) -> Result<Self> {
        let end_user = resend.end_user.as_ref();
        let key = end_user.map(|end_user| end_user.key).or(trace.end_user);
        let network = end_user.map_or("", |end_user| end_user.network.as_str());
        let trace = Trace { end_user: key, ..trace.clone() };
        Self::of(group, (tenant, channel), (trace, network), &resend.rules)
    }

    fn of(
        group: &Group,
        (tenant, channel): (TenantId, ChannelKind),
        (trace, network): (Trace, &'a str),
        rules: &'a FraudRules,
    ) -> Result<Self> {
        Ok(Self {
            end_user: trace.end_user.map(|key| group.trail(tenant, key)).transpose()?,
            prefix: group.trail(tenant, trace.prefix)?,
            country: group.tally(tenant, trace.country.mark())?,
            of_tenant: group.tally(tenant, ALL)?,
            calls: (channel == ChannelKind::Voice).then(|| group.tally(tenant, CALLS)).transpose()?,
            of_server: (!rules.server.is_none()).then(|| group.tally(SERVER, ALL)).transpose()?,
            tenant,
            trace,
            network,
            rules,
        })
    }

    /// Returns the refusal, if a rule refuses. Rules that only record are recorded.
    pub fn check(&self, group: &Group, now: Timestamp) -> Result<Option<LimitHit>> {
        let hits = self.hits(now);
        for hit in &hits {
            let refuses = self.rules.refuses(hit.rule);
            let outcome = if refuses { "refused" } else { "recorded" };
            let rule = hit.rule.as_str();
            metrics::counter!("otpmint_phone_rules_total", "rule" => rule, "outcome" => outcome).increment(1);
            if let Some((key, subject)) = self.subject(hit.rule) {
                let noted = blocks::NewBlock { rule: hit.rule, key, subject, refuses };
                blocks::note(group, self.tenant, &noted, (now, now + hit.retry_after))?;
            }
        }
        Ok(decide::refusal(self.rules, &hits))
    }

    fn hits(&self, now: Timestamp) -> Vec<FraudHit> {
        let end_user = self.end_user.as_ref().map(|held| held.get());
        let (prefix, country) = (self.prefix.get(), self.country.get());
        let (tenant, server) = (self.of_tenant.get(), self.of_server.as_ref().map(|held| held.get()));
        let calls = self.calls.as_ref().map(|held| held.get());
        let counted = Counted {
            end_user: end_user.as_ref().map(|row| &row.trail),
            prefix: &prefix.trail,
            country: &country.tally,
            tenant: &tenant.tally,
            calls: calls.as_ref().map(|row| &row.tally),
            server: server.as_ref().map(|row| &row.tally),
        };
        decide::hits(self.rules, &self.trace, &counted, now)
    }

    /// Returns what a rule blocks: the key that it counts under, and how that is shown.
    fn subject(&self, rule: FraudRule) -> Option<(&[u8], &str)> {
        match rule {
            FraudRule::SendsPerEndUser | FraudRule::CountriesPerEndUser => {
                self.trace.end_user.as_ref().map(|key| (&key.0[..], self.network))
            }
            FraudRule::SendsPerPrefix | FraudRule::NeighbouringNumbers => {
                Some((&self.trace.prefix.0, &self.trace.range))
            }
            FraudRule::UnverifiedByCountry => {
                let country = self.trace.country.as_str();
                Some((country.as_bytes(), country))
            }
            FraudRule::TenantBudget | FraudRule::CallBudget | FraudRule::ServerBudget => None,
        }
    }

    /// Counts the message, and tells of budgets that are nearly spent and codes that nobody enters.
    pub fn record(&self, group: &Group, opened: Opened, now: Timestamp) -> Result<()> {
        let country = self.trace.country;
        if let Some(end_user) = &self.end_user {
            end_user.change(()).trail.record(country.mark(), now);
        }
        if !self.trace.is_safe {
            self.prefix.change(()).trail.record(number_mark(self.trace.last), now);
        }
        // Nobody learns here whether a relayed code is entered, so it says nothing about its country.
        let says = opened == Opened::Minted && !self.trace.is_safe;
        let country_tally = says.then_some(&self.country);
        for tally in country_tally.into_iter().chain([&self.of_tenant]).chain(&self.calls) {
            tally.change(()).tally.record_send(now);
        }
        if let Some(of_server) = &self.of_server {
            of_server.change(()).tally.record_send(now);
            alarms::warn_operator(of_server, self.rules, now);
        }
        alarms::warn(group, (self.tenant, &self.of_tenant), ("messages", self.rules.tenant), now)?;
        if let Some(calls) = &self.calls {
            alarms::warn(group, (self.tenant, calls), ("calls", self.rules.calls), now)?;
        }
        alarms::conversion(group, (self.tenant, &self.country), country, self.rules, now)
    }
}

/// Counts that a challenge was verified.
pub fn verified(group: &Group, challenge: &ChallengeRow, now: Timestamp) -> Result<()> {
    let Some(trace) = &challenge.trace else { return Ok(()) };
    let tenant = challenge.tenant;
    let prefix = (!trace.is_safe).then_some(trace.prefix);
    let ends = [(prefix, number_mark(trace.last)), (trace.end_user, trace.country.mark())];
    for (key, mark) in ends {
        let Some(key) = key else { continue };
        group.trail(tenant, key)?.change(()).trail.verify(mark);
    }
    if trace.is_safe {
        return Ok(());
    }
    let messages = u32::from(challenge.sends);
    group.tally(tenant, trace.country.mark())?.change(()).tally.record_verified(messages, now);
    Ok(())
}
