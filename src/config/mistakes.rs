//! All mistakes of the settings at once, each with the line or the variable where it was made.
//!
//! What is wrong with a value is found by loading all of them: the first error names a setting, which is noted and left
//! out, and the rest is loaded again.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;

use super::default_file;
use super::written::WrittenFile;

/// A setting, or something that is none, and what to change.
#[derive(Debug)]
pub struct Mistake {
    place: Place,
    text: String,
}

#[derive(Debug)]
enum Place {
    Line(PathBuf, usize),
    Variable(String),
    /// It follows from several settings, or from a default.
    Unknown,
}

impl Mistake {
    /// A mistake in a variable of the environment.
    pub(super) fn in_variable(name: String, text: String) -> Self {
        Self { place: Place::Variable(name), text }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Line(file, line) => write!(f, "{}, line {line}: {}", file.display(), self.text),
            Place::Variable(name) => write!(f, "{name}: {}", self.text),
            Place::Unknown => write!(f, "{}", self.text),
        }
    }
}

/// The mistakes, one on each line if there are several.
pub(super) fn in_words(mistakes: &[Mistake]) -> String {
    match mistakes {
        [one] => one.to_string(),
        several => {
            let lines: String = several.iter().map(|mistake| format!("\n  {mistake}")).collect();
            format!("{} mistakes in the settings:{lines}", several.len())
        }
    }
}

/// What the operator has set: in a file and in variables of the environment.
pub(super) struct Written {
    pub(super) file: Option<(PathBuf, WrittenFile)>,
    /// By name.
    pub(super) variables: HashMap<String, String>,
}

impl Written {
    /// Takes out what is not a setting.
    pub(super) fn take_unknown(&mut self) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        if let Some((path, file)) = &mut self.file {
            for key in file.keys() {
                let Some(text) = not_a_setting(&key) else { continue };
                let line = file.take(&key).unwrap_or_default();
                mistakes.push(Mistake { place: Place::Line(path.clone(), line), text });
            }
        }
        let names: Vec<_> = self.variables.keys().cloned().collect();
        for name in names {
            let Some(text) = not_a_setting(&default_file::path_of(&name)) else { continue };
            self.variables.remove(&name);
            mistakes.push(Mistake::in_variable(name, text));
        }
        mistakes
    }

    /// Takes out a setting that has a mistake. `Err` if there is nothing to take out, as the setting has its default.
    pub(super) fn take(&mut self, setting: &str, text: String) -> Result<Mistake, Mistake> {
        let name = self.variables.keys().find(|name| default_file::path_of(name) == setting).cloned();
        if let Some(name) = name {
            self.variables.remove(&name);
            return Ok(Mistake::in_variable(name, text));
        }
        let file = self.file.as_mut();
        match file.and_then(|(path, file)| Some((path.clone(), file.take(setting)?))) {
            Some((path, line)) => Ok(Mistake { place: Place::Line(path, line), text }),
            None => Err(Mistake { place: Place::Unknown, text }),
        }
    }
}

/// Why this is not a setting, and which one was meant.
fn not_a_setting(path: &str) -> Option<String> {
    let known: Vec<String> = default_file::settings().collect();
    if known.iter().any(|setting| setting == path) {
        return None;
    }
    if known.iter().any(|setting| setting.starts_with(&format!("{path}."))) {
        return Some(format!("{path}: is a section, not a value"));
    }
    if let Some(setting) = known.iter().find(|setting| path.starts_with(&format!("{setting}."))) {
        return Some(format!("{setting}: is a value, not a section"));
    }
    let hint = match nearest(path, &known) {
        Some(setting) => format!("did you mean {setting}?"),
        None => "`otpmint config default` lists all".to_owned(),
    };
    Some(format!("{path} is not a setting; {hint}"))
}

/// The setting whose path is the most similar to this one, if any is similar.
fn nearest<'a>(path: &str, known: &'a [String]) -> Option<&'a String> {
    let distance = |setting: &&String| strsim::damerau_levenshtein(path, setting);
    known.iter().min_by_key(distance).filter(|setting| distance(setting) <= 2.max(path.len() / 5))
}
