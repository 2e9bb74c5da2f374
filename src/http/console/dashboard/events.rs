//! The way from a chart to the events of a day or an hour.

use crate::domain::reports::audit::AuditEvent;
use crate::domain::reports::statistics::Day;
use crate::domain::time::Timestamp;
use crate::http::console::filters::Filters;
use crate::http::console::report_scope::ReportScope;

/// The audit trail behind the charts of a page.
pub(crate) struct Events<'a> {
    /// The prefix of the paths.
    base: &'a str,
    /// The tenant that the page is limited to; empty for all.
    tenant: &'a str,
}

impl<'a> Events<'a> {
    /// The trail in this scope, with the tenant of these filters.
    pub(crate) fn of(scope: &'a ReportScope, filters: &'a Filters) -> Self {
        Self { base: &scope.base, tenant: filters.text("tenant") }
    }

    /// The path of what happened on a day.
    pub(crate) fn on(&self, day: Day, event: Option<AuditEvent>) -> String {
        self.between(day.begins_at(), (day + 1).begins_at(), event)
    }

    /// The path of what happened from one moment until before another one.
    pub(crate) fn between(&self, from: Timestamp, to: Timestamp, event: Option<AuditEvent>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("from", &from.to_string()).append_pair("to", &to.to_string());
        query.extend_pairs(event.map(|event| ("event", event.as_str())));
        if !self.tenant.is_empty() {
            query.append_pair("tenant", self.tenant);
        }
        format!("{}/audit?{}", self.base, query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_time_and_the_tenant_of_its_page() {
        let (scope, filters) = (ReportScope::everywhere(), Filters::of("tenant=Acme+%26+Co"));
        let day = Day::parse("2026-11-21").unwrap();
        assert_eq!(
            Events::of(&scope, &filters).on(day, Some(AuditEvent::DeliveryFailed)),
            "/console/audit?from=2026-11-21T00%3A00%3A00Z&to=2026-11-22T00%3A00%3A00Z&event=delivery_failed\
             &tenant=Acme+%26+Co"
        );
        let (own, none) = (ReportScope::of("tnt_x"), Filters::of(""));
        assert!(Events::of(&own, &none).on(day, None).starts_with("/console/tenants/tnt_x/audit?from="));
    }
}
