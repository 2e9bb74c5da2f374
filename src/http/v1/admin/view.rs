//! Tenants and keys, as the operator sees them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::policy::GrantedLimits;
use crate::domain::tenants::credential::KeyInfo;
use crate::domain::tenants::deletion::{Deletion, DeletionStage};
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::service::TenantOverview;

use crate::http::shared::description::examples;
use crate::http::shared::description::operation::Example;
use crate::http::v1::page;
use crate::http::v1::tenant::key_views::KeyView;
use crate::http::v1::tenant::spray_view::SprayView;

use super::limits::LimitsSchema;

/// A tenant, as the operator sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = AdminTenant)]
pub(crate) struct AdminTenantView {
    /// The handle of the tenant.
    tenant: TenantHandle,
    /// The name of the app in mails.
    #[schema(max_length = 100)]
    name: String,
    /// `active` or `disabled`; `deleting` while its data goes, `deleted` when there is nothing left but its names.
    #[schema(pattern = "^(active|disabled|deleting|deleted)$", max_length = 8)]
    status: &'static str,
    /// The live tenant to which this sandbox belongs; null for a live tenant.
    #[schema(required)]
    sandbox_of: Option<TenantHandle>,
    /// When the tenant was registered.
    created_at: Timestamp,
    /// When its deletion begins, or has begun; null if it is not to be deleted.
    #[schema(required)]
    delete_at: Option<Timestamp>,
    /// When the last of it went; null before.
    #[schema(required)]
    deleted_at: Option<Timestamp>,
}

/// A tenant and its live keys.
#[derive(Serialize, ToSchema)]
#[schema(as = AdminTenantDetail)]
pub(crate) struct AdminTenantDetailView {
    #[serde(flatten)]
    tenant: AdminTenantView,
    /// The tenant's own limits, which replace the general ones.
    #[schema(value_type = LimitsSchema)]
    limits: GrantedLimits,
    spray: SprayView,
    /// The live keys; those that were not replaced come first.
    #[schema(max_items = 1000)]
    keys: Vec<KeyView>,
}

/// A page of tenants, in order of registration.
#[derive(Serialize, ToSchema)]
#[schema(as = AdminTenants)]
pub(crate) struct AdminTenantsView {
    /// The tenants.
    #[schema(max_items = 500)]
    pub(crate) data: Vec<AdminTenantView>,
    #[schema(required, schema_with = page::next)]
    pub(crate) next: Option<String>,
}

/// The registered tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = AdminRegistered)]
pub(crate) struct AdminRegisteredView {
    #[serde(flatten)]
    pub(crate) tenant: AdminTenantView,
    /// The secret key, if the server has generated it. It is shown only once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^otpm_", max_length = 256)]
    pub(crate) secret: Option<String>,
}

const SECRET: &str = "otpm_8Jx2kVnTq4WmRz7Yb1Lc9HdFgS3aPeUi";

impl AdminTenantView {
    pub(crate) fn of(tenant: &TenantOverview) -> Self {
        Self {
            tenant: tenant.handle.clone(),
            name: tenant.name.clone(),
            status: status(tenant),
            delete_at: tenant.deletion.as_ref().map(|deletion| deletion.due_at),
            deleted_at: tenant.deletion.as_ref().and_then(|deletion| deletion.deleted_at),
            sandbox_of: tenant.sandbox_of.clone(),
            created_at: tenant.created_at,
        }
    }
}

/// The word for how a tenant stands.
fn status(tenant: &TenantOverview) -> &'static str {
    match tenant.deletion.as_ref().map(Deletion::stage) {
        None | Some(DeletionStage::Scheduled) => tenant.status.as_str(),
        Some(DeletionStage::UnderWay) => "deleting",
        Some(DeletionStage::Done) => "deleted",
    }
}

impl Example for AdminTenantView {
    fn example() -> Self {
        Self {
            tenant: examples::tenant(),
            name: "Acme".to_owned(),
            status: "active",
            delete_at: None,
            deleted_at: None,
            sandbox_of: None,
            created_at: examples::at("08:30:00"),
        }
    }
}

impl AdminTenantDetailView {
    /// A disabled tenant that is to be deleted.
    pub(crate) fn doomed_example() -> Self {
        let mut example = Self::example();
        (example.tenant.status, example.tenant.delete_at) = ("disabled", Some(examples::at("08:30:00")));
        example
    }

    pub(crate) fn of(tenant: &TenantOverview, keys: &[KeyInfo]) -> Self {
        Self {
            tenant: AdminTenantView::of(tenant),
            limits: tenant.limits.clone(),
            spray: SprayView::of(&tenant.spray, tenant.suspicion.as_ref()),
            keys: keys.iter().map(KeyView::of).collect(),
        }
    }
}

impl Example for AdminTenantDetailView {
    fn example() -> Self {
        Self {
            tenant: AdminTenantView::example(),
            limits: GrantedLimits::default(),
            spray: SprayView::calm(),
            keys: vec![KeyView::example()],
        }
    }
}

impl Example for AdminTenantsView {
    fn example() -> Self {
        Self { data: vec![AdminTenantView::example()], next: page::NO_MORE }
    }
}

impl Example for AdminRegisteredView {
    fn example() -> Self {
        Self { tenant: AdminTenantView::example(), secret: Some(SECRET.to_owned()) }
    }
}
