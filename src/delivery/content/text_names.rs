//! The names of the texts that depend on the purpose of a code.

use crate::domain::challenges::purpose::Purpose;

/// The names of the texts for one purpose, as `locales/` has them.
pub(super) struct TextNames {
    /// The title of a mail.
    pub(super) title: &'static str,
    /// What to do with the code in a mail.
    pub(super) intro: &'static str,
    /// What to do for somebody who did not request the code.
    pub(super) unasked: &'static str,
    /// The whole of a text message.
    pub(super) text: &'static str,
    /// The sentence of a call that has the code.
    pub(super) call: &'static str,
}

macro_rules! names {
    ($purpose:literal) => {
        &TextNames {
            title: concat!($purpose, "-title"),
            intro: concat!($purpose, "-intro"),
            unasked: concat!($purpose, "-unasked"),
            text: concat!($purpose, "-text"),
            call: concat!($purpose, "-call"),
        }
    };
}

impl TextNames {
    /// Returns the names for `purpose`. A tenant's own purpose uses the texts for verification,
    /// which name no specific action.
    pub(super) fn of(purpose: &Purpose) -> &'static Self {
        match purpose.as_str() {
            "login" => names!("login"),
            "password_reset" => names!("password-reset"),
            "transaction" => names!("transaction"),
            _ => names!("verification"),
        }
    }
}
