//! A route that is tried, step by step.

use crate::domain::address::Address;
use crate::domain::tenants::route::RouteHandle;
use crate::service::{AuthenticatedTenant, Candidate};

use super::failure::Failure;
use super::offline_services::OfflineServices;

/// Tries a saved route, and sends a message `to` somebody if asked. Prints the steps that worked; returns what is
/// wrong with the one that did not.
pub(super) async fn trial(
    offline: &OfflineServices,
    tenant: &AuthenticatedTenant,
    route: RouteHandle,
    to: Option<Address>,
) -> Result<Option<String>, Failure> {
    let checked = offline.services.routes.check(tenant, Candidate::Present(route), to, None).await?;
    let mut wrong = None;
    for taken in &checked.steps {
        match &taken.result {
            Ok(detail) => println!("ok    {:8} {detail}", taken.step.as_str()),
            Err(trouble) => {
                let (step, reason) = (taken.step.as_str(), trouble.reason.as_str());
                wrong = Some(format!("{step}: {reason}: {}", trouble.advice));
            }
        }
    }
    for hint in &checked.hints {
        println!("note  {:8} {}", hint.topic.as_str(), hint.text);
    }
    Ok(wrong)
}
