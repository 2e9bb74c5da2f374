//! The fields of a form (<https://url.spec.whatwg.org/#application/x-www-form-urlencoded>).

use secrecy::SecretString;
use zeroize::Zeroizing;

/// The fields of a form.
pub(crate) struct FormFields(Vec<(String, Zeroizing<String>)>);

impl FormFields {
    /// Reads a body.
    pub(crate) fn parse(body: &[u8]) -> Self {
        let fields = form_urlencoded::parse(body);
        Self(fields.map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned()))).collect())
    }

    /// What is in a field; nothing where it was left out.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Everything that was sent under a name, such as of boxes that are ticked.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What is in a field of a password.
    pub(crate) fn secret(&self, name: &str) -> SecretString {
        SecretString::from(self.text(name))
    }
}
