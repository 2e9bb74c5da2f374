//! Documents as HTML, and their sections.

use std::collections::HashMap;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::shelf::{Source, named};

/// What of Markdown the documents use beside its core.
const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// A document that can be shown and searched.
pub(super) struct Document {
    pub(super) html: String,
    pub(super) sections: Vec<Section>,
}

/// A heading and what stands below it.
#[derive(Default)]
pub(super) struct Section {
    /// The anchor; empty for what stands before the first heading.
    pub(super) anchor: String,
    pub(super) heading: String,
    /// As readers see it, in one line.
    pub(super) text: String,
    /// Heading and text in small letters, for the search.
    pub(super) small: (String, String),
}

impl Document {
    /// Renders a document.
    pub(super) fn of(source: &Source) -> Self {
        let mut events: Vec<Event> = Parser::new_ext(source.text, OPTIONS).collect();
        let sections = anchored(&mut events);
        let shown = events.into_iter().filter_map(shown);
        let mut html = String::with_capacity(source.text.len() * 2);
        html::push_html(&mut html, Linked { events: shown, in_link: Vec::new() });
        // A table scrolls by itself, and is reached by keyboard.
        let html = html.replace("<table>", "<div class=\"wide\" tabindex=\"0\"><table>");
        Self { html: html.replace("</table>", "</table></div>"), sections }
    }
}

/// Gives each heading its anchor, as code hosts do, and returns the sections.
fn anchored(events: &mut [Event]) -> Vec<Section> {
    let (mut sections, mut known) = (vec![Section::default()], HashMap::new());
    let mut begun = None;
    for at in 0..events.len() {
        match &events[at] {
            Event::Start(Tag::Heading { .. }) => {
                begun = Some(at);
                sections.push(Section::default());
            }
            Event::End(TagEnd::Heading(_)) => {
                let Some(section) = sections.last_mut() else { continue };
                section.anchor = unused(slug(&section.heading), &mut known);
                let anchor = CowStr::from(section.anchor.clone());
                if let Some(Event::Start(Tag::Heading { id, .. })) = begun.take().map(|at| &mut events[at]) {
                    *id = Some(anchor);
                }
            }
            Event::Text(text) | Event::Code(text) => {
                let Some(section) = sections.last_mut() else { continue };
                if begun.is_some() { section.heading.push_str(text) } else { section.text.push_str(text) }
            }
            Event::SoftBreak | Event::HardBreak | Event::End(_) => {
                if let Some(section) = sections.last_mut() {
                    section.text.push(' ');
                }
            }
            _ => {}
        }
    }
    for section in &mut sections {
        section.text = section.text.split_whitespace().collect::<Vec<_>>().join(" ");
        section.small = (section.heading.to_lowercase(), section.text.to_lowercase());
    }
    sections.retain(|section| !section.heading.is_empty());
    sections
}

/// A heading as an anchor: small letters, digits and hyphens.
fn slug(heading: &str) -> String {
    let small = heading.to_lowercase();
    let kept = small.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The anchor, with a number if it was used before.
fn unused(anchor: String, known: &mut HashMap<String, usize>) -> String {
    let count = known.entry(anchor.clone()).or_default();
    *count += 1;
    if *count == 1 { anchor } else { format!("{anchor}-{}", *count - 1) }
}

/// The event as it is shown: the first heading of a page is the page's own, and comments are for tests.
fn shown(event: Event) -> Option<Event> {
    match event {
        Event::Html(_) | Event::InlineHtml(_) => None,
        Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => Some(Event::Start(Tag::Heading {
            level: HeadingLevel::H1,
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        other => Some(other),
    }
}

/// Events whose links lead to the documents that are here. Other files of the repository are named, and not linked.
struct Linked<I> {
    events: I,
    /// For each link or picture that is open, whether it is shown as one.
    in_link: Vec<bool>,
}

impl<'a, I: Iterator<Item = Event<'a>>> Iterator for Linked<I> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        loop {
            match self.events.next()? {
                Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                    let there = address(&dest_url);
                    self.in_link.push(there.is_some());
                    let Some(there) = there else { continue };
                    return Some(Event::Start(Tag::Link { link_type, dest_url: there.into(), title, id }));
                }
                // Pictures are not part of the program.
                Event::Start(Tag::Image { .. }) => self.in_link.push(false),
                Event::End(TagEnd::Link | TagEnd::Image) if self.in_link.pop() == Some(false) => {}
                // A document is called by its name, not by that of its file.
                Event::Text(text) if self.in_link.last() == Some(&true) => {
                    let source = text.strip_suffix(".md").and_then(named);
                    return Some(Event::Text(source.map_or(text, |source| source.label.into())));
                }
                other => return Some(other),
            }
        }
    }
}

/// Where a link leads, seen from the page of a document; `None` for a file that is not here.
fn address(link: &str) -> Option<String> {
    if link.starts_with("https://") || link.starts_with("http://") || link.starts_with('#') {
        return Some(link.to_owned());
    }
    if link == "openapi.json" {
        return Some("../../openapi.json".to_owned());
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let source = named(file.strip_suffix(".md")?)?;
    Some(anchor.map_or_else(|| source.name.to_owned(), |anchor| format!("{}#{anchor}", source.name)))
}

#[cfg(test)]
mod tests {
    use super::super::shelf::SHELF;
    use super::*;

    fn rendered(text: &'static str) -> Document {
        Document::of(&Source { name: "x", label: "X", text })
    }

    #[test]
    fn headings_are_anchors_and_sections() {
        let document =
            rendered("# Top\n\nBegin\n\n## `PUT /v1/x`, again\n\nSome *text*\nhere.\n\n## Same\n\n## Same\n");
        let anchors: Vec<_> = document.sections.iter().map(|section| section.anchor.as_str()).collect();
        assert_eq!(anchors, ["top", "put-v1x-again", "same", "same-1"]);
        assert_eq!(document.sections[1].text, "Some text here.");
        assert!(document.html.contains("<h2 id=\"same-1\">Same</h2>"), "{}", document.html);
    }

    #[test]
    fn links_lead_to_what_is_here() {
        let html = rendered(
            "[a](api.md#conventions) [api.md](api.md) [b](../README.md) [c](https://a.example/) [d](#e) ![p](x.png) <b>x</b>\n\n<!-- c -->\n",
        )
        .html;
        assert!(
            html.contains("<a href=\"api#conventions\">a</a> <a href=\"api\">The HTTP API</a> b <a href=\"https://a.example/\">c</a>"),
            "{html}"
        );
        assert!(!html.contains("<img") && !html.contains("<b>") && !html.contains("<!--"), "{html}");
    }

    #[test]
    fn every_anchor_that_a_document_links_to_is_there() {
        let all: Vec<_> = SHELF.iter().flat_map(|(_, sources)| *sources).collect();
        for source in &all {
            let html = Document::of(source).html;
            for link in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let Some((name, anchor)) = link.split_once('#').filter(|_| !link.contains("://")) else {
                    continue;
                };
                let name = if name.is_empty() { source.name } else { name };
                let target = Document::of(named(name).unwrap());
                let is_there = target.sections.iter().any(|section| section.anchor == anchor);
                assert!(is_there, "{}: {link}", source.name);
            }
        }
    }
}
