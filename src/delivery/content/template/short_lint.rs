//! The linter for templates of text messages and calls.

use std::time::Duration;

use crate::delivery::content::one_part::SHOWN;
use crate::delivery::content::sms_name::{LIKE_A_CODE, MAX_NAME, sms_name};
use crate::delivery::content::spelled::spelled;
use crate::delivery::content::wording;
use crate::domain::challenges::code::MAX_LENGTH;
use crate::domain::sms::{first_beyond_gsm, measure, simplified};
use crate::domain::tenants::template::Report;

use super::cleaning::presentable;
use super::extent::{all, longest, until_code};
use super::findings::{Findings, Part};
use super::lint::{body, mentions};
use super::setting::Setting;
use super::short::MAX_CALL;
use super::tree::{Name, TemplateNode};

/// How long a variable is assumed to be. With a longer one the message may have to go out with the
/// built-in words.
const VAR: usize = 20;
/// The lifetimes that take the most words.
const LIFETIMES: [Duration; 2] = [Duration::from_secs(900), Duration::from_secs(119)];

/// Checks a template for text messages; its length only in a `setting`.
pub(super) fn text(source: &str, setting: Option<&Setting<'_>>) -> (Option<Vec<TemplateNode>>, Report) {
    checked(source, |part, nodes| {
        if mentions(nodes, &Name::To) {
            part.error("`to` is a phone number, which a phone could take for the code");
        }
        if has_number(nodes) {
            part.error("a number of four digits or more could be taken for the code");
        }
        if source.lines().any(|line| line.trim_start().starts_with('@')) {
            part.error("no line starts with @: the mint adds the line for a page (`origin`)");
        }
        if let Some(setting) = setting {
            text_length(part, nodes, setting);
        }
    })
}

/// Checks a template for calls; its length only in a `setting`.
pub(super) fn voice(source: &str, setting: Option<&Setting<'_>>) -> (Option<Vec<TemplateNode>>, Report) {
    checked(source, |part, nodes| {
        let Some(setting) = setting else { return };
        let code = spelled(&longest_code());
        let value = |name: &Name| match name {
            Name::Code => code.clone(),
            Name::App => presentable(setting.name),
            name => usual(name, setting),
        };
        // What says the code is said again.
        let length = longest(nodes, &value).chars().count() * 2;
        if length > MAX_CALL {
            part.error(format!("it takes up to {length} characters to say twice; {MAX_CALL} are the most"));
        }
    })
}

/// Checks what both have in common, and then the rest.
fn checked(
    source: &str,
    rest: impl FnOnce(&mut Part<'_>, &[TemplateNode]),
) -> (Option<Vec<TemplateNode>>, Report) {
    let mut findings = Findings::default();
    let nodes = body(&mut findings.of("/text"), source);
    if let Some(nodes) = &nodes {
        if mentions(nodes, &Name::Link) {
            findings
                .of("/text")
                .error("`link` is for mails: it is too long for others, and has digits like a code");
        }
        rest(&mut findings.of("/text"), nodes);
    }
    let Findings { report } = findings;
    (nodes.filter(|_| report.errors.is_empty()), report)
}

/// Reports a text that may need a second part, or shows its code too late.
fn text_length(part: &mut Part<'_>, nodes: &[TemplateNode], setting: &Setting<'_>) {
    let own = sms_name(setting.name).unwrap_or_default();
    let value = |name: &Name| match name {
        Name::Code => longest_code(),
        // The tenant may get another name; a letter beyond GSM counts if it has one now.
        Name::App => format!("{own:W<width$}", width = MAX_NAME),
        name => usual(name, setting),
    };
    let (text, all) = (longest(nodes, &value), all(nodes, &value));
    let text = simplified(&text);
    let beyond = first_beyond_gsm(&simplified(&all));
    let (units, room) = match beyond {
        Some(_) => (text.encode_utf16().count(), 70),
        None => (measure(&text).units, 160),
    };
    let room = room - setting.last_line(MAX_LENGTH);
    if units > room {
        let why = beyond.map_or(String::new(), |c| {
            format!(" “{c}” is not in the GSM alphabet; without it there would be room for 90 more.")
        });
        part.error(format!(
            "it may have {units} characters with the longest values; {room} fit into one part with the last line.{why}"
        ));
    } else if let Some(c) = beyond {
        part.warning(format!("“{c}” is not in the GSM alphabet: a part has 70 characters instead of 160"));
    }
    let until = until_code(nodes, &value);
    if until > SHOWN {
        part.error(format!(
            "the code ends at character {until} with the longest values; previews show {SHOWN}"
        ));
    }
}

/// Returns the longest value of a name that is the same in texts and calls.
fn usual(name: &Name, setting: &Setting<'_>) -> String {
    match name {
        Name::Minutes => "15".to_owned(),
        Name::Seconds => "900".to_owned(),
        Name::Lifetime => {
            let said =
                LIFETIMES.map(|lifetime| wording::lifetime(setting.locale, lifetime).unwrap_or_default());
            said.into_iter().max_by_key(|said| said.chars().count()).unwrap_or_default().into_owned()
        }
        Name::Locale => setting.locale.to_string(),
        _ => "W".repeat(VAR),
    }
}

fn longest_code() -> String {
    "0".repeat(MAX_LENGTH)
}

/// Returns whether a literal text has a number that is as long as a code.
fn has_number(nodes: &[TemplateNode]) -> bool {
    nodes.iter().any(|node| match node {
        TemplateNode::Text(text) => {
            text.split(|c: char| !c.is_numeric()).any(|digits| digits.chars().count() >= LIKE_A_CODE)
        }
        TemplateNode::Value(_) => false,
        TemplateNode::If { then, otherwise, .. } => has_number(then) || has_number(otherwise),
    })
}
