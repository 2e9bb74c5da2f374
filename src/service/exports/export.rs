//! An export, part by part: what the tenant has decided and made as it is at one moment, then its many rows from before
//! that moment, each as it is when its part is read. No transaction is held in between.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::challenges::challenge::Challenge;
use crate::domain::deliveries::history::ChallengeDelivery;
use crate::domain::id::ChallengeId;
use crate::domain::phone::fraud::block::Block;
use crate::domain::reports::audit::{AuditCursor, AuditQuery, AuditRow, Operators};
use crate::domain::reports::statistics::{Day, Dimension, StatisticsGroup, StatisticsQuery};
use crate::domain::tenants::credential::KeyInfo;
use crate::domain::tenants::route::Route;
use crate::domain::tenants::template::StoredTemplate;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::webhook::{Webhook, WebhookDelivery, WebhookHandle};
use crate::service::factors::FoundFactor;
use crate::service::hooks::HookSecret;
use crate::service::limits::one_at_a_time::UnderWay;
use crate::service::refusal::Refusal;
use crate::service::tenants::TenantProfile;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{OwnedKind, OwnedPlace, OwnedRows};

use super::source::ExportSource;

/// The maximum number of audit rows of one part.
const AUDIT_ROWS: usize = 500;

/// More groups than a day can have: the words of its cells are bounded.
const GROUPS: usize = 1_000_000_000;

/// The longest time for all parts: meanwhile the tenant can have no other export.
const LONGEST: Duration = Duration::from_secs(3_600);

/// What a tenant has decided and made.
pub struct ExportedTenant {
    /// The tenant, as it sees itself.
    pub profile: TenantProfile,
    /// Its routes, with secrets, which must not be shown.
    pub routes: Vec<Route>,
    /// The live keys.
    pub keys: Vec<KeyInfo>,
    /// The templates.
    pub templates: Vec<StoredTemplate>,
    /// The content of the logo.
    pub logo: Option<Vec<u8>>,
    /// The webhooks.
    pub webhooks: Vec<Webhook>,
    /// The hooks.
    pub hooks: Vec<HookSecret>,
    /// What the rules against toll fraud refuse at present.
    pub blocks: Vec<Block>,
}

/// A part of an export. It has no `Debug`: the first has secrets.
pub enum ExportPart {
    /// The export begins.
    Begins,
    /// What the tenant has decided and made.
    Tenant(Box<ExportedTenant>),
    /// Factors.
    Factors(Vec<FoundFactor>),
    /// Challenges and relayed messages, each with its deliveries.
    Challenges(Vec<(Challenge, Vec<ChallengeDelivery>)>),
    /// Outcomes of messages, each with its challenge.
    Deliveries(Vec<(ChallengeId, ChallengeDelivery)>),
    /// Events, each with the webhook that was told.
    Events(Vec<(WebhookHandle, WebhookDelivery)>),
    /// Statistics of a day, by everything that they distinguish.
    Statistics(Vec<StatisticsGroup>),
    /// Rows of the audit trail, newest first.
    Audit(Vec<AuditRow>),
    /// Everything was read.
    Ends,
}

/// Why an export was cut off.
#[derive(Debug, thiserror::Error)]
pub enum ExportFailed {
    /// A part could not be read.
    #[error("a part could not be read: {0:?}")]
    Refused(Refusal),
    /// A part could not be written.
    #[error("a part could not be written: {0}")]
    Unwritable(#[from] serde_json::Error),
    /// The caller read too slowly.
    #[error("it took longer than an hour to send")]
    TooSlow,
}

impl From<Refusal> for ExportFailed {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What comes next.
enum Stage {
    Begins,
    Tenant(Box<ExportedTenant>),
    Rows(OwnedKind, Option<OwnedPlace>),
    Statistics(Day),
    Audit(Option<AuditCursor>),
    Ends,
    Done,
}

/// An export.
pub struct Export {
    source: Arc<ExportSource>,
    tenant: AuthenticatedTenant,
    at: Timestamp,
    /// The first day of which there may be statistics.
    first_day: Day,
    stage: Stage,
    /// What follows the beginning.
    exported: Option<Box<ExportedTenant>>,
    _under_way: Option<UnderWay>,
}

impl Export {
    pub(super) fn begin(
        (source, under_way): (Arc<ExportSource>, Option<UnderWay>),
        tenant: AuthenticatedTenant,
        exported: ExportedTenant,
        at: Timestamp,
    ) -> Self {
        let kept_days = source.rules.retention.statistics_days;
        let first_day = Day::of(exported.profile.created_at).max(Day::of(at) - kept_days);
        let exported = Some(Box::new(exported));
        Self { source, tenant, at, first_day, stage: Stage::Begins, exported, _under_way: under_way }
    }

    /// Returns whose it is.
    pub fn tenant(&self) -> &AuthenticatedTenant {
        &self.tenant
    }

    /// Returns when it began, which is the moment of what it tells.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Returns the next part; `None` after the last one. If it fails, the export is not complete.
    pub async fn next(&mut self) -> Result<Option<ExportPart>, ExportFailed> {
        if self.source.clock.now() > self.at + LONGEST {
            return Err(ExportFailed::TooSlow);
        }
        let stage = std::mem::replace(&mut self.stage, Stage::Done);
        let (part, next) = match stage {
            Stage::Begins => {
                let next = self.exported.take().map_or(Stage::Done, Stage::Tenant);
                (ExportPart::Begins, next)
            }
            Stage::Tenant(exported) => (ExportPart::Tenant(exported), Stage::Rows(OwnedKind::Factors, None)),
            Stage::Rows(kind, from) => self.rows(kind, from).await?,
            Stage::Statistics(day) => self.statistics(day).await?,
            Stage::Audit(after) => self.audit(after).await?,
            Stage::Ends => (ExportPart::Ends, Stage::Done),
            Stage::Done => return Ok(None),
        };
        self.stage = next;
        Ok(Some(part))
    }

    async fn rows(&self, kind: OwnedKind, from: Option<OwnedPlace>) -> Result<(ExportPart, Stage), Refusal> {
        let part = self.source.store.owned_part(self.tenant.id(), kind, from, self.at).await?;
        let next = match (part.next, kind) {
            (Some(place), kind) => Stage::Rows(kind, Some(place)),
            (None, OwnedKind::Factors) => Stage::Rows(OwnedKind::Challenges, None),
            (None, OwnedKind::Challenges) => Stage::Rows(OwnedKind::Deliveries, None),
            (None, OwnedKind::Deliveries) => Stage::Rows(OwnedKind::Events, None),
            (None, OwnedKind::Events) => Stage::Statistics(self.first_day),
        };
        let part = match part.rows {
            OwnedRows::Factors(factors) => ExportPart::Factors(self.source.factors.opened(factors).await?),
            OwnedRows::Challenges(challenges) => ExportPart::Challenges(challenges),
            OwnedRows::Deliveries(deliveries) => ExportPart::Deliveries(deliveries),
            OwnedRows::Events(events) => ExportPart::Events(events),
        };
        Ok((part, next))
    }

    async fn statistics(&self, day: Day) -> Result<(ExportPart, Stage), Refusal> {
        let asked = StatisticsQuery {
            tenant: Some(self.tenant.id()),
            from: day,
            to: day,
            only: Vec::new(),
            group_by: Dimension::ALL.into_iter().filter(|of| *of != Dimension::Tenant).collect(),
            limit: GROUPS,
        };
        let groups = self.source.store.statistics(asked).await?;
        let is_last = day >= Day::of(self.at);
        let next = if is_last { Stage::Audit(None) } else { Stage::Statistics(day + 1) };
        Ok((ExportPart::Statistics(groups), next))
    }

    async fn audit(&self, after: Option<AuditCursor>) -> Result<(ExportPart, Stage), Refusal> {
        let asked = AuditQuery {
            tenant: Some(self.tenant.id()),
            operators: Operators::Unnamed,
            to: Some(self.at),
            after,
            limit: AUDIT_ROWS,
            ..AuditQuery::default()
        };
        let page = self.source.store.audit_page(asked).await?;
        let next = page.next.map_or(Stage::Ends, |cursor| Stage::Audit(Some(cursor)));
        Ok((ExportPart::Audit(page.rows), next))
    }
}
