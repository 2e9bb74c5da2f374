//! What was found in a template, and where.

use crate::domain::tenants::template::{Finding, Report};

/// The most errors that are told at once, and the most warnings.
const MAX_FINDINGS: usize = 50;
/// The most characters of one. Some repeat what the author wrote.
const MAX_DETAIL: usize = 200;

/// All that was found.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) report: Report,
}

/// Where the findings of one part are written down.
pub(super) struct Part<'a> {
    pointer: &'static str,
    report: &'a mut Report,
}

impl Findings {
    /// The part at `pointer`.
    pub(super) fn of(&mut self, pointer: &'static str) -> Part<'_> {
        Part { pointer, report: &mut self.report }
    }
}

impl Part<'_> {
    /// Notes what keeps the template from being used.
    pub(super) fn error(&mut self, detail: impl Into<String>) {
        note(&mut self.report.errors, self.pointer, detail.into());
    }

    /// Notes what could be better.
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
