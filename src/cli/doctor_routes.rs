//! A tenant's routes, as `otpmint doctor` looks at them.

use std::time::Duration;

use crate::config::Settings;
use crate::delivery::{RouteToCheck, Routing, Standing};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::tenants::route::Route;
use crate::domain::tenants::route_check::{CheckStep, CheckedStep};
use crate::domain::tenants::tenant::Tenant;

/// The time limit for one route.
const LIMIT: Duration = Duration::from_secs(30);

/// Tries each route, without sending anything, and prints those that work. Returns what is wrong with the others.
pub(super) async fn failures(tenant: &Tenant, routes: &[Route], routing: &Routing) -> Vec<String> {
    let mut failures = Vec::new();
    for route in routes {
        let server = route.transport.server();
        let name = format!("{} {}:{}", route.handle, server.host, server.port);
        let checked =
            RouteToCheck { tenant: tenant.id, transport: &route.transport, standing: Standing::Saved };
        let steps = routing.check(checked, None, LIMIT).await;
        match failure(&steps) {
            None if steps.iter().any(|taken| taken.step == CheckStep::Login) => {
                println!("ok    {name} takes the login of {}", tenant.handle);
            }
            None => println!("ok    {name} answers; whether it takes the secret, only a message can show"),
            Some(failure) => failures.push(format!("{name}: {failure}")),
        }
    }
    failures
}

/// The step that failed, why, and what to change.
fn failure(steps: &[CheckedStep]) -> Option<String> {
    steps.iter().find_map(|taken| {
        let trouble = taken.result.as_ref().err()?;
        Some(format!("{}: {}: {}", taken.step.as_str(), trouble.reason.as_str(), trouble.advice))
    })
}

/// What is missing around the routes, although each of them may work.
pub(super) fn gaps(tenant: &Tenant, routes: &[Route], settings: &Settings) -> Vec<String> {
    let (handle, phone) = (&tenant.handle, &tenant.settings.phone);
    let mut gaps = Vec::new();
    if routes.is_empty() {
        gaps.push(format!("{handle} has no route, so it sends nothing"));
    }
    let providers: Vec<_> = routes.iter().filter_map(Route::provider).collect();
    if !providers.is_empty() && phone.countries.is_empty() {
        gaps.push(format!(
            "{handle} lists no country, so that nothing is sent to phones: set phone.countries"
        ));
    }
    if !providers.is_empty() && !settings.server.public_url.starts_with("https:") {
        gaps.push(
            "providers cannot report what has arrived: set server.public_url to where they reach the server"
                .to_owned(),
        );
    }
    let unserved = ordered(tenant).filter(|channel| !routes.iter().any(|route| route.serves(*channel)));
    for channel in unserved {
        let channel = channel.as_str();
        gaps.push(format!(
            "the order of channels of {handle} names {channel}, which none of its routes serves"
        ));
    }
    gaps
}

/// The channels in the tenant's orders, each once.
fn ordered(tenant: &Tenant) -> impl Iterator<Item = ChannelKind> {
    let policies = std::iter::once(&tenant.settings.policy).chain(tenant.settings.purposes.values());
    let named: Vec<_> = policies.filter_map(|policy| policy.channels.as_ref()).flatten().copied().collect();
    ChannelKind::media().filter(move |channel| named.contains(channel))
}
