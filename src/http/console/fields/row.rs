//! The fields of a form as the page shows them.

use serde_json::Value;

use crate::http::console::form_fields::FormFields;
use crate::http::shared::problems::rejection::Rejection;

use super::field::{Field, FieldKind};
use super::reading::{REMOVED, removal};
use super::{places, senders};

/// A field of a form as the page shows it.
pub(crate) struct FieldRow {
    pub(crate) field: &'static Field,
    /// Its value; empty for a secret.
    pub(crate) value: String,
    /// What is wrong with it.
    pub(crate) error: Option<String>,
    /// What holds where it is empty, and where that comes from: `6 characters · server default`.
    pub(crate) inherited: Option<String>,
    /// Whether the page opens with the focus on it.
    pub(crate) has_focus: bool,
}

/// The fields of something new, or of what this body of the API says.
pub(crate) fn rows(fields: &'static [Field], present: Option<&Value>) -> Vec<FieldRow> {
    let row = |field: &'static Field| {
        let value = match (present, field.kind) {
            (None, FieldKind::Json(example)) => example.to_owned(),
            (None, _) => String::new(),
            (Some(present), kind) => {
                places::get(present, field.pointer).map(|value| written(kind, value)).unwrap_or_default()
            }
        };
        FieldRow { field, value, error: None, inherited: None, has_focus: false }
    };
    fields.iter().map(row).collect()
}

/// The fields as they were typed, each with what is wrong with it. Secrets are to be typed again.
pub(crate) fn typed_rows(fields: &'static [Field], typed: &FormFields, wrong: &Rejection) -> Vec<FieldRow> {
    let row = |field: &'static Field| {
        let value = match field.kind {
            FieldKind::Secret | FieldKind::OptionalSecret => String::new(),
            _ => typed.text(field.pointer).to_owned(),
        };
        FieldRow { field, value, error: None, inherited: None, has_focus: false }
    };
    let mut rows: Vec<_> = fields.iter().map(row).collect();
    for flaw in wrong.flaws() {
        let (pointer, detail) = flaw.place_and_detail();
        if let Some(row) = rows.iter_mut().find(|row| is_at(row.field.pointer, pointer)) {
            row.error = Some(detail.to_owned());
        }
    }
    rows
}

/// Gives the focus to the first field with an error.
pub(crate) fn focus_first<'a>(rows: impl IntoIterator<Item = &'a mut FieldRow>) {
    if let Some(row) = rows.into_iter().find(|row| row.error.is_some()) {
        row.has_focus = true;
    }
}

/// Returns the first error among the fields, with the name of its field.
pub(crate) fn first_error<'a>(rows: impl IntoIterator<Item = &'a FieldRow>) -> Option<String> {
    rows.into_iter().find_map(|row| Some(format!("{}: {}", row.field.label, row.error.as_ref()?)))
}

/// Returns whether a flaw at `flaw` belongs to the field at `field`: it is there, or within it.
fn is_at(field: &str, flaw: &str) -> bool {
    let (field, flaw) = (field.trim_start_matches('/'), flaw.trim_start_matches('/'));
    flaw.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn written(kind: FieldKind, value: &Value) -> String {
    match (kind, value) {
        (FieldKind::Secret | FieldKind::OptionalSecret, _) => String::new(),
        (FieldKind::Senders, value) => senders::written(value),
        (FieldKind::Json(_), value) => serde_json::to_string_pretty(value).unwrap_or_default(),
        (_, Value::Array(values)) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        (_, value) => plain(value),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl FieldRow {
    /// The `id` of the field.
    pub(crate) fn id(&self) -> String {
        self.field.pointer.trim_start_matches('/').replace(['/', '~', '_'], "-")
    }

    /// Tells what holds where the field is empty, as a body of the API says it, and where that comes from.
    pub(crate) fn inherit(&mut self, values: &Value, source: &str) {
        let Some(value) = places::get(values, self.field.pointer) else { return };
        let text = written(self.field.kind, value);
        let label = self.options().and_then(|options| options.iter().find(|(word, _)| *word == text));
        let text = label.map_or(text, |(_, label)| (*label).to_owned());
        let unit = if value.is_string() { "" } else { self.field.unit };
        self.inherited = Some(format!("{text} {unit}").trim_end().to_owned() + " · " + source);
    }

    /// What describes the field: the `id`s of its hint, of what holds without it, and of its error.
    pub(crate) fn described_by(&self) -> String {
        let id = self.id();
        let inherited = self.inherited.is_some().then(|| format!("{id}-inherited"));
        let hint = (!self.field.hint.is_empty() || self.is_secret()).then(|| format!("{id}-hint"));
        let error = self.error.is_some().then(|| format!("{id}-error"));
        hint.into_iter().chain(inherited).chain(error).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn is_secret(&self) -> bool {
        matches!(self.field.kind, FieldKind::Secret | FieldKind::OptionalSecret)
    }

    /// The name of the box that removes the present value, and its value, if there is such a box.
    pub(crate) fn removal(&self) -> Option<(String, &'static str)> {
        matches!(self.field.kind, FieldKind::OptionalSecret).then(|| (removal(self.field), REMOVED))
    }

    /// The options of a choice, if it is one.
    pub(crate) fn options(&self) -> Option<&'static [(&'static str, &'static str)]> {
        match self.field.kind {
            FieldKind::Choice(options) => Some(options),
            _ => None,
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        matches!(self.field.kind, FieldKind::Json(_))
    }

    /// The `type` of the input.
    pub(crate) fn input(&self) -> &'static str {
        match self.field.kind {
            FieldKind::Secret | FieldKind::OptionalSecret => "password",
            FieldKind::Number => "number",
            FieldKind::Url => "url",
            FieldKind::Text
            | FieldKind::List
            | FieldKind::Numbers
            | FieldKind::Senders
            | FieldKind::Choice(_)
            | FieldKind::Json(_) => "text",
        }
    }
}
