//! How much of an address hosted pages show.

use serde::{Deserialize, Serialize};

/// How much of a recipient's address the hosted page shows whoever holds its link.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PageMask {
    /// As little as answers and logs: `j***@e***.com`.
    Strong,
    /// Enough to recognise the own address: `j•••e@example.com`.
    #[default]
    Light,
    /// The whole address.
    None,
}

impl PageMask {
    /// Every mask.
    pub const ALL: [Self; 3] = [Self::Strong, Self::Light, Self::None];

    /// Returns the word used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Light => "light",
            Self::None => "none",
        }
    }

    /// Returns whether it is the one that holds without a setting.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
