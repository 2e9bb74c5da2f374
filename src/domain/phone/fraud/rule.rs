//! The rules.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::limits::limit::Limit;

/// A rule on codes to phone numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum FraudRule {
    /// Messages that one end user asks for.
    SendsPerEndUser,
    /// Countries in which one end user asks for codes and never enters one.
    CountriesPerEndUser,
    /// Messages to numbers that differ in their last four digits only.
    SendsPerPrefix,
    /// Numbers close to each other.
    NeighbouringNumbers,
    /// Codes to one country that nobody enters.
    UnverifiedByCountry,
    /// Messages of the tenant.
    TenantBudget,
    /// Calls of the tenant, which are messages too.
    CallBudget,
    /// Messages of the whole server.
    ServerBudget,
}

/// The error for a word that names no rule that may only be recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "is not one of sends_per_end_user, countries_per_end_user, sends_per_prefix, neighbouring_numbers \
     and unverified_by_country"
)]
pub struct InvalidRule;

/// Rules that only record.
pub type RecordOnly = BTreeSet<FraudRule>;

impl FraudRule {
    /// Every rule, in order of declaration.
    pub const ALL: [Self; 8] = [
        Self::SendsPerEndUser,
        Self::CountriesPerEndUser,
        Self::SendsPerPrefix,
        Self::NeighbouringNumbers,
        Self::UnverifiedByCountry,
        Self::TenantBudget,
        Self::CallBudget,
        Self::ServerBudget,
    ];

    /// Returns the limit that the rule refuses with.
    pub const fn limit(self) -> Limit {
        match self {
            Self::SendsPerEndUser => Limit::SendsPerEndUser,
            Self::CountriesPerEndUser => Limit::CountriesPerEndUser,
            Self::SendsPerPrefix => Limit::SendsPerPrefix,
            Self::NeighbouringNumbers => Limit::NeighbouringNumbers,
            Self::UnverifiedByCountry => Limit::UnverifiedByCountry,
            Self::TenantBudget => Limit::BudgetSpent,
            Self::CallBudget => Limit::CallsSpent,
            Self::ServerBudget => Limit::ServerBudgetSpent,
        }
    }

    /// Returns the stable word, which is that of the limit.
    pub const fn as_str(self) -> &'static str {
        self.limit().as_str()
    }

    /// Returns the rule that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == word)
    }

    /// Returns whether the rule may only record. A budget that is no bound is none: leave it out.
    pub const fn is_recordable(self) -> bool {
        !matches!(self, Self::TenantBudget | Self::CallBudget | Self::ServerBudget)
    }

    /// Returns whether the rule judges a number by others: those of its range or of its country. A number that
    /// the tenant vouches for is not judged so.
    pub const fn judges_by_others(self) -> bool {
        matches!(self, Self::SendsPerPrefix | Self::NeighbouringNumbers | Self::UnverifiedByCountry)
    }

    /// Parses a rule that may only record.
    pub fn recordable(word: &str) -> Result<Self, InvalidRule> {
        Self::parse(word).filter(|rule| rule.is_recordable()).ok_or(InvalidRule)
    }
}

impl TryFrom<String> for FraudRule {
    type Error = InvalidRule;

    fn try_from(word: String) -> Result<Self, InvalidRule> {
        Self::recordable(&word)
    }
}

impl From<FraudRule> for String {
    fn from(rule: FraudRule) -> Self {
        rule.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_words_and_budgets_are_never_recorded_only() {
        for rule in FraudRule::ALL {
            assert_eq!(FraudRule::parse(rule.as_str()), Some(rule));
            assert_eq!(FraudRule::recordable(rule.as_str()).is_ok(), rule.is_recordable(), "{rule:?}");
        }
        assert_eq!(FraudRule::recordable("budget_spent"), Err(InvalidRule));
        assert_eq!(FraudRule::parse("mint_per_tenant"), None);
    }
}
