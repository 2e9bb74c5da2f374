//! The resources of the tenant.

use serde_json::json;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::limits::limit::Limit;
use crate::domain::phone::country::Country;
use crate::domain::tenants::invalid_route::InvalidRoute;
use crate::service::{KeyRefusal, Refusal, Unreachable};

use crate::http::shared::bodies::fields::NO_RECIPIENT;
use crate::http::shared::bodies::secret_key::{AddKeyBody, ChangeKeyBody, WRONG_SCOPES};
use crate::http::shared::description::words;
use crate::http::shared::problems::table::tenants::{ACCOUNT_NOT_FOUND, BLOCK_NOT_FOUND, LOGO_NOT_FOUND};
use crate::http::v1::bearer;
use crate::http::v1::export;
use crate::http::v1::export::described::described;
use crate::http::v1::parameters::in_path;
use crate::http::v1::reports::{audit, statistics, statistics_query};
use crate::http::v1::resource::{ResourceGroup, resource};
use crate::http::v1::spec::{V1Spec, managing, probing, supporting};

use super::erasure::{self, EraseBody, ErasedView};
use super::key_views::{KeyView, KeysView, NewKeyView, RotateKeyBody};
use super::phone::blocks::{self, BlocksView};
use super::recipients::{self, UnlockBody, UnlockedView};
use super::routes::body::{RouteBody, RouteTestBody};
use super::routes::view::{RouteView, RoutesView};
use super::search::body::SearchBody;
use super::search::view::SearchView;
use super::smtp::body::{AccountTestBody, AccountsBody};
use super::smtp::view::{AccountCheckView, AccountsView};
use super::view::{TenantPatchSchema, TenantView, patch_example};
use super::{keys, logo, phone, profile, reports, routes, search, smtp};

pub(crate) const GROUP: ResourceGroup = ResourceGroup {
    tag: "tenant",
    about: "The tenant manages itself, with a key that has `manage`.",
    resources: &[
        resource!("/v1/tenant", bearer::identify, verify;
            GET profile::get: "getTenant", "Get the tenant",
                "The name and settings of the tenant, and the policies in force.",
                managing().ok::<TenantView>("The tenant.");
            PATCH profile::patch: "changeTenant", "Change the tenant",
                "A merge patch (RFC 7396): an absent field stays, and null removes a value. The whole patch is \
                 refused if the codes of any purpose became too easy to guess.",
                managing()
                    .patches::<TenantPatchSchema>(patch_example(), WRONG_TTL)
                    .ok::<TenantView>(CHANGED);
        ),
        resource!("/v1/tenant/logo", bearer::identify, verify;
            PUT logo::put: "setLogo", "Set the logo of the hosted pages",
                "The body is the picture: PNG or WebP, at most 16 KiB, with sides of at most 1024 pixels.",
                managing()
                    .takes_picture(&["image/png", "image/webp"])
                    .wrong_field(("", "a logo is a PNG or WebP picture"))
                    .ok::<TenantView>(CHANGED);
            DELETE logo::delete: "removeLogo", "Remove the logo", "The pages show the name alone.",
                managing().problems([&LOGO_NOT_FOUND]).no_content("The logo is removed.");
        ),
        resource!("/v1/tenant/keys", bearer::identify, verify;
            GET keys::list: "listSecretKeys", "List the secret keys", "Lists the live keys, without their secrets.",
                managing().ok::<KeysView>("The live secret keys.");
            POST keys::add: "addSecretKey", "Make a secret key",
                "Make a key for each part of an app, with only the scopes that it needs. Only this answer has its \
                 secret.",
                managing()
                    .takes::<AddKeyBody>(json!({ "name": "backend", "scopes": ["mint", "verify"] }), NO_SCOPES)
                    .refuses([KeyRefusal::TooMany.into()])
                    .created::<NewKeyView>("The secret key, with its secret.")
                    .located("key", KEY_PATH)
                    .tagged()
                    .repeatable_with_secret();
        ),
        resource!("/v1/tenant/keys/{key}/rotate", bearer::identify, verify;
            POST keys::rotate: "rotateSecretKey", "Replace a secret key",
                "The new key has the same name and scopes. The replaced key keeps working for the overlap; a key \
                 that it had replaced itself ends at once.",
                of_a_key()
                    .takes::<RotateKeyBody>(json!({ "overlap_seconds": 86400 }), WRONG_OVERLAP)
                    .created::<NewKeyView>("The secret key that replaces it, with its secret.")
                    .located("key", KEY_PATH)
                    .tagged()
                    .conditional()
                    .repeatable_with_secret();
        ),
        resource!("/v1/tenant/keys/{key}", bearer::identify, verify;
            GET keys::get: "getSecretKey", "Get a secret key", "The live key, without its secret.",
                of_a_key().ok::<KeyView>("The key.");
            PATCH keys::change: "changeSecretKey", "Change a secret key",
                "A merge patch (RFC 7396): when the key ends, and from where it may be used. A replaced key cannot be \
                 changed, and a caller cannot exclude its own address from its own key.",
                of_a_key()
                    .patches::<ChangeKeyBody>(json!({ "allowed_networks": ["203.0.113.0/24"] }), WRONG_NETWORK)
                    .ok::<KeyView>("The changed key.");
            DELETE keys::revoke: "revokeSecretKey", "Revoke a secret key",
                "The key ends at once. The last key with `manage` cannot be revoked, unless it was replaced.",
                of_a_key()
                    .refuses([KeyRefusal::LastManager.into()])
                    .no_content("The key is revoked.");
        ),
        resource!("/v1/tenant/routes", bearer::identify, verify;
            GET routes::handlers::list: "listRoutes", "List the routes",
                "The routes in the order in which they are tried, without their secrets.",
                managing().ok::<RoutesView>("The routes.");
            POST routes::handlers::add: "addRoute", "Add a route",
                "The route is used from the next message on, also by messages that wait for another try.",
                changing(managing().created::<RouteView>(ROUTE).located("route", "^/v1/tenant/routes/[2-9a-z_]{20,37}$").tagged())
                    .takes::<RouteBody>(route(), ("/port", NO_PORT))
                    .refuses([Refusal::TooManyRoutes])
                    .conditional()
                    .repeatable();
        ),
        resource!("/v1/tenant/routes/{id}", bearer::identify, verify;
            GET routes::handlers::get: "getRoute", "Get a route", "The route, without its secrets.",
                of_a_route(managing()).ok::<RouteView>(ROUTE);
            PUT routes::handlers::replace: "replaceRoute", "Replace a route",
                "Replaces everything but the `id` and the `transport`. The password or secret may be omitted as long as \
                 the place that it is sent to, and the account, stay the same.",
                changing(of_a_route(managing()).ok::<RouteView>(ROUTE))
                    .takes::<RouteBody>(route(), ("/password", &password_again()));
            DELETE routes::handlers::delete: "deleteRoute", "Delete a route",
                "Messages that wait use the remaining routes.",
                changing(of_a_route(managing()).no_content("The route is deleted."));
        ),
        resource!("/v1/tenant/routes/{id}/test", bearer::identify, verify;
            POST routes::handlers::test: "probeRoute", "Test a route",
                "Goes through the steps of sending, and with `to` also sends a test message, within ten seconds. A \
                 step that fails says what to change.",
                of_a_route(probing())
                    .takes::<RouteTestBody>(json!({ "to": "me@example.com" }), ("/to", NO_RECIPIENT))
                    .refuses([Refusal::TestUnderWay, Refusal::LiveOnly])
                    .refuses([Unreachable::Line(ChannelKind::Sms), Unreachable::Country(Country::WORLD)].map(Refusal::Unreachable))
                    .limited([Limit::SendsPerRecipient])
                    .ok::<AccountCheckView>("The result of each step.");
        ),
        resource!("/v1/tenant/smtp", bearer::identify, verify;
            GET smtp::handlers::get: "getSmtpAccounts", "Get the mail accounts",
                "The accounts in the order in which they are used, without their passwords.",
                managing().ok::<AccountsView>("The accounts.");
            PUT smtp::handlers::replace: "replaceSmtpAccounts", "Replace the mail accounts",
                "Replaces the whole list; the order is the order of use. A message goes to the next account if the \
                 one before certainly did not deliver it.",
                changing(managing().ok::<AccountsView>("The accounts."))
                    .takes::<AccountsBody>(accounts(), ("/accounts/0/password", &password_again()));
        ),
        resource!("/v1/tenant/smtp/test", bearer::identify, verify;
            POST smtp::handlers::test: "probeSmtpAccount", "Test a mail account",
                "Resolves the host, connects and logs in, and with `to` also sends a test mail, within ten seconds. \
                 A step that fails says what to change.",
                probing()
                    .takes::<AccountTestBody>(json!({ "to": "me@example.com" }), ("/account/host", &no_host()))
                    .refuses([Refusal::NoRoute(ChannelKind::Email)])
                    .problems([&ACCOUNT_NOT_FOUND])
                    .refuses([Refusal::TestUnderWay, Refusal::LiveOnly])
                    .limited([Limit::SendsPerRecipient])
                    .ok::<AccountCheckView>("The result of each step.");
        ),
        resource!("/v1/tenant/stats", bearer::identify, verify;
            GET reports::stats: "getStatistics", "Get statistics",
                "Counts challenges by their outcome. A challenge counts on the day (UTC) on which it was minted, \
                 whenever it ends. With `Accept: text/csv` the answer is CSV.",
                statistics::described(managing().parameters(statistics_query::parameters()));
        ),
        resource!("/v1/tenant/audit", bearer::identify, verify;
            GET reports::trail: "listAudit", "Read the audit trail",
                "Newest first, in pages: `next` of a page is the `cursor` of the following one. With `Accept: \
                 text/csv` the answer is CSV.",
                audit::described(managing().parameters(audit::parameters()));
        ),
        resource!("/v1/tenant/export", bearer::identify, verify;
            GET export::handlers::own: "exportTenant", "Export the tenant",
                "All that the tenant owns, without secrets, as a file of lines. The sandbox is a tenant of its own.",
                described(managing());
        ),
        resource!("/v1/tenant/phone/blocks", bearer::identify, verify;
            GET phone::blocks::list: "listPhoneBlocks", "List what the rules against toll fraud refuse",
                "The ranges of numbers, countries and end users to which a rule refuses messages at present, or \
                 would if it did not only record.",
                managing().ok::<BlocksView>("What is blocked.");
        ),
        resource!("/v1/tenant/phone/blocks/{id}", bearer::identify, verify;
            DELETE phone::blocks::clear: "clearPhoneBlock", "Clear a block",
                "Forgets what was counted for a range, a country or an end user, so that messages pass again.",
                managing()
                    .parameters([in_path("id", "The block's `id`.", block_id(), blocks::AN_ID)])
                    .problems([&BLOCK_NOT_FOUND])
                    .no_content("The block is cleared.");
        ),
        resource!("/v1/tenant/challenges/search", bearer::identify, verify;
            POST search::search: "searchChallenges", "Find what was sent to a recipient",
                "The challenges and relayed messages of one recipient, newest first, with every message's outcome, also \
                 those that are deleted as challenges and kept as deliveries; and what the limits say of the recipient. \
                 The audit trail records each look.",
                supporting()
                    .takes::<SearchBody>(json!({ "to": "jane@example.com" }), ("/to", NO_RECIPIENT))
                    .ok::<SearchView>("What was sent to the recipient.");
        ),
        resource!("/v1/tenant/recipients/unlock", bearer::identify, verify;
            POST recipients::unlock: "unlockRecipient", "Unlock a recipient",
                "Forgets all wrong answers for this recipient, those of the last day and those in a row.",
                supporting()
                    .takes::<UnlockBody>(json!({ "to": "jane@example.com" }), ("/to", NO_RECIPIENT))
                    .ok::<UnlockedView>("The recipient may answer again.");
        ),
        resource!("/v1/tenant/recipients/erase", bearer::identify, verify;
            POST erasure::erase: "eraseRecipient", "Erase what is stored of a person",
                "Cancels what is pending, and deletes what can be found to be the person's, also in the sandbox. Counts of \
                 messages and wrong answers stay until their windows end.",
                managing()
                    .takes::<EraseBody>(erase_example(), ("/to", NO_RECIPIENT))
                    .limited([Limit::BulkPerTenant])
                    .ok::<ErasedView>("What was erased.");
        ),
    ],
};

const KEY_PATH: &str = "^/v1/tenant/keys/key_[2-9a-z]{16}$";
const ROUTE: &str = "The route.";
const NO_PORT: &str = "is missing";
const CHANGED: &str = "The changed tenant.";
const WRONG_TTL: (&str, &str) = ("/policy/ttl", "ttl must be from 60 to 900 seconds");
const NO_SCOPES: (&str, &str) = ("/scopes", WRONG_SCOPES);
const WRONG_NETWORK: (&str, &str) = ("/allowed_networks/0", "the network of this address is 203.0.113.0/24");
const WRONG_OVERLAP: (&str, &str) = ("/overlap_seconds", "from 0 to 2592000 seconds");

/// A body that erases a person.
pub(crate) fn erase_example() -> serde_json::Value {
    json!({ "to": "jane@example.com", "identity": "user-17" })
}

fn of_a_key() -> V1Spec {
    let key = in_path("key", "The key's handle.", words::handle("key"), "key_4hq7k2m9x3c8v5bn");
    managing().parameters([key]).refuses([Refusal::UnknownKey])
}

fn block_id() -> serde_json::Value {
    json!({ "type": "string", "pattern": blocks::ID, "maxLength": 80 })
}

fn of_a_route(spec: V1Spec) -> V1Spec {
    let route = in_path("id", "The route's `id`.", words::route_id(), "smtp_4hq7k2m9x3c8v5bn");
    spec.parameters([route]).refuses([Refusal::UnknownRoute])
}

/// A change of the list of routes.
fn changing(spec: V1Spec) -> V1Spec {
    spec.refuses([Refusal::TenantChanged, Refusal::LiveOnly])
}

fn route() -> serde_json::Value {
    json!({
        "transport": "smtp", "host": "smtp.example.com", "port": 587, "username": "app@example.com",
        "password": "s3cr3t", "from": "app@example.com",
    })
}

fn accounts() -> serde_json::Value {
    json!({ "accounts": [{
        "host": "smtp.example.com", "port": 587, "username": "app@example.com", "password": "s3cr3t",
        "from": "app@example.com",
    }] })
}

fn password_again() -> String {
    InvalidRoute::PASSWORD_AGAIN.to_string()
}

fn no_host() -> String {
    InvalidRoute::HOST.to_string()
}
