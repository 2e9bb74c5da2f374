//! Ways back from a hosted page to the app.

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::return_url::{Hosting, ReturnUrl};
use crate::domain::tenants::tenant::TenantSettings;
use crate::domain::web_origin::WebOrigin;

/// The way back from a page, in the context in which it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WayBack {
    /// To this URL.
    Address(ReturnUrl),
    /// None: a page of this origin shows the page in a frame and is notified.
    Frame(WebOrigin),
    /// None: the app asks the server by itself, and the visitor closes the page.
    Nowhere,
}

/// The next step for a visitor who has finished with a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Leaving {
    /// The visitor is sent to this URL.
    To(String),
    /// The page around this one is notified.
    Notify {
        /// The final status of the challenge.
        status: ChallengeStatus,
        /// The result code, if the visitor gave the right answer.
        result: Option<String>,
    },
    /// The visitor stays, and the page says how the challenge has ended.
    Stay,
}

impl WayBack {
    /// Returns the way back from a page that claims to be shown by `embedder`, if the tenant still
    /// allows one. The claim has no effect unless the tenant lists that origin; otherwise the page
    /// is treated as one without a frame.
    pub(super) fn of(
        hosting: &Hosting,
        settings: &TenantSettings,
        embedder: Option<&WebOrigin>,
    ) -> Option<Self> {
        let may_embed = |page: &&WebOrigin| hosting.embed && settings.allowed_origins.contains(page);
        if let Some(page) = embedder.filter(may_embed) {
            return Some(Self::Frame(page.clone()));
        }
        if hosting.return_url.is_none() && !hosting.embed {
            return Some(Self::Nowhere);
        }
        let url = hosting.return_url.as_ref().filter(|url| settings.return_urls.contains(url))?;
        Some(Self::Address(url.clone()))
    }

    /// Adds a result code.
    pub(super) fn with_result(&self, result: String) -> Leaving {
        match self {
            Self::Address(url) => Leaving::To(url.with_result(&result)),
            Self::Frame(_) => Leaving::Notify { status: ChallengeStatus::Verified, result: Some(result) },
            Self::Nowhere => Leaving::Stay,
        }
    }

    /// Adds the final status of a challenge that can no longer be answered.
    pub fn with_status(&self, status: ChallengeStatus) -> Leaving {
        match self {
            Self::Address(url) => Leaving::To(url.with_status(status.as_str())),
            Self::Frame(_) => Leaving::Notify { status, result: None },
            Self::Nowhere => Leaving::Stay,
        }
    }
}
