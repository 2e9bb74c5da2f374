//! Templates that tenants write: named values and `if`, and nothing else.
//!
//! The syntax is that of minijinja, and its parser reads it. What it read is turned into a tree of our
//! own that has no room for anything else (`tree.rs`), and that tree is rendered here: nothing that a
//! tenant wrote is ever evaluated.

mod cleaning;
mod lint;
mod markup;
mod tree;
mod values;

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod tests;

use crate::domain::tenants::template::{MAX_SUBJECT, Report, TemplateSource};

pub(super) use cleaning::presentable;
pub(super) use values::Values;

use tree::Node;

/// The most bytes of a part after it is rendered.
const MAX_RENDERED: usize = 64 * 1024;

/// A template without errors, ready to be rendered.
#[derive(Debug)]
pub struct Template {
    subject: Vec<Node>,
    text: Vec<Node>,
    html: Option<Vec<Node>>,
}

/// A message, rendered.
pub(super) struct Rendered {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: Option<String>,
}

impl Template {
    /// What there is to say about a template. One with errors is not used.
    pub fn lint(source: &TemplateSource) -> Report {
        lint::check(source).1
    }

    /// A template, unless it has errors.
    pub fn parse(source: &TemplateSource) -> Result<Self, Report> {
        let (template, report) = lint::check(source);
        template.ok_or(report)
    }

    /// The message with these values in it; `None` when it would be too long, or has no subject.
    pub(super) fn render(&self, values: &Values) -> Option<Rendered> {
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

/// A part with values in it, each of them as `made` makes it.
fn written(nodes: &[Node], values: &Values, made: fn(&str) -> String) -> Option<String> {
    let mut out = String::new();
    write(&mut out, nodes, values, made).then_some(out)
}

fn write(out: &mut String, nodes: &[Node], values: &Values, made: fn(&str) -> String) -> bool {
    nodes.iter().all(|node| {
        let within = match node {
            Node::Text(text) => {
                out.push_str(text);
                true
            }
            Node::Value(name) => {
                out.push_str(&made(&values.get(name)));
                true
            }
            Node::If { when, then, otherwise } => {
                write(out, if when.holds(values) { then } else { otherwise }, values, made)
            }
        };
        within && out.len() <= MAX_RENDERED
    })
}

/// A value in which nothing is markup, neither in a text nor in a quoted attribute.
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
