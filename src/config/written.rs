//! What a configuration file sets, and in which lines.

use std::collections::HashMap;

use config::{ConfigError, File, FileFormat, Map, Source, Value, ValueKind};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What a configuration file sets.
#[derive(Clone, Debug)]
pub(super) struct WrittenFile {
    values: Map<String, Value>,
    /// From 1, by path, as `server.listen`.
    lines: HashMap<String, usize>,
}

impl WrittenFile {
    /// Reads a file.
    pub(super) fn parse(text: &str) -> Result<Self, ConfigError> {
        let values = File::from_str(text, FileFormat::Toml).collect()?;
        let mut lines = HashMap::new();
        if let Ok(table) = DeTable::parse(text) {
            note_lines(text, "", table.get_ref(), &mut lines);
        }
        Ok(Self { values, lines })
    }

    /// The paths of what it sets, in the order of the lines.
    pub(super) fn keys(&self) -> Vec<String> {
        let mut keys: Vec<_> = self.lines.iter().map(|(path, line)| (*line, path.clone())).collect();
        keys.sort();
        keys.into_iter().map(|(_, path)| path).collect()
    }

    /// Whether it sets this to something.
    pub(super) fn has(&self, path: &str) -> bool {
        let (section, key) = path.split_once('.').unwrap_or((path, ""));
        match self.values.get(section).map(|found| &found.kind) {
            Some(ValueKind::Table(values)) => {
                values.get(key).is_some_and(|value| !value.to_string().is_empty())
            }
            _ => false,
        }
    }

    /// Takes out a value, and returns its line.
    pub(super) fn take(&mut self, path: &str) -> Option<usize> {
        remove(&mut self.values, path);
        self.lines.remove(path)
    }
}

impl Source for WrittenFile {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.values.clone())
    }
}

/// Removes a value, and the sections that are empty without it.
fn remove(values: &mut Map<String, Value>, path: &str) {
    if values.remove(path).is_some() {
        return;
    }
    let Some((section, rest)) = path.split_once('.') else { return };
    if let Some(ValueKind::Table(inner)) = values.get_mut(section).map(|value| &mut value.kind) {
        remove(inner, rest);
        if inner.is_empty() {
            values.remove(section);
        }
    }
}

/// Notes the line of each value below this table. An empty table is noted as a value, so that it is not overlooked.
fn note_lines(text: &str, above: &str, table: &DeTable<'_>, lines: &mut HashMap<String, usize>) {
    for (key, value) in table {
        let path = format!("{above}{}", key.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) if !inner.is_empty() => {
                note_lines(text, &format!("{path}."), inner, lines);
            }
            _ => drop(lines.insert(path, line_of(text, key))),
        }
    }
}

fn line_of<T>(text: &str, place: &Spanned<T>) -> usize {
    text.as_bytes()[..place.span().start].iter().filter(|byte| **byte == b'\n').count() + 1
}
