//! The resources of the operator.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::domain::limits::limit::Limit;
use crate::domain::operator::Power;
use crate::domain::tenants::deletion::MAX_GRACE_DAYS;
use crate::service::{DeletionRefusal, KeyRefusal, OperatorRefusal, Refusal};

use crate::http::shared::bodies::fields::NO_RECIPIENT;
use crate::http::shared::bodies::secret_key::{AddKeyBody, WRONG_SCOPES};
use crate::http::shared::description::{examples, words};
use crate::http::v1::export;
use crate::http::v1::export::described::described;
use crate::http::v1::operator;
use crate::http::v1::page;
use crate::http::v1::parameters::{in_path, in_query_like};
use crate::http::v1::reports::{audit, statistics, statistics_query};
use crate::http::v1::resource::{ResourceGroup, resource};
use crate::http::v1::spec::{V1Spec, operating};
use crate::http::v1::tenant::erasure::{EraseBody, ErasedView};
use crate::http::v1::tenant::key_views::NewKeyView;
use crate::http::v1::tenant::recipients::{UnlockBody, UnlockedView};
use crate::http::v1::tenant::resources::erase_example;
use crate::http::v1::tenant::search::body::SearchBody;
use crate::http::v1::tenant::search::view::SearchView;

use super::nodes::AdminNodesView;
use super::tenants::{self, RegisterBody, TenantSwitchBody};
use super::token_views::{AdminTokensView, NewAdminTokenView};
use super::tokens::{self, TokenBody};
use super::view::{AdminRegisteredView, AdminTenantDetailView, AdminTenantsView};
use super::{deletion, keys, nodes, recipients, reports};

pub(crate) const GROUP: ResourceGroup = ResourceGroup {
    tag: "admin",
    about: "Operators manage tenants, with an operator token whose role allows it.",
    resources: &[
        resource!("/v1/admin/tenants", operator::identify, verify;
            GET tenants::list: "adminListTenants", "List tenants", "In order of registration, in pages.",
                page::paged::<AdminTenantsView>(operating(Power::Look));
            POST tenants::register: "adminRegisterTenant", "Register a tenant",
                "Registers a tenant with its SMTP account, also when registration is closed to others. Its secret \
                 key is shown only once.",
                operating(Power::Manage)
                    .takes::<RegisterBody>(registration(), WRONG_HOST)
                    .refuses([Refusal::UnusableSecretKey, Refusal::PortNotAllowed(22), Refusal::HostNotAllowed])
                    .created::<AdminRegisteredView>("The registered tenant.")
                    .located("tenant", "^/v1/admin/tenants/tnt_[2-9a-z]{16}$")
                    .repeatable_with_secret();
        ),
        resource!("/v1/admin/tenants/{tenant}", operator::identify, verify;
            GET tenants::get: "adminGetTenant", "Get a tenant", "The tenant and its live keys, without their secrets. \
                                                                 Of a deleted one there are its names.",
                of_one(Power::Look).ok::<AdminTenantDetailView>("The tenant.");
            PATCH tenants::change: "adminChangeTenant", "Disable or enable a tenant, or set its limits",
                "The keys and codes of a disabled tenant stop working within a second, and its messages wait. \
                 `limits` is a merge patch of limits that replace the general ones for the tenant and its sandbox.",
                of_one(Power::Manage)
                    .patches::<TenantSwitchBody>(
                        json!({ "status": "active", "limits": { "mint_per_tenant": "50/1s" } }),
                        ("/status", "must be one of active, disabled"),
                    )
                    .refuses([DeletionRefusal::ToBeDeleted.into()])
                    .ok::<AdminTenantDetailView>("The tenant.");
            DELETE deletion::delete: "adminDeleteTenant", "Delete a tenant",
                "Decides that a disabled tenant is deleted, with its sandbox and everything else that belongs to it. It \
                 begins at `delete_at`; until then the tenant can be restored. Repeated, it changes nothing unless \
                 `grace_days` says another time.",
                of_one(Power::Manage)
                    .parameters([grace()])
                    .refuses([DeletionRefusal::StillActive.into(), DeletionRefusal::Sandbox.into()])
                    .wrong_parameter((deletion::GRACE, "a number of days from 0 to 365"))
                    .answers(
                        StatusCode::ACCEPTED,
                        "The tenant is going to be deleted, or is being deleted.",
                        AdminTenantDetailView::doomed_example(),
                    );
        ),
        resource!("/v1/admin/tenants/{tenant}/restore", operator::identify, verify;
            POST deletion::restore: "adminRestoreTenant", "Take the deletion of a tenant back",
                "The tenant stays disabled. Not possible any more when the deletion has begun.",
                of_one(Power::Manage)
                    .refuses([DeletionRefusal::NotScheduled.into(), DeletionRefusal::Begun.into()])
                    .ok::<AdminTenantDetailView>("The tenant.");
        ),
        resource!("/v1/admin/tenants/{tenant}/keys", operator::identify, verify;
            POST keys::grant: "adminGrantKey", "Add a key to a tenant",
                "For a tenant that has lost its own key. The secret is shown only once; the other keys keep working.",
                of_one(Power::Manage)
                    .takes::<AddKeyBody>(
                        json!({ "name": "rescue", "scopes": ["mint", "verify", "manage"] }),
                        ("/scopes", WRONG_SCOPES),
                    )
                    .refuses([KeyRefusal::TooMany.into()])
                    .created::<NewKeyView>("The key, with its secret.")
                    .located("key", "^/v1/admin/tenants/tnt_[2-9a-z]{16}/keys/key_[2-9a-z]{16}$")
                    .repeatable_with_secret();
        ),
        resource!("/v1/admin/tenants/{tenant}/keys/{key}", operator::identify, verify;
            DELETE keys::revoke: "adminRevokeKey", "Revoke a key of a tenant",
                "The key ends at once, also if it is the last one with `manage`: disable the tenant instead to stop all \
                 of them.",
                of_one(Power::Manage)
                    .parameters([in_path("key", "The key's handle.", words::handle("key"), "key_4hq7k2m9x3c8v5bn")])
                    .refuses([Refusal::UnknownKey])
                    .no_content("The key is revoked.");
        ),
        resource!("/v1/admin/tenants/{tenant}/unlock", operator::identify, verify;
            POST keys::unlock: "adminUnlockRecipient", "Unlock a recipient of a tenant",
                "Forgets all wrong answers for this recipient, those of the last day and those in a row.",
                of_one(Power::Help)
                    .takes::<UnlockBody>(json!({ "to": "jane@example.com" }), ("/to", NO_RECIPIENT))
                    .ok::<UnlockedView>("The recipient may answer again.");
        ),
        resource!("/v1/admin/tenants/{tenant}/erase", operator::identify, verify;
            POST keys::erase: "adminEraseRecipient", "Erase what is stored of a person",
                "As the tenant does it itself: `POST /v1/tenant/recipients/erase`.",
                of_one(Power::Manage)
                    .takes::<EraseBody>(erase_example(), ("/to", NO_RECIPIENT))
                    .limited([Limit::BulkPerTenant])
                    .ok::<ErasedView>("What was erased.");
        ),
        resource!("/v1/admin/tenants/{tenant}/recipients/search", operator::identify, verify;
            POST recipients::search: "adminSearchRecipient", "Find what a tenant has sent to a recipient",
                "The challenges and relayed messages of one recipient of the tenant, newest first, with every message's \
                 outcome, and what the limits say of the recipient. The tenant's audit trail records each look.",
                of_one(Power::Help)
                    .takes::<SearchBody>(json!({ "to": "jane@example.com" }), ("/to", NO_RECIPIENT))
                    .ok::<SearchView>("What was sent to the recipient.");
        ),
        resource!("/v1/admin/tenants/{tenant}/export", operator::identify, verify;
            GET export::handlers::of_one: "adminExportTenant", "Export a tenant",
                "As the tenant does it itself, also if it is disabled: `GET /v1/tenant/export`.",
                described(of_one(Power::Manage));
        ),
        resource!("/v1/admin/stats", operator::identify, verify;
            GET reports::stats: "adminGetStatistics", "Get statistics",
                "Counts challenges of all tenants or of one by their outcome, sandboxes included; `group_by` may \
                 also name `tenant`.",
                statistics::described(reporting().parameters(statistics_query::parameters()));
        ),
        resource!("/v1/admin/audit", operator::identify, verify;
            GET reports::trail: "adminListAudit", "Read the audit trail",
                "The trail of all tenants or of one, newest first, in pages. With `Accept: text/csv` the answer is \
                 CSV.",
                audit::described(reporting().parameters(audit::parameters()));
        ),
        resource!("/v1/admin/nodes", operator::identify, verify;
            GET nodes::list: "adminListNodes", "List the servers that share the store",
                "Each with its lease, its clock and its duties; commands that run beside them too.",
                operating(Power::Look).ok::<AdminNodesView>("The nodes.");
        ),
        resource!("/v1/admin/tokens", operator::identify, verify;
            GET tokens::list: "adminListTokens", "List the operator tokens",
                "In the order of their names, without the tokens themselves.",
                operating(Power::Manage).ok::<AdminTokensView>("The tokens.");
            POST tokens::create: "adminAddToken", "Make an operator token",
                "With a name, which the audit trail shows for what is done with it, and a role. It is shown only once.",
                operating(Power::Manage)
                    .takes::<TokenBody>(json!({ "name": "support-desk", "role": "support" }), tokens::WRONG_NAME)
                    .refuses([OperatorRefusal::TokenExists.into(), OperatorRefusal::TooManyTokens.into()])
                    .created::<NewAdminTokenView>("The token, this once with itself.")
                    .located("token", "^/v1/admin/tokens/[a-z0-9._-]{1,32}$")
                    .repeatable_with_secret();
        ),
        resource!("/v1/admin/tokens/{name}", operator::identify, verify;
            DELETE tokens::revoke: "adminRevokeToken", "Revoke an operator token",
                "It ends at once, on all nodes. The token `default` is replaced where it comes from.",
                operating(Power::Manage)
                    .parameters([in_path("name", "The token's name.", token_name(), "support-desk")])
                    .refuses([OperatorRefusal::UnknownToken.into(), OperatorRefusal::TokenOfSettings.into()])
                    .no_content("The token is revoked.");
        ),
    ],
};

const WRONG_HOST: (&str, &str) = ("/smtp/host", "a host name such as smtp.example.com, or an IP address");

fn token_name() -> Value {
    json!({ "type": "string", "pattern": "^[a-z0-9._-]+$", "maxLength": 32 })
}

/// An operation on one tenant.
fn of_one(power: Power) -> V1Spec {
    let tenant = in_path("tenant", "The tenant's handle.", words::handle("tnt"), examples::TENANT);
    operating(power).parameters([tenant]).refuses([Refusal::UnknownTenant])
}

fn grace() -> Value {
    let schema = json!({ "type": "integer", "format": "int32", "minimum": 0, "maximum": MAX_GRACE_DAYS });
    let about =
        "For how many days it can be restored, instead of `tenants.delete_after_days`; 0 begins at once.";
    in_query_like(deletion::GRACE, about, schema, 7)
}

/// A report on all tenants or on one.
fn reporting() -> V1Spec {
    let tenant =
        in_query_like("tenant", "Only those of this tenant.", words::handle("tnt"), examples::TENANT);
    operating(Power::Look).parameters([tenant]).refuses([Refusal::UnknownTenant])
}

fn registration() -> Value {
    json!({ "name": "Acme", "smtp": {
        "host": "smtp.example.com", "port": 587, "username": "app@example.com",
        "password": "the password", "from": "app@example.com",
    } })
}
