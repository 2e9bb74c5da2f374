//! A field of a form, as a table has it.

/// A field of a form.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    /// Where its value goes in the body of the API: a JSON pointer (RFC 6901). Also its name in the form.
    pub(crate) pointer: &'static str,
    pub(crate) label: &'static str,
    /// What to know about it; may be empty.
    pub(crate) hint: &'static str,
    pub(crate) kind: FieldKind,
    pub(crate) is_needed: bool,
    /// The unit of its number, such as `seconds`; may be empty.
    pub(crate) unit: &'static str,
    /// The least and the greatest number.
    pub(crate) range: Option<(u64, u64)>,
}

/// How a value is typed, and what it becomes.
#[derive(Clone, Copy)]
pub(crate) enum FieldKind {
    /// One line.
    Text,
    /// A URL.
    Url,
    /// A whole number.
    Number,
    /// Words, separated by commas.
    List,
    /// Whole numbers, separated by commas.
    Numbers,
    /// A sender, or several by prefix.
    Senders,
    /// A text that is never shown again. Left empty, it stays what it is.
    Secret,
    /// The same, for one that may be absent: it can be removed.
    OptionalSecret,
    /// One of these words, each with what the form calls it. The first is what holds without it.
    Choice(&'static [(&'static str, &'static str)]),
    /// A JSON object. A new one begins with this example.
    Json(&'static str),
}

impl Field {
    pub(crate) const fn of(
        kind: FieldKind,
        pointer: &'static str,
        label: &'static str,
        hint: &'static str,
    ) -> Self {
        Self { pointer, label, hint, kind, is_needed: false, unit: "", range: None }
    }

    pub(crate) const fn text(pointer: &'static str, label: &'static str, hint: &'static str) -> Self {
        Self::of(FieldKind::Text, pointer, label, hint)
    }

    pub(crate) const fn secret(label: &'static str, hint: &'static str) -> Self {
        Self::of(FieldKind::Secret, "/secret", label, hint)
    }

    /// What the provider signs its reports with, where that is not the secret.
    pub(crate) const fn report_key(label: &'static str, hint: &'static str) -> Self {
        Self::of(FieldKind::OptionalSecret, "/report_key", label, hint)
    }

    pub(crate) const fn senders(pointer: &'static str, label: &'static str, hint: &'static str) -> Self {
        Self::of(FieldKind::Senders, pointer, label, hint)
    }

    /// The address of the API; the hint says what holds without it.
    pub(crate) const fn base_url(hint: &'static str) -> Self {
        Self::of(FieldKind::Url, "/settings/base_url", "Address of the API", hint)
    }

    /// The same field, which must not be empty.
    pub(crate) const fn needed(self) -> Self {
        Self { is_needed: true, ..self }
    }

    /// The same field, whose number has a unit.
    pub(crate) const fn in_unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// The same field, whose number has a unit and bounds.
    pub(crate) const fn counted(self, unit: &'static str, least: u64, most: u64) -> Self {
        Self { unit, range: Some((least, most)), ..self }
    }
}
