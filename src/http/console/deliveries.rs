//! The list of deliveries.

use askama::Template;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::domain::deliveries::history::{DeliveryCursor, DeliveryPage, DeliveryQuery, DeliveryRow};
use crate::service::{Reported, Services};

use super::filters::Filters;
use super::report_scope::ReportScope;
use super::tenant_cell::TenantCell;
use super::words::{moment, plain};

const ROWS: usize = 50;

/// The values of the filters.
pub(crate) fn asked(filters: &mut Filters) -> DeliveryQuery {
    DeliveryQuery {
        tenant: None,
        status: filters.read("status", DeliveryStatus::parse),
        channel: filters.read("channel", ChannelKind::parse),
        after: filters.read("cursor", |text| text.parse().ok().map(DeliveryCursor)),
        limit: ROWS,
        ..DeliveryQuery::default()
    }
}

#[derive(Template)]
#[template(path = "console/deliveries.html")]
struct DeliveriesPage<'a> {
    scope: &'a ReportScope,
    filters: &'a Filters,
    statuses: [&'static str; 4],
    channels: Vec<&'static str>,
    rows: Vec<DeliveryTableRow>,
    /// The query of the next page.
    next: Option<String>,
}

/// A challenge and its latest message.
struct DeliveryTableRow {
    key: String,
    at: (String, String),
    tenant: TenantCell,
    to: String,
    channel: &'static str,
    purpose: String,
    status: &'static str,
    reason: String,
    tone: &'static str,
}

pub(crate) fn render(
    services: &Services,
    scope: &ReportScope,
    filters: &Filters,
    reported: &Reported<DeliveryPage>,
) -> Result<String, askama::Error> {
    let row = |listed: &DeliveryRow| {
        let tenant = TenantCell::of(reported.tenants.get(&listed.tenant));
        let key = services.challenges.shareable_key(listed.challenge.id).as_str().to_owned();
        DeliveryTableRow::of(listed, key, tenant)
    };
    DeliveriesPage {
        scope,
        filters,
        statuses: DeliveryStatus::ALL.map(DeliveryStatus::as_str),
        channels: ChannelKind::media().map(ChannelKind::as_str).collect(),
        rows: reported.found.rows.iter().map(row).collect(),
        next: reported.found.next.map(|cursor| filters.following(cursor.0)),
    }
    .render()
}

impl DeliveryTableRow {
    fn of(listed: &DeliveryRow, key: String, tenant: TenantCell) -> Self {
        let challenge = &listed.challenge;
        let at = crate::domain::id::moment(challenge.id.0);
        let status = challenge.delivery.unwrap_or(DeliveryStatus::Queued);
        Self {
            key,
            at: (at.to_string(), moment(at)),
            tenant,
            to: challenge.to.clone().unwrap_or_default(),
            channel: challenge.channel.as_str(),
            purpose: challenge.purpose.as_str().to_owned(),
            status: status.as_str(),
            reason: challenge.delivery_error.map(|reason| plain(reason.as_str())).unwrap_or_default(),
            tone: tone(status),
        }
    }
}

/// The CSS class for the status of a message.
pub(crate) fn tone(status: DeliveryStatus) -> &'static str {
    match status {
        DeliveryStatus::Queued => "waits",
        DeliveryStatus::Sent | DeliveryStatus::Delivered => "good",
        DeliveryStatus::Failed => "bad",
    }
}
