//! Tenants: the registered apps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::return_url::ReturnUrl;
use crate::domain::handle::handle;
use crate::domain::id::TenantId;
use crate::domain::policy::granted::GrantedLimits;
use crate::domain::policy::settings::PolicySettings;
use crate::domain::secret::Sealed;
use crate::domain::tenants::brand::Brand;
use crate::domain::tenants::logo::LogoName;
use crate::domain::time::Timestamp;
use crate::domain::web_origin::WebOrigin;

handle!(
    /// A tenant's name towards the outside: `tnt_` and 16 letters and digits. Not a secret.
    TenantHandle, "tnt_"
);

/// Whether a tenant may mint and verify.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TenantStatus {
    /// In use.
    Active,
    /// Switched off by the operator: its keys open nothing.
    Disabled,
}

impl TenantStatus {
    /// The word used in output and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// The status of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|status| status.as_str() == word)
    }
}

/// A registered app with its own sender.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Its row.
    pub id: TenantId,
    /// Its name towards the outside.
    pub handle: TenantHandle,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// Whether it is in use.
    pub status: TenantStatus,
    /// When it was registered.
    pub created_at: Timestamp,
    /// The live tenant whose sandbox this is; `None` for a live tenant.
    pub sandbox_of: Option<TenantId>,
    /// What it has decided for itself.
    pub settings: TenantSettings,
    /// The limits that the operator has set for it alone; a sandbox has those of its tenant.
    pub limits: GrantedLimits,
    /// Grows with every change, so that what was derived from an older state is not used again.
    pub revision: i64,
    /// Its SMTP accounts, sealed to this tenant; `None` for a sandbox, which sends nothing.
    pub smtp: Option<Sealed>,
}

/// What a tenant decides for itself. Kept as JSON: what is not there is as the operator has it.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct TenantSettings {
    /// Its policy for all purposes.
    #[serde(skip_serializing_if = "PolicySettings::is_empty")]
    pub policy: PolicySettings,
    /// What is otherwise for single purposes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub purposes: BTreeMap<Purpose, PolicySettings>,
    /// The pages that may call on behalf of whoever has a shareable key, and show the hosted pages that
    /// are minted for that in a frame; at most [`MAX_ORIGINS`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_origins: Vec<WebOrigin>,
    /// Where hosted pages may send their visitors back to; at most [`MAX_RETURN_URLS`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub return_urls: Vec<ReturnUrl>,
    /// The colours of its pages.
    #[serde(skip_serializing_if = "Brand::is_empty")]
    pub brand: Brand,
    /// The logo of its pages, which the store keeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<LogoName>,
}

/// The most return URLs that a tenant may have.
pub const MAX_RETURN_URLS: usize = 20;

/// The most origins that a tenant may allow.
pub const MAX_ORIGINS: usize = 20;

/// The longest name that a tenant may have, in bytes.
pub const MAX_NAME: usize = 100;

/// A tenant's name: at most [`MAX_NAME`] bytes, no control characters (it appears in mail headers).
pub fn parse_name(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() <= MAX_NAME && !text.chars().any(char::is_control)).then(|| text.to_owned())
}
