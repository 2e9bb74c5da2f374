//! What a mint means for a pending challenge of the same recipient and purpose.

/// What a mint means for a pending challenge of the same recipient and purpose, whose code somebody may still type.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Former {
    /// Both are pending.
    #[default]
    Stays,
    /// There is one at a time: if one is pending, none is minted.
    Prevents,
    /// There is one at a time: the former one is canceled.
    IsReplaced,
}
