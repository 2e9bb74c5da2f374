//! The changes to a tenant's colours.

use serde::Deserialize;

use crate::domain::tenants::brand::{Brand, Colour, InvalidColour, Scheme};

use crate::http::shared::problems::rejection::{Flaws, Rejection};

use super::object::Change;

/// The changes to the colours.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BrandPatch {
    #[serde(default)]
    accent: Change<String>,
    #[serde(default)]
    accent_dark: Change<String>,
}

impl BrandPatch {
    /// Refuses colours without enough contrast.
    pub(super) fn check(&self) -> Result<(), Rejection> {
        let mut flaws = Flaws::default();
        flaws.note(check_accent(&self.accent, "accent", Scheme::Light));
        flaws.note(check_accent(&self.accent_dark, "accent_dark", Scheme::Dark));
        flaws.end()
    }

    pub(super) fn apply(&self, brand: &mut Brand) {
        replace_accent(&self.accent, &mut brand.accent, Scheme::Light);
        replace_accent(&self.accent_dark, &mut brand.accent_dark, Scheme::Dark);
    }
}

/// Refuses a colour without enough contrast.
fn check_accent(accent: &Change<String>, name: &str, scheme: Scheme) -> Result<(), Rejection> {
    let Change::Set(text) = accent else { return Ok(()) };
    let problem = |error: InvalidColour| Rejection::field(format!("/brand/{name}"), error.to_string());
    scheme.accent(text).map(|_| ()).map_err(problem)
}

/// Replaces a colour that was checked.
fn replace_accent(change: &Change<String>, accent: &mut Option<Colour>, scheme: Scheme) {
    match change {
        Change::Keep => {}
        Change::Remove => *accent = None,
        Change::Set(text) => *accent = scheme.accent(text).ok(),
    }
}
