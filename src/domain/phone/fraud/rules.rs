//! The rules of a tenant: the operator's, tightened by its own.

use crate::domain::limits::rate::Rate;

use super::rule::{FraudRule, RecordOnly};
use super::settings::FraudSettings;

/// The greatest distance between two numbers that count as neighbours.
pub const NEIGHBOUR: u16 = 10;

/// The greatest number of messages that a budget can have: no counter overflows.
pub const MAX_BUDGET: u32 = 1_000_000_000;

/// How many messages to phone numbers may be sent. Nothing is no bound.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Budget {
    /// Within an hour.
    pub hour: Option<u32>,
    /// Within 24 hours.
    pub day: Option<u32>,
}

impl Budget {
    /// The absence of any bound.
    pub const NONE: Self = Self { hour: None, day: None };

    /// Returns the tighter bounds of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let least = |one: Option<u32>, other: Option<u32>| one.into_iter().chain(other).min();
        Self { hour: least(self.hour, other.hour), day: least(self.day, other.day) }
    }

    /// Returns whether nothing is bounded.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

/// When codes that nobody enters become suspicious: at least so many of one country.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unverified {
    /// Within 24 hours.
    pub day: u32,
    /// Within an hour.
    pub hour: u32,
}

/// When the share of codes that are entered is so small that the tenant is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConversionAlarm {
    /// Below so many of a hundred.
    pub percent: u32,
    /// Of at least so many messages.
    pub messages: u32,
}

/// The rules on codes to phone numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FraudRules {
    /// Messages that one end user asks for.
    pub sends_per_end_user: Vec<Rate>,
    /// Countries in which one end user may ask for codes without entering one, within 24 hours.
    pub countries_per_end_user: u32,
    /// Messages to numbers that differ in their last four digits only.
    pub sends_per_prefix: Vec<Rate>,
    /// The run of neighbours that is refused when it would be complete.
    pub neighbours: Rate,
    /// Codes that nobody enters.
    pub unverified: Unverified,
    /// Messages of the tenant.
    pub tenant: Budget,
    /// Calls of the tenant.
    pub calls: Budget,
    /// Messages of the whole server.
    pub server: Budget,
    /// When the tenant is told that few codes are entered.
    pub alarm: ConversionAlarm,
    /// The rules that only record.
    pub record_only: RecordOnly,
}

impl FraudRules {
    /// Returns these rules with a tenant's own: every window and every bound of both applies.
    #[must_use]
    pub fn tightened(&self, own: &FraudSettings) -> Self {
        let mut rules = self.clone();
        rules.sends_per_end_user.extend(own.sends_per_end_user.iter().flatten());
        rules.sends_per_prefix.extend(own.sends_per_prefix.iter().flatten());
        let countries = own.countries_per_end_user.unwrap_or(u32::MAX);
        rules.countries_per_end_user = rules.countries_per_end_user.min(countries);
        rules.tenant = rules.tenant.and(Budget { hour: own.messages_per_hour, day: own.messages_per_day });
        rules.calls = rules.calls.and(Budget { hour: own.calls_per_hour, day: own.calls_per_day });
        if let Some(record_only) = &own.record_only {
            rules.record_only.clone_from(record_only);
        }
        rules
    }

    /// Returns the rules for a sandbox, whose messages cost nothing.
    #[must_use]
    pub fn of_a_sandbox(self) -> Self {
        Self { server: Budget::NONE, ..self }
    }

    /// Returns whether a rule refuses, and does not only record.
    pub fn refuses(&self, rule: FraudRule) -> bool {
        !rule.is_recordable() || !self.record_only.contains(&rule)
    }
}

#[cfg(test)]
mod tests {
    use super::super::decide::tests::rules;
    use super::*;

    #[test]
    fn a_tenants_own_settings_only_tighten() {
        let own = FraudSettings {
            sends_per_end_user: Some(vec!["2/1h".parse().unwrap()]),
            countries_per_end_user: Some(9),
            messages_per_hour: Some(100),
            messages_per_day: Some(5_000),
            calls_per_day: Some(7),
            ..FraudSettings::default()
        };
        let general = FraudRules { tenant: Budget { hour: None, day: Some(1_000) }, ..rules() };
        let tightened = general.tightened(&own);
        assert_eq!(tightened.sends_per_end_user.len(), general.sends_per_end_user.len() + 1);
        assert_eq!(tightened.countries_per_end_user, general.countries_per_end_user);
        assert_eq!(tightened.tenant, Budget { hour: Some(100), day: Some(1_000) });
        assert_eq!(tightened.calls, Budget { hour: general.calls.hour, day: Some(7) });
        assert_eq!(tightened.record_only, general.record_only);
    }

    #[test]
    fn the_tenant_decides_which_rules_only_record_but_never_budgets() {
        let own = FraudSettings {
            record_only: Some([FraudRule::SendsPerPrefix, FraudRule::TenantBudget].into()),
            ..FraudSettings::default()
        };
        let rules = rules().tightened(&own);
        assert!(!rules.refuses(FraudRule::SendsPerPrefix) && rules.refuses(FraudRule::TenantBudget));
        assert!(rules.refuses(FraudRule::UnverifiedByCountry), "the tenant's list replaces the operator's");
    }
}
