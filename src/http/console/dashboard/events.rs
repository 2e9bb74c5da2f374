//! The way from a chart to the events of a day or an hour.

use crate::domain::reports::audit::AuditEvent;
use crate::domain::reports::statistics::Day;
use crate::domain::time::Timestamp;
use crate::http::console::filters::Filters;

/// The audit trail behind the charts of a page.
pub(crate) struct Events<'a> {
    /// The path of the trail; a relative one is shorter, and a page has hundreds.
    path: &'a str,
    /// The tenant that the page is limited to; empty for all.
    tenant: &'a str,
}

impl<'a> Events<'a> {
    /// The trail at this path, with the tenant of these filters.
    pub(crate) fn of(path: &'a str, filters: &'a Filters) -> Self {
        Self { path, tenant: filters.text("tenant") }
    }

    /// The path of what happened on a day.
    pub(crate) fn on(&self, day: Day, event: Option<AuditEvent>) -> String {
        self.between(day.begins_at(), (day + 1).begins_at(), event)
    }

    /// The path of what happened from one moment until before another one.
    pub(crate) fn between(&self, from: Timestamp, to: Timestamp, event: Option<AuditEvent>) -> String {
        // As the form of the list sends it.
        let minute =
            |at: Timestamp| at.to_string().chars().take("2026-11-21T00:00".len()).collect::<String>();
        let mut query = form_urlencoded::Serializer::new(format!("from={}&to={}", minute(from), minute(to)));
        query.extend_pairs(event.map(|event| ("event", event.as_str())));
        if !self.tenant.is_empty() {
            query.append_pair("tenant", self.tenant);
        }
        format!("{}?{}", self.path, query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_time_and_the_tenant_of_its_page() {
        let filters = Filters::of("tenant=Acme+%26+Co");
        let day = Day::parse("2026-11-21").unwrap();
        assert_eq!(
            Events::of("/console/audit", &filters).on(day, Some(AuditEvent::DeliveryFailed)),
            "/console/audit?from=2026-11-21T00:00&to=2026-11-22T00:00&event=delivery_failed&tenant=Acme+%26+Co"
        );
        assert!(Events::of("audit", &Filters::of("")).on(day, None).starts_with("audit?from=2026-"));
    }
}
