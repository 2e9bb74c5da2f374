//! What is suspected of those who answer a tenant's codes, what is done about it, and the schema of its patch.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::spray::answers::Answers;
use crate::domain::spray::rules::{Measures, SpraySettings};
use crate::domain::spray::suspicion::{Level, Suspicion};
use crate::domain::time::Timestamp;

/// Whether somebody guesses at the codes of very many recipients, what is done about it, and the tenant's own settings
/// for that; null for the operator's.
#[derive(Serialize, ToSchema)]
#[schema(as = Spray)]
pub(crate) struct SprayView {
    /// `calm`, `suspicious` or `under_attack`.
    #[schema(pattern = "^(calm|suspicious|under_attack)$", max_length = 12, example = "calm")]
    level: &'static str,
    /// Since when; null if all is calm.
    #[schema(required)]
    since: Option<Timestamp>,
    /// When it ends by itself if nothing more is counted; null if all is calm.
    #[schema(required)]
    until: Option<Timestamp>,
    /// What is done at present; null for nothing.
    #[schema(required)]
    measures: Option<MeasuresView>,
    /// What was counted within 24 hours when it was last looked at; null if all is calm.
    #[schema(required)]
    seen: Option<SeenView>,
    /// Days in which guesses may be expected to open one account; not fewer than the operator's.
    #[schema(required, minimum = 10, maximum = 10_000, example = 100)]
    days_per_account: Option<u32>,
    /// Characters by which new codes get longer under attack.
    #[schema(required, minimum = 0, maximum = 4, example = 2)]
    longer_by: Option<u8>,
    /// The most answers to a challenge that are evaluated under attack.
    #[schema(required, minimum = 1, maximum = 10, example = 2)]
    attempts: Option<u8>,
    /// How long a hosted page has to be open under attack before its answer is evaluated, in seconds.
    #[schema(required, minimum = 0, maximum = 60, example = 10)]
    pause: Option<u16>,
    /// Whether the tenant is told, and nothing else is done.
    #[schema(required, example = false)]
    record_only: Option<bool>,
}

/// What is done under attack, for devices that the tenant does not vouch for.
#[derive(Serialize, ToSchema)]
#[schema(as = SprayMeasures)]
pub(crate) struct MeasuresView {
    /// Characters by which new codes are longer.
    #[schema(minimum = 0, maximum = 4, example = 2)]
    longer_by: u8,
    /// The most answers to a challenge that are evaluated.
    #[schema(minimum = 1, maximum = 10, example = 2)]
    attempts: u8,
    /// The pause of a hosted page, in seconds.
    #[schema(minimum = 0, maximum = 60, example = 10)]
    pause: u16,
}

/// Challenges and answers of the tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = SpraySeen)]
pub(crate) struct SeenView {
    /// Challenges opened.
    #[schema(minimum = 0, example = 4100)]
    opened: i64,
    /// Challenges verified.
    #[schema(minimum = 0, example = 1500)]
    verified: i64,
    /// Challenges whose attempts were used up.
    #[schema(minimum = 0, example = 2400)]
    exhausted: i64,
    /// Wrong answers.
    #[schema(minimum = 0, example = 12_300)]
    wrong: i64,
    /// Those of them whose challenge was verified afterwards.
    #[schema(minimum = 0, example = 210)]
    explained: i64,
    /// Recipients for whom there were wrong answers.
    #[schema(minimum = 0, example = 2450)]
    recipients: i64,
    /// How many accounts the unexplained answers were expected to open.
    #[schema(minimum = 0, example = 0.0121)]
    expected_accounts: f64,
}

/// The changes to it.
#[derive(ToSchema)]
#[schema(as = SprayPatch)]
#[expect(dead_code, reason = "only its schema is used, as that of the patch")]
pub(crate) struct SprayPatchSchema {
    /// `under_attack` has the measures taken for 24 hours, `calm` ends them and forgets what was counted.
    #[schema(nullable = false, pattern = "^(calm|under_attack)$", max_length = 12, example = "calm")]
    level: Option<String>,
    /// Days in which guesses may be expected to open one account.
    #[schema(minimum = 10, maximum = 10_000, example = 100)]
    days_per_account: Option<u32>,
    /// Characters by which new codes get longer; 0 if your forms take codes of one length alone.
    #[schema(minimum = 0, maximum = 4, example = 2)]
    longer_by: Option<u8>,
    /// The most answers to a challenge that are evaluated.
    #[schema(minimum = 1, maximum = 10, example = 2)]
    attempts: Option<u8>,
    /// The pause of a hosted page, in seconds.
    #[schema(minimum = 0, maximum = 60, example = 10)]
    pause: Option<u16>,
    /// Whether the tenant is told, and nothing else is done.
    #[schema(example = false)]
    record_only: Option<bool>,
}

/// The operator's order about a tenant.
#[derive(ToSchema)]
#[schema(as = AdminSprayOrder)]
#[expect(dead_code, reason = "only its schema is used: the body is read by the one for all faces")]
pub(crate) struct SprayOrderSchema {
    /// `under_attack` has the measures taken for 24 hours, `calm` ends them and forgets what was counted.
    #[schema(pattern = "^(calm|under_attack)$", max_length = 12, example = "calm")]
    level: String,
}

impl SprayView {
    pub(crate) fn of(settings: &SpraySettings, suspicion: Option<&Suspicion>) -> Self {
        Self {
            level: suspicion.map_or(Level::CALM, |suspicion| suspicion.level.as_str()),
            since: suspicion.map(|suspicion| suspicion.since),
            until: suspicion.map(|suspicion| suspicion.until),
            measures: suspicion.and_then(|suspicion| suspicion.measures.as_ref()).map(MeasuresView::of),
            seen: suspicion.map(|suspicion| SeenView::of(&suspicion.seen)),
            days_per_account: settings.days_per_account,
            longer_by: settings.longer_by,
            attempts: settings.attempts,
            pause: settings.pause,
            record_only: settings.record_only,
        }
    }

    /// An example of a tenant without settings of its own.
    pub(crate) fn calm() -> Self {
        Self::of(&SpraySettings::default(), None)
    }
}

impl MeasuresView {
    fn of(measures: &Measures) -> Self {
        let Measures { longer_by, attempts, pause_seconds } = *measures;
        Self { longer_by, attempts, pause: pause_seconds }
    }
}

impl SeenView {
    fn of(seen: &Answers) -> Self {
        let Answers { opened, verified, exhausted, wrong, explained, recipients, luck, .. } = *seen;
        let expected_accounts = luck.accounts().max(0.0);
        Self { opened, verified, exhausted, wrong, explained, recipients, expected_accounts }
    }
}
