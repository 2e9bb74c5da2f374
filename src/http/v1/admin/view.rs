//! Tenants and keys, as the operator sees them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::policy::GrantedLimits;
use crate::domain::tenants::credential::KeyInfo;
use crate::service::TenantOverview;

use super::super::tenant::key_shapes::KeyView;
use super::limits::LimitsSchema;

/// A tenant, as the operator sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = AdminTenant)]
pub(super) struct TenantView {
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
pub(super) struct TenantDetailView {
    #[serde(flatten)]
    tenant: TenantView,
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
pub(super) struct TenantsView {
    /// The tenants.
    #[schema(max_items = 500)]
    pub(super) data: Vec<TenantView>,
    /// The `cursor` of the next page; null when nothing follows.
    #[schema(required, max_length = 20)]
    pub(super) next: Option<String>,
}

/// A tenant that was registered.
#[derive(Serialize, ToSchema)]
#[schema(as = AdminRegistered)]
pub(super) struct RegisteredView {
    #[serde(flatten)]
    pub(super) tenant: TenantView,
    /// Its secret key, when it was made here. Shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^otpm_", max_length = 256)]
    pub(super) secret: Option<String>,
}

const SECRET: &str = "otpm_8Jx2kVnTq4WmRz7Yb1Lc9HdFgS3aPeUi";

impl TenantView {
    pub(super) fn of(tenant: &TenantOverview) -> Self {
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

impl TenantDetailView {
    pub(super) fn of(tenant: &TenantOverview, keys: &[KeyInfo]) -> Self {
        Self {
            tenant: TenantView::of(tenant),
            limits: tenant.limits.clone(),
            keys: keys.iter().map(KeyView::of).collect(),
        }
    }

    /// One for the description of the API.
    pub(super) fn example() -> Self {
        Self {
            tenant: TenantView::example(),
            limits: GrantedLimits::default(),
            keys: vec![KeyView::example()],
        }
    }
}

impl TenantsView {
    /// One for the description of the API.
    pub(super) fn example() -> Self {
        Self { data: vec![TenantView::example()], next: None }
    }
}

impl RegisteredView {
    /// One for the description of the API.
    pub(super) fn example() -> Self {
        Self { tenant: TenantView::example(), secret: Some(SECRET.to_owned()) }
    }
}
