//! Writes the parts of an export as lines.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::tenants::template::{Medium, StoredTemplate};
use crate::service::{Export, ExportPart, ExportedTenant, Services};

use crate::http::shared::export::{ExportText, Lines, PartWriter};
use crate::http::v1::challenges::found_view::FoundView;
use crate::http::v1::factors::view::FactorView;
use crate::http::v1::messages::hooks::HookView;
use crate::http::v1::messages::view::FoundMessageView;
use crate::http::v1::reports::audit::AuditRowView;
use crate::http::v1::reports::statistics::GroupView;
use crate::http::v1::templates::short::ShortTemplateView;
use crate::http::v1::templates::view::TemplateView;
use crate::http::v1::tenant::key_views::KeyView;
use crate::http::v1::tenant::phone::blocks::BlockView;
use crate::http::v1::tenant::routes::view::RouteView;
use crate::http::v1::tenant::view::TenantView;
use crate::http::v1::webhooks::delivery_view::WebhookDeliveryView;
use crate::http::v1::webhooks::view::WebhookView;

use super::lines::{BeginLine, DeliveryLine, EndLine, EventLine, LogoLine, MailTemplateLine, ServiceLine};

/// The writer of the API's shapes.
pub(crate) const WRITER: PartWriter = PartWriter(write);

/// An export in the API's shapes.
pub fn export_text(services: Arc<Services>, export: Export) -> ExportText {
    ExportText::new(services, export, WRITER)
}

type Written = Result<(), serde_json::Error>;

fn write(services: &Services, export: &Export, part: ExportPart, to: &mut Lines) -> Written {
    match part {
        ExportPart::Begins => to.add("export", &BeginLine::of(export)),
        ExportPart::Tenant(exported) => owned(services, export, &exported, to),
        ExportPart::Factors(factors) => {
            each(&factors, |factor| to.add("factor", &FactorView::of(factor, export.at())))
        }
        ExportPart::Challenges(found) => {
            each(&found, |(challenge, deliveries)| match challenge.id.is_relayed() {
                true => to.add("message", &FoundMessageView::of(services, challenge, deliveries)),
                false => to.add("challenge", &FoundView::of(services, challenge, deliveries)),
            })
        }
        ExportPart::Deliveries(deliveries) => {
            each(&deliveries, |one| to.add("delivery", &DeliveryLine::of(services, one)))
        }
        ExportPart::Events(events) => each(&events, |(webhook, event)| {
            let delivery = WebhookDeliveryView::of(services, export.tenant(), event);
            to.add("event", &EventLine { webhook: webhook.clone(), delivery })
        }),
        ExportPart::Statistics(groups) => {
            // The groups are not by tenant.
            let handles = HashMap::new();
            each(&groups, |group| to.add("statistics", &GroupView::of(group, &handles)))
        }
        ExportPart::Audit(rows) => {
            let tenant = Some(export.tenant().handle());
            each(&rows, |row| to.add("audit", &AuditRowView::of(services, tenant, row)))
        }
        ExportPart::Ends => to.add("end", &EndLine { lines: to.count }),
    }
}

/// What the tenant has decided and made.
fn owned(services: &Services, export: &Export, owned: &ExportedTenant, to: &mut Lines) -> Written {
    to.add("tenant", &TenantView::of(&owned.profile))?;
    if let Some((name, content)) = owned.profile.settings.logo.as_ref().zip(owned.logo.as_ref()) {
        to.add("logo", &LogoLine::of(name, content))?;
    }
    each_service(owned, to)?;
    each(&owned.keys, |key| to.add("key", &KeyView::of(key)))?;
    // An address for reports has a secret in it.
    let routes: Vec<_> = owned.routes.iter().filter_map(|route| RouteView::of(route, None, None)).collect();
    each(&routes, |route| to.add("route", route))?;
    each(&owned.templates, |template| add_template(template, to))?;
    each(&owned.webhooks, |webhook| to.add("webhook", &WebhookView::of(webhook)))?;
    each(&owned.hooks, |hook| to.add("hook", &HookView::of(services, export.tenant(), hook.clone())))?;
    each(&owned.blocks, |block| to.add("phone_block", &BlockView::of(block)))
}

fn each_service(owned: &ExportedTenant, to: &mut Lines) -> Written {
    let mut services = owned.profile.settings.services.iter();
    services.try_for_each(|(purpose, service)| to.add("service", &ServiceLine::of(purpose, service)))
}

fn add_template(template: &StoredTemplate, to: &mut Lines) -> Written {
    match template.name.medium {
        medium @ Medium::Mail => {
            let template = TemplateView::of(template);
            to.add("template", &MailTemplateLine { medium: medium.as_str(), template })
        }
        Medium::Text | Medium::Voice => to.add("template", &ShortTemplateView::of(template)),
    }
}

fn each<T>(all: &[T], add: impl FnMut(&T) -> Written) -> Written {
    all.iter().try_for_each(add)
}
