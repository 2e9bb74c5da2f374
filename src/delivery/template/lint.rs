//! What there is to say about a template.

use crate::domain::tenants::template::{Finding, MAX_PART, MAX_SUBJECT, Report, TemplateSource};

use super::tree::{Name, Node};
use super::{Template, cleaning, markup, tree};

/// What the list of a mailbox shows of a subject, more or less.
const SHOWN: usize = 70;
/// The most errors that are told at once, and the most warnings.
const MAX_FINDINGS: usize = 50;
/// The most characters of one. Some repeat what the author wrote.
const MAX_DETAIL: usize = 200;

/// The template, unless it has errors, and all that was found.
pub(super) fn check(source: &TemplateSource) -> (Option<Template>, Report) {
    let mut notes = Notes::default();
    let subject = subject(&mut notes.of("/subject"), &source.subject);
    let text = text(&mut notes.of("/text"), &source.text);
    let html = source.html.as_ref().map(|html| self::html(&mut notes.of("/html"), html));
    let Notes { report } = notes;
    if !report.errors.is_empty() {
        return (None, report);
    }
    let template = match (subject, text, html) {
        (Some(subject), Some(text), None) => Some(Template { subject, text, html: None }),
        (Some(subject), Some(text), Some(Some(html))) => Some(Template { subject, text, html: Some(html) }),
        _ => None,
    };
    (template, report)
}

#[derive(Default)]
struct Notes {
    report: Report,
}

/// Where the findings of one part are written down.
pub(super) struct Part<'a> {
    pointer: &'static str,
    report: &'a mut Report,
}

impl Notes {
    fn of(&mut self, pointer: &'static str) -> Part<'_> {
        Part { pointer, report: &mut self.report }
    }
}

impl Part<'_> {
    pub(super) fn error(&mut self, detail: impl Into<String>) {
        note(&mut self.report.errors, self.pointer, detail.into());
    }

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

fn subject(part: &mut Part, source: &str) -> Option<Vec<Node>> {
    let length = source.chars().count();
    if length > MAX_SUBJECT {
        part.error(format!("a subject has at most {MAX_SUBJECT} characters"));
        return None;
    }
    if source.trim().is_empty() {
        part.error("a subject is needed");
    }
    if source.chars().any(char::is_control) {
        part.error("a subject is one line without control characters");
    }
    if length > SHOWN {
        part.warning(format!("many programs show no more than {SHOWN} characters of a subject"));
    }
    let nodes = parsed(part, source)?;
    if mentions(&nodes, &Name::Code) {
        part.error("`code` must not be in the subject: locked screens show it, and logs keep it");
    }
    Some(nodes)
}

fn text(part: &mut Part, source: &str) -> Option<Vec<Node>> {
    if source.trim().is_empty() {
        part.error("a text part is needed: not every program shows HTML");
        return None;
    }
    let nodes = body(part, source)?;
    if ![Name::Minutes, Name::Seconds, Name::Lifetime].iter().any(|name| mentions(&nodes, name)) {
        part.warning("it does not say how long the code works; `lifetime` is a sentence that does");
    }
    Some(nodes)
}

fn html(part: &mut Part, source: &str) -> Option<Vec<Node>> {
    let nodes = body(part, source)?;
    markup::check(part, &nodes);
    Some(nodes)
}

/// A part that has the code.
fn body(part: &mut Part, source: &str) -> Option<Vec<Node>> {
    if source.len() > MAX_PART {
        part.error(format!("a part has at most {MAX_PART} bytes"));
        return None;
    }
    let nodes = parsed(part, source)?;
    if !mentions(&nodes, &Name::Code) {
        part.error("`{{ code }}` is missing");
    } else if !always_has_code(&nodes) {
        part.error("`{{ code }}` is missing on one of the ways through the ifs");
    }
    if touches_code(&nodes) {
        part.warning("letters or digits touch the code: people would copy them with it");
    }
    Some(nodes)
}

fn parsed(part: &mut Part, source: &str) -> Option<Vec<Node>> {
    if let Some(banned) = source.chars().find(|c| cleaning::is_banned(*c)) {
        part.error(format!("the character U+{:04X} is not allowed", u32::from(banned)));
        return None;
    }
    // One kind of line end: a bare CR would be one for some mail servers and not for others.
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    tree::read(&source).map_err(|problems| problems.into_iter().for_each(|problem| part.error(problem))).ok()
}

/// Whether a value stands anywhere in it.
fn mentions(nodes: &[Node], name: &Name) -> bool {
    nodes.iter().any(|node| match node {
        Node::Text(_) => false,
        Node::Value(value) => value == name,
        Node::If { then, otherwise, .. } => mentions(then, name) || mentions(otherwise, name),
    })
}

/// Whether the code is said whatever the ifs decide.
fn always_has_code(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Text(_) => false,
        Node::Value(value) => *value == Name::Code,
        Node::If { then, otherwise, .. } => always_has_code(then) && always_has_code(otherwise),
    })
}

/// Whether a letter or a digit stands right beside the code.
fn touches_code(nodes: &[Node]) -> bool {
    let is_code = |node: Option<&Node>| node == Some(&Node::Value(Name::Code));
    nodes.iter().enumerate().any(|(at, node)| match node {
        Node::Text(text) => {
            let before = at.checked_sub(1).and_then(|before| nodes.get(before));
            (is_code(before) && text.starts_with(char::is_alphanumeric))
                || (is_code(nodes.get(at + 1)) && text.ends_with(char::is_alphanumeric))
        }
        Node::Value(_) => false,
        Node::If { then, otherwise, .. } => touches_code(then) || touches_code(otherwise),
    })
}
