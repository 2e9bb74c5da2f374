//! What the limits say of a recipient, in answers.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::limits::limit::Limit;
use crate::domain::limits::standing::{Block, RecipientStanding, WindowUse};
use crate::domain::time::Timestamp;

use crate::http::shared::description::examples;
use crate::http::shared::description::operation::Example;

/// What the limits say of a recipient at present.
#[derive(Serialize, ToSchema)]
#[schema(as = RecipientStanding)]
pub(crate) struct StandingView {
    /// The windows in which messages are counted.
    #[schema(max_items = 5)]
    sends: Vec<WindowView>,
    /// The windows in which wrong answers are counted.
    #[schema(max_items = 2)]
    failures: Vec<WindowView>,
    /// Wrong answers since the last right one.
    #[schema(minimum = 0)]
    failures_in_a_row: u32,
    /// How many of them lock the recipient out.
    #[schema(minimum = 0)]
    lockout_after: u32,
    /// The limit that refuses another message at present; null if none does.
    #[schema(required)]
    sending_blocked: Option<BlockView>,
    /// The limit for which no answer is evaluated at present; null if there is none.
    #[schema(required)]
    answering_blocked: Option<BlockView>,
}

/// What is used of a window.
#[derive(Serialize, ToSchema)]
#[schema(as = WindowUse)]
pub(crate) struct WindowView {
    /// How much fits in.
    #[schema(minimum = 0)]
    max: u32,
    /// Its length in seconds.
    #[schema(minimum = 1)]
    seconds: u64,
    /// How much is in it.
    #[schema(minimum = 0)]
    used: u32,
    /// When there is room again; null if there is.
    #[schema(required)]
    free_at: Option<Timestamp>,
}

/// A limit that refuses at present.
#[derive(Serialize, ToSchema)]
#[schema(as = RecipientBlock)]
pub(crate) struct BlockView {
    /// The limit, as the problems name it.
    #[schema(max_length = 32)]
    limit: &'static str,
    /// Until when; null for a lockout, which lasts until the recipient is unlocked.
    #[schema(required)]
    until: Option<Timestamp>,
}

impl StandingView {
    pub(super) fn of(standing: &RecipientStanding) -> Self {
        Self {
            sends: standing.sends.iter().map(WindowView::of).collect(),
            failures: standing.failures.iter().map(WindowView::of).collect(),
            failures_in_a_row: standing.failures_in_a_row,
            lockout_after: standing.most_in_a_row,
            sending_blocked: standing.sending.map(BlockView::of),
            answering_blocked: standing.answering.map(BlockView::of),
        }
    }
}

impl WindowView {
    fn of(window: &WindowUse) -> Self {
        let WindowUse { rate, used, free_at } = *window;
        Self { max: rate.max, seconds: rate.per.as_secs(), used, free_at }
    }
}

impl BlockView {
    fn of(block: Block) -> Self {
        Self { limit: block.limit.as_str(), until: block.until }
    }
}

impl Example for StandingView {
    fn example() -> Self {
        let window = |max, seconds, used| WindowView { max, seconds, used, free_at: None };
        let until = Some(examples::at("08:40:00"));
        let full = WindowView { free_at: until, ..window(3, 600, 3) };
        Self {
            sends: vec![full, window(5, 3_600, 3)],
            failures: vec![window(20, 86_400, 1)],
            failures_in_a_row: 1,
            lockout_after: 100,
            sending_blocked: Some(BlockView { limit: Limit::SendsPerRecipient.as_str(), until }),
            answering_blocked: None,
        }
    }
}
