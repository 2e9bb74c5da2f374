//! The console, below `/console`: operators look after everything, tenants after themselves.
//!
//! Pages are plain forms: what changes something is a POST from a page of the same session, and its
//! answer leads to a page to look at. A handler gets who has signed in as an argument ([`session`]), and
//! what was sent only with the token of that session in it ([`form`]).

mod account;
mod accounts;
mod assets;
mod audit;
mod chart;
mod cookie;
mod dashboard;
mod deliveries;
mod delivery;
mod filters;
mod fired;
mod form;
mod frame;
mod guard;
mod home;
mod keys;
mod notice;
mod place;
mod policy;
mod preview;
mod refused;
mod reports;
mod servers;
mod session;
mod setup;
mod sign_in;
mod templates;
mod tenant;
mod tenants;
mod totp;
mod trial;
mod values;
mod words;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::LOCATION;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use super::allowing;

pub use chart::axis_end;

/// A path below the console: its methods and their handlers.
macro_rules! route {
    ($config:expr, $path:expr, $allow:literal, $($method:ident => $handler:path),+) => {
        $config.service(
            web::resource($path)
                $(.route(web::method(Method::$method).to($handler)))+
                .default_service(allowing($allow)),
        )
    };
}

/// The routes of the console. Nothing of them is there where it is switched off.
pub(super) fn routes(config: &mut ServiceConfig) {
    assets::routes(config);
    let below =
        web::scope("/console").configure(own_routes).configure(report_routes).configure(tenant_routes);
    config.service(below.default_service(web::to(session::nowhere)).wrap(from_fn(guard::guard)));
}

/// The routes of whoever has signed in, or is about to.
fn own_routes(config: &mut ServiceConfig) {
    route!(config, "", "GET, HEAD", GET => home::show, HEAD => home::show);
    route!(config, "/sign-in", "GET, HEAD, POST",
        GET => sign_in::show, HEAD => sign_in::show, POST => sign_in::sign_in);
    route!(config, "/sign-in/tenant", "POST", POST => sign_in::sign_in_tenant);
    route!(config, "/sign-out", "POST", POST => sign_in::sign_out);
    route!(config, "/setup/{token}", "GET, HEAD, POST",
        GET => setup::show, HEAD => setup::show, POST => setup::set_up);
    route!(config, "/account", "GET, HEAD", GET => account::show, HEAD => account::show);
    route!(config, "/account/password", "POST", POST => account::change_password);
    route!(config, "/account/sign-out-others", "POST", POST => account::sign_out_others);
    route!(config, "/account/totp", "GET, HEAD, POST",
        GET => totp::show, HEAD => totp::show, POST => totp::enable);
    route!(config, "/account/totp/off", "POST", POST => totp::disable);
}

/// The routes about tenants.
fn tenant_routes(config: &mut ServiceConfig) {
    route!(config, "/tenants", "GET, HEAD", GET => tenants::list, HEAD => tenants::list);
    route!(config, "/tenants/new", "GET, HEAD, POST",
        GET => tenants::form, HEAD => tenants::form, POST => tenants::create);
    route!(config, "/tenants/{tenant}", "GET, HEAD, POST",
        GET => tenant::show, HEAD => tenant::show, POST => tenant::change);
    route!(config, "/tenants/{tenant}/status", "POST", POST => tenant::switch);
    route!(config, "/tenants/{tenant}/limits", "POST", POST => tenant::limit);
    route!(config, "/tenants/{tenant}/keys", "GET, HEAD, POST",
        GET => keys::list, HEAD => keys::list, POST => keys::add);
    route!(config, "/tenants/{tenant}/keys/{key}/rotate", "POST", POST => keys::rotate);
    route!(config, "/tenants/{tenant}/keys/{key}/revoke", "POST", POST => keys::revoke);
    route!(config, "/tenants/{tenant}/accounts", "GET, HEAD, POST",
        GET => accounts::list, HEAD => accounts::list, POST => accounts::save);
    route!(config, "/tenants/{tenant}/accounts/{account}/delete", "POST", POST => accounts::delete);
    route!(config, "/tenants/{tenant}/accounts/{account}/up", "POST", POST => accounts::move_up);
    route!(config, "/tenants/{tenant}/accounts/{account}/test", "POST", POST => trial::run);
    route!(config, "/tenants/{tenant}/policy", "GET, HEAD, POST",
        GET => policy::show, HEAD => policy::show, POST => policy::change);
    route!(config, "/tenants/{tenant}/templates", "GET, HEAD",
        GET => templates::list, HEAD => templates::list);
    route!(config, "/tenants/{tenant}/templates/edit", "GET, HEAD, POST",
        GET => templates::edit, HEAD => templates::edit, POST => templates::save);
    route!(config, "/tenants/{tenant}/templates/delete", "POST", POST => templates::delete);
    route!(config, "/tenants/{tenant}/templates/preview/{part}", "POST", POST => preview::show);
}

/// The routes of what happened: of everything, and of one tenant.
fn report_routes(config: &mut ServiceConfig) {
    macro_rules! report {
        ($end:literal => $handler:path) => {
            route!(config, $end, "GET, HEAD", GET => $handler, HEAD => $handler);
            route!(config, concat!("/tenants/{tenant}", $end), "GET, HEAD",
                GET => $handler, HEAD => $handler);
        };
    }
    report!("/numbers" => reports::numbers);
    report!("/deliveries" => reports::deliveries);
    report!("/deliveries/{key}" => reports::delivery);
    report!("/audit" => reports::audit);
    report!("/fired" => reports::fired_limits);
    report!("/servers" => reports::servers);
}

/// Leads on with a GET, so that reloading repeats nothing (RFC 9110 §15.4.4).
fn see_other(there: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, there)).finish()
}

/// The same with something to say about what was done.
fn done(there: &str, notice: notice::Notice) -> HttpResponse {
    see_other(&format!("{there}?done={}", notice.word()))
}
