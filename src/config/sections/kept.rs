//! What is kept, and for how long.

use serde::Deserialize;

/// `[tenants]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenants {
    /// Days for which a tenant that is to be deleted can be restored.
    pub delete_after_days: u64,
}

/// `[deliveries]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deliveries {
    /// How long it is kept what became of a message.
    pub keep_days: u64,
}

/// `[audit]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// How long rows are kept.
    pub keep_days: u64,
}

/// `[statistics]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statistics {
    /// How long each day is kept.
    pub keep_days: u32,
}
