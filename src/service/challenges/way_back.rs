//! How the visitor of a hosted page gets back to its app.

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::return_url::{Hosting, ReturnUrl};
use crate::domain::tenants::tenant::TenantSettings;
use crate::domain::web_origin::WebOrigin;

/// The one way back from a page, as it is being looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WayBack {
    /// To this address.
    Address(ReturnUrl),
    /// Not at all: a page of this origin has it in a frame, and is told.
    Frame(WebOrigin),
}

/// What becomes of a visitor who has done with a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Leaving {
    /// The visitor is sent to this address.
    To(String),
    /// The page around this one is told.
    Told {
        /// How the challenge ended.
        status: ChallengeStatus,
        /// The code for the result, if this visitor has earned one.
        result: Option<String>,
    },
}

impl WayBack {
    /// The way back from a page that says to be shown by `embedder`, if the tenant still allows one. What
    /// is said counts for nothing unless the tenant lists it, and whom nobody lists gets the page as it
    /// is without a frame.
    pub(super) fn of(
        hosting: &Hosting,
        settings: &TenantSettings,
        embedder: Option<&WebOrigin>,
    ) -> Option<Self> {
        let may_embed = |page: &&WebOrigin| hosting.embed && settings.allowed_origins.contains(page);
        if let Some(page) = embedder.filter(may_embed) {
            return Some(Self::Frame(page.clone()));
        }
        let url = hosting.return_url.as_ref().filter(|url| settings.return_urls.contains(url))?;
        Some(Self::Address(url.clone()))
    }

    /// With a result to be exchanged.
    pub(super) fn with_result(&self, result: String) -> Leaving {
        match self {
            Self::Address(url) => Leaving::To(url.with_result(&result)),
            Self::Frame(_) => Leaving::Told { status: ChallengeStatus::Verified, result: Some(result) },
        }
    }

    /// With how a challenge ended that nobody can answer any more.
    pub fn with_status(&self, status: ChallengeStatus) -> Leaving {
        match self {
            Self::Address(url) => Leaving::To(url.with_status(status.as_str())),
            Self::Frame(_) => Leaving::Told { status, result: None },
        }
    }
}
