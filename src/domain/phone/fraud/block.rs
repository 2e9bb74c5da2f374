//! Blocks: what the rules have refused lately, or would have, for the tenant to look at and to clear.

use crate::domain::time::Timestamp;

use super::rule::FraudRule;

/// What a rule has refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// Its name within the tenant.
    pub id: BlockId,
    /// What is blocked, as it is shown: a range of numbers, a country, or an end user's network.
    pub subject: String,
    /// Whether messages are refused, and not only recorded.
    pub refuses: bool,
    /// The first refusal.
    pub since: Timestamp,
    /// When a message could pass.
    pub until: Timestamp,
    /// Number of messages refused, or recorded.
    pub refused: u32,
    /// Messages within a day, and how many of them belong to verified challenges; only of ranges and
    /// end users.
    pub messages: Option<(usize, usize)>,
}

/// The name of a block: a rule, and the key that it is counted under.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockId {
    /// The rule.
    pub rule: FraudRule,
    /// The keyed hash of the range or the network, or the letters of the country.
    pub key: Vec<u8>,
}

impl BlockId {
    /// Parses a name.
    pub fn parse(text: &str) -> Option<Self> {
        let (rule, hex) = text.split_once('-')?;
        let is_hex = hex.len() <= 32 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
        let key =
            is_hex.then(|| (0..hex.len()).step_by(2).map(byte).collect::<Option<Vec<u8>>>()).flatten()?;
        let rule = FraudRule::parse(rule).filter(|rule| rule.is_recordable())?;
        (!key.is_empty()).then_some(Self { rule, key })
    }
}

impl std::fmt::Display for BlockId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-", self.rule.as_str())?;
        self.key.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_and_nothing_else_is_one() {
        let id = BlockId { rule: FraudRule::SendsPerPrefix, key: vec![0, 10, 255] };
        assert_eq!(id.to_string(), "sends_per_prefix-000aff");
        assert_eq!(BlockId::parse(&id.to_string()), Some(id));
        for wrong in [
            "",
            "-",
            "sends_per_prefix-",
            "sends_per_prefix-0",
            "sends_per_prefix-+1",
            "x-00",
            "budget_spent-00",
        ] {
            assert_eq!(BlockId::parse(wrong), None, "{wrong}");
        }
        assert_eq!(BlockId::parse(&format!("sends_per_prefix-{}", "0".repeat(34))), None);
    }
}
