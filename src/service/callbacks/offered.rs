//! What the owner of a route is told about its reports.

use crate::domain::tenants::route::Route;
use crate::domain::tenants::transports::provider::ProviderSettings;
use crate::domain::tenants::transports::report_proof::ReportProof;
use crate::service::tenants::authenticated::AuthenticatedTenant;

use super::receive::Callbacks;

/// How a provider can report over a route.
pub struct OfferedReports {
    /// What is asked of a report.
    pub proof: ReportProof,
    /// What to enter by hand where the provider has one address for all messages.
    pub address: Option<OfferedAddress>,
}

/// An address for all messages of a route.
pub struct OfferedAddress {
    /// The URL.
    pub url: String,
    /// What the provider shows before it uses the URL.
    pub verify_token: String,
}

impl Callbacks {
    /// Returns how the provider of a route can report; `None` for a route without callbacks.
    pub fn offered(&self, tenant: &AuthenticatedTenant, route: &Route) -> Option<OfferedReports> {
        let account = route.provider()?;
        let proof = account.report_proof()?;
        let address = match &account.settings {
            ProviderSettings::WhatsappCloud(_) => {
                let url = self.addresses.of_route(tenant.id(), &route.handle);
                url.map(|url| OfferedAddress { url, verify_token: self.addresses.token(tenant.id()) })
            }
            // Each message names an address of its own.
            ProviderSettings::Twilio(_)
            | ProviderSettings::TelegramGateway(_)
            | ProviderSettings::Http(_)
            | ProviderSettings::Smpp(_)
            | ProviderSettings::Log(_) => None,
        };
        Some(OfferedReports { proof, address })
    }
}
