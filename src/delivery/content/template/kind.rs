//! Templates of every medium.

use crate::domain::tenants::template::{Report, TemplateSource};

use super::rendering::MailTemplate;
use super::setting::Setting;
use super::short::{TextTemplate, VoiceTemplate};
use super::{lint, short_lint};

/// A template without errors, ready to be rendered.
#[derive(Debug)]
pub enum Template {
    /// A mail.
    Mail(MailTemplate),
    /// A text message.
    Text(TextTemplate),
    /// A call.
    Voice(VoiceTemplate),
}

impl Template {
    /// Checks a template and reports errors and warnings. A template with errors is not used.
    /// The length of a text message and of a call depends on the `setting`.
    pub fn lint(source: &TemplateSource, setting: &Setting<'_>) -> Report {
        match source {
            TemplateSource::Mail(mail) => lint::check(mail).1,
            TemplateSource::Text(text) => short_lint::text(text, Some(setting)).1,
            TemplateSource::Voice(text) => short_lint::voice(text, Some(setting)).1,
        }
    }

    /// Parses a template; returns the report if it has errors. How long a message gets is seen when
    /// it is rendered.
    pub fn parse(source: &TemplateSource) -> Result<Self, Report> {
        let (template, report) = match source {
            TemplateSource::Mail(mail) => {
                let (template, report) = lint::check(mail);
                (template.map(Self::Mail), report)
            }
            TemplateSource::Text(text) => {
                let (nodes, report) = short_lint::text(text, None);
                (nodes.map(|nodes| Self::Text(TextTemplate { nodes })), report)
            }
            TemplateSource::Voice(text) => {
                let (nodes, report) = short_lint::voice(text, None);
                (nodes.map(|nodes| Self::Voice(VoiceTemplate { nodes })), report)
            }
        };
        template.ok_or(report)
    }
}
