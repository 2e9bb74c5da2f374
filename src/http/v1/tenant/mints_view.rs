//! A tenant's own cap on its mints in answers, and the schema of its patch.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::tenants::tenant::MintSettings;

/// How many challenges the tenant wants to open at most, in addition to the operator's cap; null for no cap of its own.
#[derive(Serialize, ToSchema)]
#[schema(as = Mints)]
pub(crate) struct MintsView {
    /// Within an hour.
    #[schema(required, minimum = 1, maximum = 1_000_000_000, example = 2000)]
    per_hour: Option<u32>,
    /// Within 24 hours.
    #[schema(required, minimum = 1, maximum = 1_000_000_000, example = 10_000)]
    per_day: Option<u32>,
}

/// The changes to the cap.
#[derive(ToSchema)]
#[schema(as = MintsPatch)]
#[expect(dead_code, reason = "only its schema is used, as that of the patch")]
pub(crate) struct MintsPatchSchema {
    /// Within an hour.
    #[schema(minimum = 1, maximum = 1_000_000_000, example = 2000)]
    per_hour: Option<u32>,
    /// Within 24 hours.
    #[schema(minimum = 1, maximum = 1_000_000_000, example = 10_000)]
    per_day: Option<u32>,
}

impl MintsView {
    pub(in crate::http::v1::tenant) fn of(settings: MintSettings) -> Self {
        Self { per_hour: settings.per_hour, per_day: settings.per_day }
    }
}
