//! The form of a provider.

use crate::domain::tenants::route::TransportKind;

use crate::http::console::fields::Field;

/// The form of a provider.
pub(crate) struct RouteForm {
    /// Its word in addresses.
    pub(crate) word: &'static str,
    /// The name of the provider.
    pub(crate) title: &'static str,
    pub(crate) transport: TransportKind,
    /// The preset, if it is a gateway with one.
    pub(super) preset: Option<&'static str>,
    pub(crate) fields: &'static [Field],
}

/// What a sender of text messages is.
pub(super) const SENDER: &str = "A number with +, a short code, or a name of at most 11 letters and digits. Several by \
                                 the leading digits of the recipient: 1: +15550100, default: Acme";
