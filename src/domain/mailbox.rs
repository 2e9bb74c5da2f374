//! What is known of the mailbox that a code goes to, besides its index within the tenant.

use crate::domain::secret::RecipientIndex;

/// What is known of the mailbox that a code goes to, besides its index within the tenant.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Mailbox {
    /// Where its messages are counted over all tenants; `None` for what is not counted there.
    pub overall: Option<OverallIndex>,
    /// How its address is spelled.
    pub spelling: Spelling,
}

/// The index of a recipient over all tenants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OverallIndex {
    /// Under the version of the key that is in use.
    pub present: RecipientIndex,
    /// Under the other ones.
    pub others: Vec<RecipientIndex>,
}

impl Mailbox {
    /// Returns the index over all tenants, under the version of the key that is in use.
    pub fn present(&self) -> Option<RecipientIndex> {
        self.overall.as_ref().map(|overall| overall.present)
    }
}

/// How an address is spelled: its indexes under all versions of the key, the present one first; none where it is
/// spelled as it is counted. A code proves the address that it was sent to, and not all that are counted with it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Spelling(Vec<RecipientIndex>);

impl Spelling {
    /// Creates the spelling with these indexes.
    pub fn of(indexes: Vec<RecipientIndex>) -> Self {
        Self(indexes)
    }

    /// Returns all indexes.
    pub fn all(&self) -> &[RecipientIndex] {
        &self.0
    }

    /// Returns the index that is kept.
    pub fn kept(&self) -> Option<RecipientIndex> {
        self.0.first().copied()
    }

    /// Returns whether `kept` is of the same spelling.
    pub fn is(&self, kept: Option<RecipientIndex>) -> bool {
        kept.map_or(self.0.is_empty(), |kept| self.0.contains(&kept))
    }
}
