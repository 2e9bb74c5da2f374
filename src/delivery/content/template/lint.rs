//! The linter for templates of mails.

use crate::domain::tenants::template::{MAX_PART, MAX_SUBJECT, MailSource, Report};

use super::findings::{Findings, Part};
use super::rendering::MailTemplate;
use super::tree::{Name, TemplateNode};
use super::{cleaning, markup, tree};

/// How much of a subject a mailbox list shows, approximately.
const SHOWN: usize = 70;

/// Returns the template, unless it has errors, and the report.
pub(super) fn check(source: &MailSource) -> (Option<MailTemplate>, Report) {
    let mut findings = Findings::default();
    let subject = subject(&mut findings.of("/subject"), &source.subject);
    let text = text(&mut findings.of("/text"), &source.text);
    let html = source.html.as_ref().map(|html| self::html(&mut findings.of("/html"), html));
    let Findings { report } = findings;
    if !report.errors.is_empty() {
        return (None, report);
    }
    let template = match (subject, text, html) {
        (Some(subject), Some(text), None) => Some(MailTemplate { subject, text, html: None }),
        (Some(subject), Some(text), Some(Some(html))) => {
            Some(MailTemplate { subject, text, html: Some(html) })
        }
        _ => None,
    };
    (template, report)
}

fn subject(part: &mut Part, source: &str) -> Option<Vec<TemplateNode>> {
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
    if mentions(&nodes, &Name::Link) {
        part.error("`link` must not be in the subject: whoever reads it could open it");
    }
    Some(nodes)
}

fn text(part: &mut Part, source: &str) -> Option<Vec<TemplateNode>> {
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

fn html(part: &mut Part, source: &str) -> Option<Vec<TemplateNode>> {
    let nodes = body(part, source)?;
    markup::check(part, &nodes);
    Some(nodes)
}

/// Checks and parses a part that must contain the code.
pub(super) fn body(part: &mut Part, source: &str) -> Option<Vec<TemplateNode>> {
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

fn parsed(part: &mut Part, source: &str) -> Option<Vec<TemplateNode>> {
    if let Some(banned) = source.chars().find(|c| cleaning::is_banned(*c)) {
        part.error(format!("the character U+{:04X} is not allowed", u32::from(banned)));
        return None;
    }
    // Normalise line ends: some mail servers take a bare CR for one, and others do not.
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    tree::read(&source).map_err(|problems| problems.into_iter().for_each(|problem| part.error(problem))).ok()
}

/// Returns whether a value occurs anywhere in `nodes`.
pub(super) fn mentions(nodes: &[TemplateNode], name: &Name) -> bool {
    nodes.iter().any(|node| match node {
        TemplateNode::Text(_) => false,
        TemplateNode::Value(value) => value == name,
        TemplateNode::If { then, otherwise, .. } => mentions(then, name) || mentions(otherwise, name),
    })
}

/// Returns whether the code occurs whichever branches are taken.
fn always_has_code(nodes: &[TemplateNode]) -> bool {
    nodes.iter().any(|node| match node {
        TemplateNode::Text(_) => false,
        TemplateNode::Value(value) => *value == Name::Code,
        TemplateNode::If { then, otherwise, .. } => always_has_code(then) && always_has_code(otherwise),
    })
}

/// Returns whether a letter or a digit is directly beside the code.
fn touches_code(nodes: &[TemplateNode]) -> bool {
    let is_code = |node: Option<&TemplateNode>| node == Some(&TemplateNode::Value(Name::Code));
    nodes.iter().enumerate().any(|(at, node)| match node {
        TemplateNode::Text(text) => {
            let before = at.checked_sub(1).and_then(|before| nodes.get(before));
            (is_code(before) && text.starts_with(char::is_alphanumeric))
                || (is_code(nodes.get(at + 1)) && text.ends_with(char::is_alphanumeric))
        }
        TemplateNode::Value(_) => false,
        TemplateNode::If { then, otherwise, .. } => touches_code(then) || touches_code(otherwise),
    })
}
