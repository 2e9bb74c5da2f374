//! The decision about one more message.

use std::time::Duration;

use crate::domain::limits::limit::LimitHit;
use crate::domain::time::Timestamp;

use super::rule::FraudRule;
use super::rules::FraudRules;
use super::tally::Tally;
use super::trace::Trace;
use super::trail::Trail;

/// The longest wait that is told.
const LONGEST: Duration = Duration::from_secs(86_400);

/// What was counted before a message.
pub struct Counted<'a> {
    /// The messages for the end user, if the end user is known.
    pub end_user: Option<&'a Trail>,
    /// The messages to the number's range.
    pub prefix: &'a Trail,
    /// The messages to the country.
    pub country: &'a Tally,
    /// The messages of the tenant.
    pub tenant: &'a Tally,
    /// The calls of the tenant, if the message is one.
    pub calls: Option<&'a Tally>,
    /// The messages of the server, if they are bounded.
    pub server: Option<&'a Tally>,
}

/// A rule that one more message would break.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FraudHit {
    /// The rule.
    pub rule: FraudRule,
    /// How long to wait until the message could pass.
    pub retry_after: Duration,
}

/// Returns the rules that one more message would break, in order of declaration.
pub fn hits(rules: &FraudRules, message: &Trace, counted: &Counted<'_>, now: Timestamp) -> Vec<FraudHit> {
    let end_user = counted.end_user;
    let max_countries = rules.countries_per_end_user;
    let waits = [
        (FraudRule::SendsPerEndUser, end_user.and_then(|trail| trail.wait(&rules.sends_per_end_user, now))),
        (
            FraudRule::CountriesPerEndUser,
            end_user.and_then(|trail| trail.wait_for_mark(message.country.mark(), max_countries, now)),
        ),
        (FraudRule::SendsPerPrefix, counted.prefix.wait(&rules.sends_per_prefix, now)),
        (
            FraudRule::NeighbouringNumbers,
            counted.prefix.wait_for_neighbours(message.last, rules.neighbours, now),
        ),
        (FraudRule::UnverifiedByCountry, counted.country.too_many_unverified(rules.unverified, now)),
        (FraudRule::TenantBudget, counted.tenant.over_budget(rules.tenant, now)),
        (FraudRule::CallBudget, counted.calls.and_then(|calls| calls.over_budget(rules.calls, now))),
        (FraudRule::ServerBudget, counted.server.and_then(|server| server.over_budget(rules.server, now))),
    ];
    let hit =
        |(rule, wait): (FraudRule, Option<Duration>)| wait.map(|retry_after| FraudHit { rule, retry_after });
    let concerns = |(rule, _): &(FraudRule, _)| !(message.is_safe && rule.judges_by_others());
    waits.into_iter().filter(concerns).filter_map(hit).collect()
}

/// Returns the refusal, if one of the rules refuses: the one with the longest wait.
pub fn refusal(rules: &FraudRules, hits: &[FraudHit]) -> Option<LimitHit> {
    let refusing = hits.iter().filter(|hit| rules.refuses(hit.rule));
    let longest = refusing.max_by_key(|hit| hit.retry_after)?;
    Some(LimitHit { limit: longest.rule.limit(), retry_after: longest.retry_after.min(LONGEST) })
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::rules::{Budget, ConversionAlarm, Unverified};
    use super::super::trail::number_mark;
    use super::*;
    use crate::domain::limits::limit::Limit;
    use crate::domain::phone::country::Country;
    use crate::domain::secret::TrailKey;

    pub(in super::super) fn rules() -> FraudRules {
        let rates = |texts: [&str; 2]| texts.iter().map(|text| text.parse().unwrap()).collect();
        FraudRules {
            sends_per_end_user: rates(["5/10m", "20/24h"]),
            countries_per_end_user: 3,
            sends_per_prefix: rates(["5/10m", "20/24h"]),
            neighbours: "4/10m".parse().unwrap(),
            unverified: Unverified { day: 20, hour: 3 },
            tenant: Budget { hour: None, day: Some(10) },
            calls: Budget { hour: Some(10), day: None },
            server: Budget::NONE,
            alarm: ConversionAlarm { percent: 20, messages: 50 },
            record_only: [FraudRule::UnverifiedByCountry].into(),
        }
    }

    fn message(last: u16) -> Trace {
        Trace {
            country: Country::parse("DE").unwrap(),
            last,
            prefix: TrailKey([1; 16]),
            end_user: None,
            range: String::new(),
            is_safe: false,
        }
    }

    #[test]
    fn every_broken_rule_is_found_and_the_longest_wait_is_told() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let (mut trail, mut tally) = (Trail::default(), Tally::default());
        let empty = Tally::default();
        for last in 0..10 {
            trail.record(number_mark(last), now);
            tally.record_send(now);
        }
        let counted = Counted {
            end_user: Some(&trail),
            prefix: &trail,
            country: &tally,
            tenant: &tally,
            calls: Some(&tally),
            server: Some(&empty),
        };
        let found = hits(&rules(), &message(10), &counted, now);
        let broken: Vec<_> = found.iter().map(|hit| hit.rule).collect();
        assert_eq!(
            broken,
            [
                FraudRule::SendsPerEndUser,
                FraudRule::CountriesPerEndUser,
                FraudRule::SendsPerPrefix,
                FraudRule::NeighbouringNumbers,
                FraudRule::UnverifiedByCountry,
                FraudRule::TenantBudget,
                FraudRule::CallBudget,
            ]
        );
        let safe = hits(&rules(), &Trace { is_safe: true, ..message(10) }, &counted, now);
        let broken: Vec<_> = safe.iter().map(|hit| hit.rule).collect();
        let by_itself = [
            FraudRule::SendsPerEndUser,
            FraudRule::CountriesPerEndUser,
            FraudRule::TenantBudget,
            FraudRule::CallBudget,
        ];
        assert_eq!(broken, by_itself);
        let longest = |rules: &FraudRules| refusal(rules, &found).map(|hit| hit.limit);
        assert_eq!(longest(&rules()), Some(Limit::BudgetSpent));
        let lenient = FraudRules { tenant: Budget::NONE, calls: Budget::NONE, ..rules() };
        let without_budget = hits(&lenient, &message(10), &counted, now);
        let recorded = [
            FraudRule::SendsPerEndUser,
            FraudRule::CountriesPerEndUser,
            FraudRule::SendsPerPrefix,
            FraudRule::NeighbouringNumbers,
            FraudRule::UnverifiedByCountry,
        ];
        assert_eq!(refusal(&FraudRules { record_only: recorded.into(), ..lenient }, &without_budget), None);
    }

    #[test]
    fn nothing_is_broken_by_the_first_message() {
        let (trail, tally) = (Trail::default(), Tally::default());
        let counted = Counted {
            end_user: Some(&trail),
            prefix: &trail,
            country: &tally,
            tenant: &tally,
            calls: None,
            server: None,
        };
        assert_eq!(hits(&rules(), &message(1), &counted, Timestamp::from_millis(0)), []);
    }
}
