//! The reports of the console: for operators about all tenants, for tenants about themselves.

use crate::domain::deliveries::history::{DeliveryHistory, DeliveryPage, DeliveryQuery, HistoryQuery};
use crate::domain::deliveries::server_health::ServerHealth;
use crate::domain::id::TenantId;
use crate::domain::limits::hits::{HitCounts, HitSource};
use crate::domain::reports::audit::{AuditPage, AuditQuery, Operators};
use crate::domain::reports::course::{Course, CourseQuery};
use crate::domain::reports::statistics::{Counts, Day, Dimension, Mark, StatisticsQuery};
use crate::domain::tenants::tenant::{TenantHandle, TenantLabel};
use crate::domain::time::Timestamp;
use crate::service::operator::identity::Operator;
use crate::service::refusal::Refusal;

use super::reporting::{Reported, Reports};

/// The maximum number of routes whose servers are listed.
const MOST_SERVERS: usize = 500;

/// The extent of the data that a user may see.
#[derive(Clone, Debug)]
pub enum Visibility {
    /// Everything.
    All(Operator),
    /// The data of this tenant, as operators see it.
    One(Operator, TenantId),
    /// The data of this tenant, as the tenant sees it.
    Own(TenantId),
}

impl Visibility {
    fn operators(&self) -> Operators {
        match self {
            Self::All(_) | Self::One(..) => Operators::Named,
            Self::Own(..) => Operators::Unnamed,
        }
    }
}

/// The statistics of the last days.
#[derive(Clone, Debug)]
pub struct LastDays {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The counts of the days that had any challenge, oldest first.
    pub counts: Vec<(Day, Counts)>,
    /// The courses of the days.
    pub courses: Vec<(Day, Course)>,
    /// The counts of as many days before as are over, to compare them.
    pub before: Vec<(Day, Counts)>,
}

impl LastDays {
    /// Returns the last `days` days with nothing in them.
    pub fn empty(now: Timestamp, days: u16) -> Self {
        let to = Day::of(now);
        Self {
            from: to - (i64::from(days) - 1).max(0),
            to,
            counts: Vec::new(),
            courses: Vec::new(),
            before: Vec::new(),
        }
    }
}

impl Reports {
    /// Returns the statistics of the last `days` days.
    pub async fn last_days(
        &self,
        view: &Visibility,
        tenant: Option<&TenantHandle>,
        days: u16,
    ) -> Result<LastDays, Refusal> {
        let tenant = self.seen(view, tenant).await?;
        let LastDays { from, to, .. } = LastDays::empty(self.clock.now(), days);
        let asked = StatisticsQuery {
            tenant,
            // The last day is not over.
            from: from - (to.number() - from.number()),
            to,
            only: Vec::new(),
            group_by: vec![Dimension::Day],
            limit: 2 * usize::from(days) + 1,
        };
        let groups = self.store.statistics(asked).await?;
        let counts = groups.iter().filter_map(|group| match group.marks.first() {
            Some(Mark::Day(day)) => Some((*day, group.counts)),
            _ => None,
        });
        let (before, counts) = counts.partition(|(day, _)| *day < from);
        let courses = self.store.courses(CourseQuery { tenant, from, to }).await?;
        Ok(LastDays { from, to, counts, courses, before })
    }

    /// Returns a page of deliveries.
    pub async fn delivery_page(
        &self,
        view: &Visibility,
        tenant: Option<&TenantHandle>,
        asked: DeliveryQuery,
    ) -> Result<Reported<DeliveryPage>, Refusal> {
        let asked = DeliveryQuery { tenant: self.seen(view, tenant).await?, ..asked };
        let found = self.store.delivery_page(asked).await?;
        let tenants = found.rows.iter().map(|row| row.tenant).collect();
        Ok(Reported { tenants: self.names.labels(tenants).await?, found })
    }

    /// Returns the delivery history of the challenge with this shareable key.
    pub async fn delivery_history(
        &self,
        view: &Visibility,
        key: &str,
    ) -> Result<Reported<DeliveryHistory>, Refusal> {
        let challenge = self.challenge_id(key).ok_or(Refusal::UnknownChallenge)?;
        let tenant = self.seen(view, None).await?;
        let found = self
            .store
            .delivery_history(HistoryQuery { tenant, challenge })
            .await?
            .ok_or(Refusal::UnknownChallenge)?;
        let tenants = self.names.labels([found.row.tenant].into()).await?;
        Ok(Reported { found, tenants })
    }

    /// Returns a page of the audit trail.
    pub async fn trail(
        &self,
        view: &Visibility,
        tenant: Option<&TenantHandle>,
        asked: AuditQuery,
    ) -> Result<Reported<AuditPage>, Refusal> {
        let asked =
            AuditQuery { tenant: self.seen(view, tenant).await?, operators: view.operators(), ..asked };
        let found = self.store.audit_page(asked).await?;
        let tenants = found.rows.iter().filter_map(|row| row.tenant).collect();
        Ok(Reported { tenants: self.names.labels(tenants).await?, found })
    }

    /// Returns the health of the mail servers, by host; for a tenant, only those of its own routes.
    pub async fn servers(
        &self,
        view: &Visibility,
        tenant: Option<&TenantHandle>,
    ) -> Result<Reported<Vec<ServerHealth>>, Refusal> {
        let whose = self.seen(view, tenant).await?;
        let mut found = self.outbox.health();
        found.retain(|health| whose.is_none_or(|whose| health.tenant == whose));
        found.sort_by(|a, b| {
            let key = |health: &ServerHealth| (health.server.host.clone(), health.server.port, health.tenant);
            key(a).cmp(&key(b))
        });
        found.truncate(MOST_SERVERS);
        let tenants = found.iter().map(|health| health.tenant).collect();
        Ok(Reported { tenants: self.names.labels(tenants).await?, found })
    }

    /// Returns the limits that refused in the last day, latest first.
    pub async fn limit_hits(
        &self,
        view: &Visibility,
        tenant: Option<&TenantHandle>,
    ) -> Result<Reported<Vec<(HitSource, HitCounts)>>, Refusal> {
        let found = self.hits.recent(self.seen(view, tenant).await?);
        let tenants = found.iter().filter_map(|(source, _)| source.tenant).collect();
        Ok(Reported { tenants: self.names.labels(tenants).await?, found })
    }

    /// Returns the tenant that a text in a filter means: a handle, or a name that only one has.
    pub async fn tenant_meant(&self, text: &str) -> Result<Option<TenantHandle>, Refusal> {
        self.names.meant(text).await
    }

    /// Returns what people know the first tenants by, to choose from.
    pub async fn first_tenants(&self, view: &Visibility, limit: usize) -> Result<Vec<TenantLabel>, Refusal> {
        match view {
            Visibility::All(_) => self.names.first(limit).await,
            Visibility::One(..) | Visibility::Own(_) => Ok(Vec::new()),
        }
    }

    /// Returns the tenant whose data may be seen. A tenant never sees another tenant's data,
    /// whichever tenant the request names.
    pub(super) async fn seen(
        &self,
        view: &Visibility,
        named: Option<&TenantHandle>,
    ) -> Result<Option<TenantId>, Refusal> {
        match view {
            Visibility::One(_, own) | Visibility::Own(own) => Ok(Some(*own)),
            Visibility::All(_) => self.names.resolve(named).await,
        }
    }
}
