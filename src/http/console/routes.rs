//! The routes of the console.

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::http::shared::fallback::allowing;

use super::{
    account, account_check, accounts, appearance, assets, data, factors, guard, home, hooks, keys, nodes,
    operators, phones, policy, preview, provider_editor, providers, recipients, reports, resend, search,
    session, setup, sign_in, templates, tenant, tenants, test_keys, totp, webhooks,
};

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

/// Registers the routes of the console, which answer 404 while it is switched off.
pub(crate) fn routes(config: &mut ServiceConfig) {
    assets::routes(config);
    let below = web::scope("/console")
        .configure(own_routes)
        .configure(operator_routes)
        .configure(report_routes)
        .configure(tenant_routes)
        .configure(app_routes);
    config.service(below.default_service(web::to(session::unknown_path)).wrap(from_fn(guard::guard)));
}

/// The routes of signing in and of the signed-in user.
fn own_routes(config: &mut ServiceConfig) {
    route!(config, "", "GET, HEAD", GET => home::show, HEAD => home::show);
    route!(config, "/sign-in", "GET, HEAD, POST",
        GET => sign_in::show, HEAD => sign_in::show, POST => sign_in::sign_in);
    route!(config, "/sign-in/tenant", "POST", POST => sign_in::sign_in_tenant);
    route!(config, "/sign-out", "POST", POST => sign_in::sign_out);
    route!(config, "/setup/{token}", "GET, HEAD, POST",
        GET => setup::show, HEAD => setup::show, POST => setup::set_up);
    route!(config, "/search", "POST", POST => search::search);
    route!(config, "/account", "GET, HEAD", GET => account::show, HEAD => account::show);
    route!(config, "/account/password", "POST", POST => account::change_password);
    route!(config, "/account/sign-out-others", "POST", POST => account::sign_out_others);
    route!(config, "/account/totp", "GET, HEAD, POST",
        GET => totp::show, HEAD => totp::show, POST => totp::enable);
    route!(config, "/account/totp/off", "POST", POST => totp::disable);
}

/// The routes of owners about operators.
fn operator_routes(config: &mut ServiceConfig) {
    route!(config, "/operators", "GET, HEAD", GET => operators::list, HEAD => operators::list);
    route!(config, "/operators/link", "POST", POST => operators::link);
    route!(config, "/operators/role", "POST", POST => operators::change_role);
    route!(config, "/operators/remove", "POST", POST => operators::remove);
    route!(config, "/operators/unlock", "POST", POST => operators::unlock);
}

/// The routes about tenants, and about the nodes.
fn tenant_routes(config: &mut ServiceConfig) {
    route!(config, "/nodes", "GET, HEAD", GET => nodes::show, HEAD => nodes::show);
    route!(config, "/tenants", "GET, HEAD", GET => tenants::list, HEAD => tenants::list);
    route!(config, "/tenants/new", "GET, HEAD, POST",
        GET => tenants::form, HEAD => tenants::form, POST => tenants::create);
    route!(config, "/tenants/{tenant}", "GET, HEAD, POST",
        GET => tenant::show, HEAD => tenant::show, POST => tenant::change);
    route!(config, "/tenants/{tenant}/status", "POST", POST => tenant::switch);
    route!(config, "/tenants/{tenant}/limits", "POST", POST => tenant::limit);
    route!(config, "/tenants/{tenant}/data", "GET, HEAD", GET => data::show, HEAD => data::show);
    route!(config, "/tenants/{tenant}/export", "POST", POST => data::export);
    route!(config, "/tenants/{tenant}/erase", "POST", POST => data::erase);
    route!(config, "/tenants/{tenant}/delete", "POST", POST => data::delete);
    route!(config, "/tenants/{tenant}/restore", "POST", POST => data::restore);
    route!(config, "/tenants/{tenant}/phone", "GET, HEAD, POST",
        GET => phones::show, HEAD => phones::show, POST => phones::change);
    route!(config, "/tenants/{tenant}/phone/{id}/clear", "POST", POST => phones::clear);
    route!(config, "/tenants/{tenant}/factors", "GET, HEAD, POST",
        GET => factors::show, HEAD => factors::show, POST => factors::find);
    route!(config, "/tenants/{tenant}/factors/{factor}/remove", "POST", POST => factors::remove);
    route!(config, "/tenants/{tenant}/recipients", "GET, HEAD, POST",
        GET => recipients::show, HEAD => recipients::show, POST => recipients::find);
    route!(config, "/tenants/{tenant}/recipients/unlock", "POST", POST => recipients::unlock);
    route!(config, "/tenants/{tenant}/deliveries/{key}/resend", "POST", POST => resend::send);
    route!(config, "/tenants/{tenant}/keys", "GET, HEAD, POST",
        GET => keys::list, HEAD => keys::list, POST => keys::add);
    route!(config, "/tenants/{tenant}/keys/{key}/rotate", "POST", POST => keys::rotate);
    route!(config, "/tenants/{tenant}/keys/{key}/change", "POST", POST => keys::change);
    route!(config, "/tenants/{tenant}/keys/{key}/revoke", "POST", POST => keys::revoke);
    route!(config, "/tenants/{tenant}/hooks", "GET, HEAD", GET => hooks::list, HEAD => hooks::list);
    route!(config, "/tenants/{tenant}/hooks/{product}", "POST", POST => hooks::set);
    route!(config, "/tenants/{tenant}/hooks/{product}/delete", "POST", POST => hooks::delete);
    route!(config, "/tenants/{tenant}/accounts", "GET, HEAD, POST",
        GET => accounts::list, HEAD => accounts::list, POST => accounts::save);
    route!(config, "/tenants/{tenant}/accounts/{account}/delete", "POST", POST => accounts::delete);
    route!(config, "/tenants/{tenant}/accounts/{account}/up", "POST", POST => accounts::move_up);
    route!(config, "/tenants/{tenant}/accounts/{account}/test", "POST", POST => account_check::run);
    route!(config, "/tenants/{tenant}/providers", "GET, HEAD", GET => providers::list, HEAD => providers::list);
    route!(config, "/tenants/{tenant}/providers/new", "GET, HEAD, POST",
        GET => provider_editor::blank, HEAD => provider_editor::blank, POST => provider_editor::add);
    route!(config, "/tenants/{tenant}/providers/{route}", "GET, HEAD, POST",
        GET => provider_editor::show, HEAD => provider_editor::show, POST => provider_editor::save);
    route!(config, "/tenants/{tenant}/providers/{route}/up", "POST", POST => providers::move_up);
    route!(config, "/tenants/{tenant}/providers/{route}/delete", "POST", POST => providers::delete);
    route!(config, "/tenants/{tenant}/providers/{route}/test", "POST", POST => providers::test);
    route!(config, "/tenants/{tenant}/policy", "GET, HEAD, POST",
        GET => policy::show, HEAD => policy::show, POST => policy::change);
    route!(config, "/tenants/{tenant}/templates", "GET, HEAD",
        GET => templates::list, HEAD => templates::list);
    route!(config, "/tenants/{tenant}/templates/edit", "GET, HEAD, POST",
        GET => templates::edit, HEAD => templates::edit, POST => templates::save);
    route!(config, "/tenants/{tenant}/templates/delete", "POST", POST => templates::delete);
    route!(config, "/tenants/{tenant}/templates/send", "POST", POST => templates::send);
    route!(config, "/tenants/{tenant}/templates/preview/{part}", "POST", POST => preview::show);
}

/// The routes of webhooks, of what a tenant's pages look like, and of its sandbox.
fn app_routes(config: &mut ServiceConfig) {
    route!(config, "/tenants/{tenant}/appearance", "GET, HEAD, POST",
        GET => appearance::show, HEAD => appearance::show, POST => appearance::change);
    route!(config, "/tenants/{tenant}/appearance/logo", "POST", POST => appearance::set_logo);
    route!(config, "/tenants/{tenant}/appearance/logo/delete", "POST", POST => appearance::remove_logo);
    route!(config, "/tenants/{tenant}/sandbox", "GET, HEAD, POST",
        GET => test_keys::list, HEAD => test_keys::list, POST => test_keys::add);
    route!(config, "/tenants/{tenant}/sandbox/revoke", "POST", POST => test_keys::revoke);
    route!(config, "/tenants/{tenant}/webhooks", "GET, HEAD, POST",
        GET => webhooks::list, HEAD => webhooks::list, POST => webhooks::add);
    route!(config, "/tenants/{tenant}/webhooks/{webhook}", "GET, HEAD, POST",
        GET => webhooks::show, HEAD => webhooks::show, POST => webhooks::change);
    route!(config, "/tenants/{tenant}/webhooks/{webhook}/rotate", "POST", POST => webhooks::rotate);
    route!(config, "/tenants/{tenant}/webhooks/{webhook}/delete", "POST", POST => webhooks::delete);
    route!(config, "/tenants/{tenant}/webhooks/{webhook}/ping", "POST", POST => webhooks::ping);
    route!(config, "/tenants/{tenant}/webhooks/{webhook}/replay", "POST", POST => webhooks::replay);
}

/// The routes of reports, about everything and about one tenant.
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
    report!("/fired" => reports::limit_hits);
    report!("/servers" => reports::servers);
}
