//! Rendering of templates, and of those for mails.

use crate::domain::tenants::template::MAX_SUBJECT;

use super::cleaning::presentable;
use super::tree::{Condition, TemplateNode};
use super::values::Values;

/// The maximum size of a part after rendering, in bytes.
const MAX_RENDERED: usize = 64 * 1024;

/// A template for mails without errors, ready to be rendered.
#[derive(Debug)]
pub struct MailTemplate {
    pub(super) subject: Vec<TemplateNode>,
    pub(super) text: Vec<TemplateNode>,
    pub(super) html: Option<Vec<TemplateNode>>,
}

/// A rendered mail.
pub(in crate::delivery::content) struct Rendered {
    pub(in crate::delivery::content) subject: String,
    pub(in crate::delivery::content) text: String,
    pub(in crate::delivery::content) html: Option<String>,
}

impl MailTemplate {
    /// Renders the message with these values; returns `None` if it would be too long, or has no subject.
    pub(in crate::delivery::content) fn render(&self, values: &Values) -> Option<Rendered> {
        let subject = presentable(&written(&self.subject, values, str::to_owned)?);
        let subject: String = subject.chars().take(MAX_SUBJECT).collect();
        let html = self.html.as_ref().map(|html| written(html, values, escaped));
        let html = match html {
            Some(html) => Some(html?),
            None => None,
        };
        let text = written(&self.text, values, str::to_owned)?;
        (!subject.is_empty()).then_some(Rendered { subject, text, html })
    }
}

/// Renders a part, passing each value through `made`.
pub(super) fn written(nodes: &[TemplateNode], values: &Values, made: fn(&str) -> String) -> Option<String> {
    let mut out = String::new();
    write(&mut out, nodes, values, made).then_some(out)
}

fn write(out: &mut String, nodes: &[TemplateNode], values: &Values, made: fn(&str) -> String) -> bool {
    nodes.iter().all(|node| {
        let within = match node {
            TemplateNode::Text(text) => {
                out.push_str(text);
                true
            }
            TemplateNode::Value(name) => {
                out.push_str(&made(&values.get(name)));
                true
            }
            TemplateNode::If { when, then, otherwise } => {
                write(out, if holds(when, values) { then } else { otherwise }, values, made)
            }
        };
        within && out.len() <= MAX_RENDERED
    })
}

/// Returns whether `condition` is true for these values.
fn holds(condition: &Condition, values: &Values) -> bool {
    match condition {
        Condition::Has(name) => values.has(name),
        Condition::Not(one) => !holds(one, values),
        Condition::And(one, other) => holds(one, values) && holds(other, values),
        Condition::Or(one, other) => holds(one, values) || holds(other, values),
    }
}

/// Escapes a value for text and quoted attributes.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' => out.push_str("&#96;"),
            c => out.push(c),
        }
    }
    out
}
