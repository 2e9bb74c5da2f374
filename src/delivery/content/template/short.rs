//! Rendering of templates for text messages and calls.

use super::rendering::written;
use super::tree::TemplateNode;
use super::values::Values;

/// The longest call, in characters. What takes longer nobody listens to, and providers bound it.
pub(super) const MAX_CALL: usize = 600;

/// A template for text messages without errors.
#[derive(Debug)]
pub struct TextTemplate {
    pub(super) nodes: Vec<TemplateNode>,
}

/// A template for calls without errors.
#[derive(Debug)]
pub struct VoiceTemplate {
    pub(super) nodes: Vec<TemplateNode>,
}

impl TextTemplate {
    /// Renders the text with these values. Returns `None` if a line of it could be taken for the
    /// line of an origin-bound code, which only the mint decides about. Whether it fits into one
    /// part depends on its last line.
    pub(in crate::delivery::content) fn render(&self, values: &Values) -> Option<String> {
        let text = written(&self.nodes, values, str::to_owned)?;
        let text = text.trim();
        let is_clear = !text.lines().any(|line| line.starts_with('@'));
        (is_clear && !text.is_empty()).then(|| text.to_owned())
    }
}

impl VoiceTemplate {
    /// Renders the sentences with these values, one for each line. What says the code is said
    /// again, unless the template itself does so. Returns `None` if it takes too long.
    pub(in crate::delivery::content) fn render(&self, values: &Values) -> Option<Vec<String>> {
        let text = written(&self.nodes, values, str::to_owned)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut sentences: Vec<String> = lines.map(str::to_owned).collect();
        let has_code = |sentence: &&String| sentence.contains(values.code);
        let with_code: Vec<String> = sentences.iter().filter(has_code).cloned().collect();
        if with_code.len() == 1 {
            sentences.extend(with_code);
        }
        let length: usize = sentences.iter().map(|sentence| sentence.chars().count()).sum();
        (length <= MAX_CALL).then_some(sentences)
    }
}
