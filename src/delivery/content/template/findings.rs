//! Findings about a template, and where they are.

use crate::domain::tenants::template::{Finding, Report};

/// The maximum number of errors in one report, and of warnings.
const MAX_FINDINGS: usize = 50;
/// The maximum length of a finding, in characters, since some repeat what the author wrote.
const MAX_DETAIL: usize = 200;

/// All findings.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) report: Report,
}

/// Collects the findings of one part.
pub(super) struct Part<'a> {
    pointer: &'static str,
    report: &'a mut Report,
}

impl Findings {
    /// Returns the collector for the part at `pointer`.
    pub(super) fn of(&mut self, pointer: &'static str) -> Part<'_> {
        Part { pointer, report: &mut self.report }
    }
}

impl Part<'_> {
    /// Adds an error, which prevents the template from being used.
    pub(super) fn error(&mut self, detail: impl Into<String>) {
        note(&mut self.report.errors, self.pointer, detail.into());
    }

    /// Adds a warning.
    pub(super) fn warning(&mut self, detail: impl Into<String>) {
        note(&mut self.report.warnings, self.pointer, detail.into());
    }
}

fn note(findings: &mut Vec<Finding>, pointer: &'static str, detail: String) {
    if findings.len() < MAX_FINDINGS {
        let detail = detail.chars().take(MAX_DETAIL).collect();
        findings.push(Finding { pointer: pointer.to_owned(), detail });
    }
}
