//! Tenants and keys, as the operator sees them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::policy::GrantedLimits;
use crate::domain::tenants::credential::KeyInfo;
use crate::service::TenantOverview;

use crate::http::v1::tenant::key_views::KeyView;

use super::limits::LimitsSchema;

/// A tenant, as the operator sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = AdminTenant)]
pub(crate) struct AdminTenantView {
    /// Its handle.
    #[schema(pattern = "^tnt_[2-9a-z]{16}$", max_length = 20)]
    tenant: String,
    /// What it calls itself.
    #[schema(max_length = 100)]
    name: String,
    /// `active` or `disabled`.
    #[schema(pattern = "^(active|disabled)$", max_length = 8)]
    status: &'static str,
    /// The live tenant whose sandbox it is; null for a live one.
    #[schema(required, pattern = "^tnt_[2-9a-z]{16}$", max_length = 20)]
    sandbox_of: Option<String>,
    /// When it was registered.
    #[schema(format = "date-time", max_length = 32)]
    created_at: String,
}

/// A tenant and its live keys.
#[derive(Serialize, ToSchema)]
#[schema(as = AdminTenantDetail)]
pub(crate) struct AdminTenantDetailView {
    #[serde(flatten)]
    tenant: AdminTenantView,
    /// The limits that it has in the place of the general ones.
    #[schema(value_type = LimitsSchema)]
    limits: GrantedLimits,
    /// Its live keys, the current ones first.
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
    /// The `cursor` of the next page; null when nothing follows.
    #[schema(required, max_length = 20)]
    pub(crate) next: Option<String>,
}

/// A tenant that was registered.
#[derive(Serialize, ToSchema)]
#[schema(as = AdminRegistered)]
pub(crate) struct AdminRegisteredView {
    #[serde(flatten)]
    pub(crate) tenant: AdminTenantView,
    /// Its secret key, when it was made here. Shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^otpm_", max_length = 256)]
    pub(crate) secret: Option<String>,
}

const SECRET: &str = "otpm_8Jx2kVnTq4WmRz7Yb1Lc9HdFgS3aPeUi";

impl AdminTenantView {
    pub(crate) fn of(tenant: &TenantOverview) -> Self {
        Self {
            tenant: tenant.handle.to_string(),
            name: tenant.name.clone(),
            status: tenant.status.as_str(),
            sandbox_of: tenant.sandbox_of.as_ref().map(ToString::to_string),
            created_at: tenant.created_at.to_string(),
        }
    }

    fn example() -> Self {
        Self {
            tenant: "tnt_4hq7k2m9x3c8v5bn".to_owned(),
            name: "Acme".to_owned(),
            status: "active",
            sandbox_of: None,
            created_at: "2026-11-21T08:30:00Z".to_owned(),
        }
    }
}

impl AdminTenantDetailView {
    pub(crate) fn of(tenant: &TenantOverview, keys: &[KeyInfo]) -> Self {
        Self {
            tenant: AdminTenantView::of(tenant),
            limits: tenant.limits.clone(),
            keys: keys.iter().map(KeyView::of).collect(),
        }
    }

    /// One for the description of the API.
    pub(crate) fn example() -> Self {
        Self {
            tenant: AdminTenantView::example(),
            limits: GrantedLimits::default(),
            keys: vec![KeyView::example()],
        }
    }
}

impl AdminTenantsView {
    /// One for the description of the API.
    pub(crate) fn example() -> Self {
        Self { data: vec![AdminTenantView::example()], next: None }
    }
}

impl AdminRegisteredView {
    /// One for the description of the API.
    pub(crate) fn example() -> Self {
        Self { tenant: AdminTenantView::example(), secret: Some(SECRET.to_owned()) }
    }
}
