//! Verbs that look back: numbers, and the audit trail page by page.

use crate::domain::audit::AuditRow;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::statistics::{Counts, Day, Dimension, Mark};
use crate::domain::time::Timestamp;

use super::Verb;

/// What happened.
pub trait ReportStore {
    /// The numbers of the groups that were asked for, in the order of [`Dimension::ALL`]; without
    /// dimensions the sum of all. Challenges are not looked at.
    fn statistics(&self, asked: StatisticsQuery) -> Verb<'_, Vec<StatisticsGroup>>;

    /// A page of the audit trail, newest first.
    fn audit_page(&self, asked: AuditQuery) -> Verb<'_, AuditPage>;
}

/// Which numbers.
#[derive(Clone, Debug)]
pub struct StatisticsQuery {
    /// Whose; `None` for everybody's.
    pub tenant: Option<TenantId>,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// Those of this purpose, channel, locale and domain alone.
    pub only: Vec<(Dimension, String)>,
    /// By what they are told apart.
    pub group_by: Vec<Dimension>,
    /// Groups that are answered at most.
    pub limit: usize,
}

/// The numbers of a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatisticsGroup {
    /// Which group, in the order of [`Dimension::ALL`].
    pub marks: Vec<Mark>,
    /// How many.
    pub counts: Counts,
}

/// Which rows of the audit trail.
#[derive(Clone, Default, Debug)]
pub struct AuditQuery {
    /// Whose; `None` for everybody's and nobody's.
    pub tenant: Option<TenantId>,
    /// Those of this event alone.
    pub event: Option<String>,
    /// Those about this challenge alone.
    pub challenge: Option<ChallengeId>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
    /// Those that follow the page which ended so.
    pub after: Option<AuditCursor>,
    /// Rows of the page at most.
    pub limit: usize,
}

/// Where a page of the audit trail ended. What is written later comes before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuditCursor(pub i64);

/// A page of the audit trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditPage {
    /// Its rows, newest first. There may be fewer than asked for, or none, though more follow.
    pub rows: Vec<AuditRow>,
    /// Where it ended; `None` when nothing follows.
    pub next: Option<AuditCursor>,
}
