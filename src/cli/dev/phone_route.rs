//! The built-in tenant's way to phones: the inbox.

use crate::cli::failure::Failure;
use crate::domain::tenants::route_draft::{RouteDraft, TransportDraft};
use crate::domain::tenants::transports::log::LogSettings;
use crate::domain::tenants::transports::originators::Originators;
use crate::domain::tenants::transports::provider::ProviderSettings;
use crate::domain::tenants::transports::provider_draft::ProviderDraft;
use crate::domain::tenants::transports::report_proof::ReportKeyDraft;
use crate::service::{RouteChange, RouteRefusal, Services};

use super::known::{HERE, SECRET_KEY, TENANT};

/// Adds a route over which everything reaches the inbox.
pub(super) async fn add(services: &Services) -> Result<(), Failure> {
    let tenant = services.authenticator.authenticate(SECRET_KEY, Some(HERE)).await?;
    let settings = LogSettings { from: Some(Originators::One(TENANT.to_owned())) };
    let account = ProviderDraft {
        settings: ProviderSettings::Log(settings),
        secret: None,
        report_key: ReportKeyDraft::Keep,
    };
    let draft = RouteDraft {
        handle: None,
        name: "inbox".to_owned(),
        channels: None,
        transport: TransportDraft::Provider(account),
    };
    let added = services.routes.add(&tenant, draft, RouteChange::default()).await;
    added.map(drop).map_err(|refusal| match refusal {
        RouteRefusal::Refused(refusal) => refusal.into(),
        RouteRefusal::Invalid(_, why) => Failure::new(why.to_string()),
    })
}
