//! The rules for values in HTML.
//!
//! The part is tokenized in the way mail programs do it, with a mark in the place of each value and
//! each if. A mark contains a space, so it survives in one piece only in text or in a quoted
//! attribute. What is in between is text for every program, since every tokenizer error is refused.

use std::collections::BTreeMap;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Error, HtmlString, StartTag, State, Token, Tokenizer};

use super::addresses::{has_host, only_value};
use super::findings::Part;
use super::tree::{Name, TemplateNode};

/// The characters before and after the number of a value in its mark. Templates cannot contain them.
const OPENS: char = '\u{fdd0}';
const CLOSES: char = '\u{fdd1}';
/// The mark of an if.
const CHOICE: char = '\u{fdd2}';

/// Elements that mail programs drop, that spam filters dislike, or that are tokenized by special rules.
const BANNED: [&str; 29] = [
    "applet",
    "audio",
    "base",
    "button",
    "embed",
    "form",
    "frame",
    "frameset",
    "iframe",
    "input",
    "link",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "param",
    "plaintext",
    "portal",
    "script",
    "select",
    "slot",
    "source",
    "svg",
    "template",
    "textarea",
    "track",
    "video",
    "xmp",
];
/// Elements without an end tag.
const VOID: [&str; 7] = ["area", "br", "col", "hr", "img", "meta", "wbr"];
/// Elements whose end tag is optional (HTML §13.1.2.4).
const LENIENT: [&str; 15] = [
    "body", "colgroup", "dd", "dt", "head", "html", "li", "option", "p", "tbody", "td", "tfoot", "th",
    "thead", "tr",
];
/// The schemes of URLs. Mail programs do not follow any other, or it is harmful.
const SCHEMES: [&str; 6] = ["https://", "http://", "mailto:", "tel:", "cid:", "#"];
/// Attributes that hold a URL.
const ADDRESSES: [&str; 4] = ["background", "href", "poster", "src"];

/// Reports values in dangerous places, and markup that programs interpret differently.
pub(super) fn check(part: &mut Part, nodes: &[TemplateNode]) {
    let mut values = Vec::new();
    let skeleton = skeleton(nodes, &mut values);
    let mut reader = MarkupReader { part, values: &values, open: Vec::new(), text: String::new() };
    reader.read(&skeleton);
    // Each branch of an if begins and ends in text, so it can be checked by itself.
    for node in nodes {
        if let TemplateNode::If { then, otherwise, .. } = node {
            check(part, then);
            check(part, otherwise);
        }
    }
}

fn skeleton<'a>(nodes: &'a [TemplateNode], values: &mut Vec<&'a Name>) -> String {
    let mut out = String::new();
    for node in nodes {
        match node {
            TemplateNode::Text(text) => out.push_str(text),
            TemplateNode::Value(name) => {
                out.push_str(&format!("{OPENS}{} {CLOSES}", values.len()));
                values.push(name);
            }
            TemplateNode::If { .. } => out.push(CHOICE),
        }
    }
    out
}

/// A place where a value may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ValuePosition {
    Text,
    Title,
    Attribute,
    Address,
}

struct MarkupReader<'a, 'b> {
    part: &'a mut Part<'b>,
    values: &'a [&'a Name],
    /// The elements that are open.
    open: Vec<String>,
    /// The text since the last tag.
    text: String,
}

impl MarkupReader<'_, '_> {
    fn read(&mut self, skeleton: &str) {
        let mut emitter = DefaultEmitter::<()>::default();
        emitter.naively_switch_states(true);
        let mut tokenizer = Tokenizer::new_with_emitter(skeleton, emitter);
        tokenizer.set_state(State::Data);
        for token in tokenizer.flatten() {
            self.token(token);
        }
        self.end_of_text();
        if self.in_raw_text() {
            self.part.error("a style or title element is not closed before an if or the end");
        }
        let unclosed = self.open.iter().find(|name| !LENIENT.contains(&name.as_str()));
        if let Some(name) = unclosed {
            self.part.warning(format!("<{name}> is not closed"));
        }
    }

    fn token(&mut self, token: Token<()>) {
        match token {
            Token::String(text) => return self.text.push_str(&words(&text)),
            // A choice and a mark are such characters. Those of the author were reported before.
            Token::Error(error) if *error == Error::NoncharacterInInputStream => return,
            _ => self.end_of_text(),
        }
        match token {
            Token::StartTag(tag) => self.start(&tag),
            Token::EndTag(tag) => self.end(&words(&tag.name)),
            Token::Comment(comment) => self.unmarked(&words(&comment), "in a comment"),
            Token::Doctype(doctype) => {
                let identifiers =
                    [&doctype.public_identifier, &doctype.system_identifier].into_iter().flatten();
                let texts = [&doctype.name].into_iter().chain(identifiers).map(|text| words(text));
                self.unmarked(&texts.collect::<String>(), "in a doctype");
            }
            Token::Error(error) => self.part.error(format!("the HTML is malformed: {}", *error)),
            Token::String(_) => {}
        }
    }

    fn start(&mut self, tag: &StartTag<()>) {
        let name = words(&tag.name);
        self.unmarked(&name, "in the name of an element");
        if BANNED.contains(&name.as_str()) {
            self.part.error(format!("<{name}> is not allowed"));
        }
        if name == "meta" && tag.attributes.contains_key(b"http-equiv".as_slice()) {
            let refreshes = |value: &str| value.trim().eq_ignore_ascii_case("refresh");
            if attributes(&tag.attributes).any(|(name, value)| name == "http-equiv" && refreshes(&value)) {
                self.part.error("a mail must not lead on by itself");
            }
        }
        for (name, value) in attributes(&tag.attributes) {
            self.attribute(&name, &value);
        }
        // A slash at the end closes nothing in HTML.
        if !VOID.contains(&name.as_str()) {
            self.open.push(name);
        }
    }

    fn end(&mut self, name: &str) {
        self.unmarked(name, "in the name of an element");
        let opened = self.open.iter().rposition(|open| open == name);
        match opened {
            Some(at) => {
                let left = self.open.drain(at..).skip(1).find(|open| !LENIENT.contains(&open.as_str()));
                if let Some(left) = left {
                    self.part.warning(format!("<{left}> is not closed before </{name}>"));
                }
            }
            None => self.part.warning(format!("</{name}> closes nothing that is open here")),
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.unmarked(name, "in the name of an attribute");
        if name.starts_with("on") || matches!(name, "srcdoc" | "formaction" | "xlink:href" | "ping") {
            self.part.error(format!("the attribute {name} is not allowed"));
        }
        let address: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let scheme = address.to_ascii_lowercase();
        let is_address = ADDRESSES.contains(&name);
        // It is an address of the web, and as a whole it needs none before it.
        let only = only_value(value, (OPENS, CLOSES)).and_then(|at| self.values.get(at));
        if name == "href" && only == Some(&&Name::Link) {
            return;
        }
        if is_address && !SCHEMES.iter().any(|known| scheme.starts_with(known)) {
            let known = SCHEMES.join(", ");
            self.part.error(format!("an address in {name} begins with one of {known}"));
        }
        match name {
            "href" if value.contains(OPENS) && !has_host(value) => {
                self.part.error("a value in an href stands after https:// and the name of a host and a /");
            }
            "href" => self.marked(value, ValuePosition::Address),
            "alt" | "title" => self.marked(value, ValuePosition::Attribute),
            _ => self.unmarked(value, &format!("in the attribute {name}")),
        }
    }

    fn end_of_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        match self.open.last().map(String::as_str) {
            Some("style") => self.unmarked(&text, "in a style element"),
            Some("title") => {
                self.without_choice(&text, "in a title element");
                self.marked(&text, ValuePosition::Title);
            }
            _ => self.marked(&text, ValuePosition::Text),
        }
    }

    fn in_raw_text(&self) -> bool {
        self.open.iter().any(|name| name == "style" || name == "title")
    }

    /// Checks a place that may contain neither values nor ifs.
    fn unmarked(&mut self, text: &str, place: &str) {
        if text.contains([OPENS, CLOSES]) {
            self.part.error(format!("no value may stand {place}"));
        }
        self.without_choice(text, place);
    }

    fn without_choice(&mut self, text: &str, place: &str) {
        if text.contains(CHOICE) {
            self.part.error(format!("no if may stand {place}"));
        }
    }

    /// Checks a place that may contain values: each mark must be whole, and each value must be
    /// allowed there.
    fn marked(&mut self, text: &str, place: ValuePosition) {
        if matches!(place, ValuePosition::Attribute | ValuePosition::Address) {
            self.without_choice(text, "in an attribute");
        }
        let mut rest = text;
        while let Some((_, from)) = rest.split_once(OPENS) {
            let Some((number, after)) = from.split_once(CLOSES) else {
                return self.part.error("an attribute with a value in it has to be in quotes");
            };
            let value = number.strip_suffix(' ').and_then(|number| number.parse::<usize>().ok());
            if let Some(name) = value.and_then(|at| self.values.get(at)) {
                self.fits(name, place);
            }
            rest = after;
        }
    }

    fn fits(&mut self, name: &Name, place: ValuePosition) {
        match (name, place) {
            (_, ValuePosition::Text) => {}
            (Name::Code, ValuePosition::Address) => {
                self.part.error("`code` must not be in an address: addresses are logged");
            }
            (Name::Code, ValuePosition::Title | ValuePosition::Attribute) => {
                self.part.error("`code` stands in the text and nowhere else");
            }
            (Name::Link, ValuePosition::Address | ValuePosition::Title | ValuePosition::Attribute) => {
                self.part.error("`link` stands in the text, or as the whole of an href");
            }
            (Name::To, ValuePosition::Address) => {
                self.part.error("`to` must not be in an address: addresses are logged")
            }
            _ => {}
        }
    }
}

fn attributes<'a>(
    of: &'a BTreeMap<HtmlString, html5gum::Spanned<HtmlString, ()>>,
) -> impl Iterator<Item = (String, String)> + 'a {
    of.iter().map(|(name, value)| (words(name), words(value)))
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
