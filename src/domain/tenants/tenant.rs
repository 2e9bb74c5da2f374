//! Tenants: the registered apps.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::return_url::ReturnUrl;
use crate::domain::handle::handle;
use crate::domain::id::TenantId;
use crate::domain::locale::Locale;
use crate::domain::phone::fraud::rules::Budget;
use crate::domain::phone::settings::PhoneSettings;
use crate::domain::policy::granted::GrantedLimits;
use crate::domain::policy::settings::PolicySettings;
use crate::domain::secret::Sealed;
use crate::domain::sid::Sid;
use crate::domain::spray::rules::SpraySettings;
use crate::domain::spray::suspicion::Suspicion;
use crate::domain::tenants::brand::Brand;
use crate::domain::tenants::logo::LogoName;
use crate::domain::tenants::page_mask::PageMask;
use crate::domain::tenants::service::ServiceSettings;
use crate::domain::time::Timestamp;
use crate::domain::web_origin::WebOrigin;

handle!(
    /// The public name of a tenant: `tnt_` and 16 letters and digits. Not a secret.
    TenantHandle, "tnt_"
);

/// The status of a tenant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TenantStatus {
    /// In use.
    Active,
    /// Disabled by the operator: its keys are refused.
    Disabled,
}

impl TenantStatus {
    /// Returns the word used in output and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// Returns the status that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|status| status.as_str() == word)
    }
}

/// A registered app with its own sender.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// The row.
    pub id: TenantId,
    /// The public name.
    pub handle: TenantHandle,
    /// The owner's name for it; may be empty.
    pub name: String,
    /// Whether it is in use.
    pub status: TenantStatus,
    /// When it was registered.
    pub created_at: Timestamp,
    /// The live tenant whose sandbox this is; `None` for a live tenant.
    pub sandbox_of: Option<TenantId>,
    /// The tenant's own settings.
    pub settings: TenantSettings,
    /// The limits that the operator has set for this tenant alone. A sandbox has those of its tenant.
    pub limits: GrantedLimits,
    /// What is suspected of those who answer its codes. A sandbox is never suspected.
    pub suspicion: Option<Suspicion>,
    /// A number that grows with every change, so that values derived from an older state are not
    /// used again.
    pub revision: i64,
    /// The routes, sealed for this tenant; `None` for a sandbox, which sends nothing.
    pub routes: Option<Sealed>,
}

/// The settings of a tenant, stored as JSON. The operator's values apply where nothing is set.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct TenantSettings {
    /// The policy for all purposes.
    #[serde(skip_serializing_if = "PolicySettings::is_empty")]
    pub policy: PolicySettings,
    /// Deviations for single purposes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub purposes: BTreeMap<Purpose, PolicySettings>,
    /// Purposes that the tenant uses as services.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub services: BTreeMap<Purpose, ServiceSettings>,
    /// The language of messages and pages where none was named and nothing is known of the reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// Which phone numbers are understood, and where codes may be sent.
    #[serde(skip_serializing_if = "PhoneSettings::is_empty")]
    pub phone: PhoneSettings,
    /// How much it wants to mint at most.
    #[serde(skip_serializing_if = "MintSettings::is_empty")]
    pub mints: MintSettings,
    /// When its codes are guessed at, and what is done then.
    #[serde(skip_serializing_if = "SpraySettings::is_empty")]
    pub spray: SpraySettings,
    /// The phone numbers that the tenant vouches for, by sids that only the server can compute; at most
    /// [`MAX_SAFE_NUMBERS`].
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub safe_numbers: BTreeSet<Sid>,
    /// The web origins whose pages may call on behalf of the holder of a shareable key, and may
    /// show hosted pages that were minted for embedding in a frame; at most [`MAX_ORIGINS`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_origins: Vec<WebOrigin>,
    /// The URLs to which hosted pages may send their visitors; at most [`MAX_RETURN_URLS`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub return_urls: Vec<ReturnUrl>,
    /// The colours of its hosted pages.
    #[serde(skip_serializing_if = "Brand::is_empty")]
    pub brand: Brand,
    /// The logo of its hosted pages, which is in the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<LogoName>,
    /// How much of an address its hosted pages show.
    #[serde(skip_serializing_if = "PageMask::is_default")]
    pub page_mask: PageMask,
}

/// What people know a tenant by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TenantLabel {
    /// The public name.
    pub handle: TenantHandle,
    /// The owner's name for it; may be empty.
    pub name: String,
}

/// A tenant's own cap on its mints, within the operator's.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct MintSettings {
    /// Within an hour.
    pub per_hour: Option<u32>,
    /// Within 24 hours.
    pub per_day: Option<u32>,
}

impl MintSettings {
    /// Returns whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns what may be minted.
    pub fn budget(self) -> Budget {
        Budget { hour: self.per_hour, day: self.per_day }
    }
}

/// The maximum number of phone numbers that a tenant vouches for.
pub const MAX_SAFE_NUMBERS: usize = 200;

/// The maximum number of return URLs of a tenant.
pub const MAX_RETURN_URLS: usize = 20;

/// The maximum number of origins that a tenant may allow.
pub const MAX_ORIGINS: usize = 20;

/// The maximum length of a tenant's name, in bytes.
pub const MAX_NAME: usize = 100;

/// Parses a tenant's name: at most [`MAX_NAME`] bytes, and no control characters because it appears
/// in mail headers.
pub fn parse_name(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() <= MAX_NAME && !text.chars().any(char::is_control)).then(|| text.to_owned())
}
