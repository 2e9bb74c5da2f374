//! Tests of templates for text messages and calls.

use std::sync::Arc;

use proptest::prelude::*;

use super::tests::{CODE, vars};
use super::{Setting, Template};
use crate::delivery::content::template::tests::message;
use crate::delivery::{CallContent, Look, Message, TextContent};
use crate::domain::locale::Locale;
use crate::domain::sms::{Autofill, CodeHost, measure};
use crate::domain::tenants::template::{MailSource, Report, TemplateSource};

fn lint_as(source: &TemplateSource, name: &str, tag: &str, host: &str) -> Report {
    let (locale, hosts) = (Locale::parse(tag).unwrap(), [CodeHost::parse(host).unwrap()]);
    Template::lint(source, &Setting { name, locale: &locale, hosts: &hosts, look: &Look::default() })
}

fn lint(text: &str) -> Report {
    lint_as(&TemplateSource::Text(text.to_owned()), "Acme", "en", "app.example")
}

fn voice(text: &str) -> TemplateSource {
    TemplateSource::Voice(text.to_owned())
}

fn with(source: &TemplateSource, entries: &[(&str, &str)]) -> Message {
    let mail = MailSource { subject: "s".to_owned(), text: "{{ code }}".to_owned(), html: None };
    let template = Template::parse(source).map(Arc::new).unwrap();
    Message { template: Some(template), ..message(&TemplateSource::Mail(mail), vars(entries)) }
}

fn sent(text: &str, entries: &[(&str, &str)]) -> TextContent {
    TextContent::of("Acme", &with(&TemplateSource::Text(text.to_owned()), entries)).unwrap()
}

#[test]
fn a_good_text_has_no_findings_and_is_sent_as_it_is_written() {
    let text = "{{ code }} is your code for {{ app }}.{% if vars.payee %} Pay {{ vars.payee }}.{% endif %}\n{{ lifetime }}";
    assert_eq!(lint(text), Report::default());
    let content = sent(text, &[("payee", "Jane’s shop")]);
    assert!(content.is_own);
    assert_eq!(
        content.text,
        format!("{CODE} is your code for Acme. Pay Jane's shop.\nDieser Code ist 10 Minuten lang gültig.")
    );
}

#[test]
fn each_error_says_what_to_change() {
    let long = "x".repeat(161);
    for (text, wrong) in [
        ("Hello", "`{{ code }}` is missing"),
        ("", "`{{ code }}` is missing"),
        ("{% if app %}{{ code }}{% endif %}", "on one of the ways"),
        ("{{ code }} {{ subject }}", "there is no such value"),
        ("{{ code }} for {{ to }}", "`to` is a phone number"),
        ("{{ code }} since 1984", "four digits or more"),
        ("{{ code }} call {% if app %}0800 55555{% endif %}", "four digits or more"),
        ("{{ code }}\n@app.example #1", "no line starts with @"),
        ("{{ code }}\u{202e}", "U+202E is not allowed"),
        (&format!("{{{{ code }}}} {long}"), "172 characters with the longest values; 135 fit"),
        (&format!("{}{{{{ code }}}}", "x".repeat(31)), "ends at character 41"),
        ("{{ app }} sends to you: {{ code }}", "ends at character 49"),
        ("{% if vars.a %}{{ vars.a }}, this is it: {% endif %}{{ code }}", "ends at character 44"),
        (&format!("{{{{ code }}}} ł{}", "x".repeat(60)), "“ł” is not in the GSM alphabet"),
    ] {
        let report = lint(text);
        let details: Vec<&str> = report.errors.iter().map(|error| error.detail.as_str()).collect();
        assert!(
            details.iter().any(|detail| detail.contains(wrong)),
            "{text:?}: {wrong:?} is not in {details:?}"
        );
        assert!(report.errors.iter().all(|error| error.pointer == "/text"));
    }
    let report = lint("{{ code }} ł");
    assert!(report.errors.is_empty() && report.warnings[0].detail.contains("70 characters"), "{report:?}");
}

#[test]
fn the_room_for_the_last_line_and_for_the_name_belongs_to_the_tenant() {
    // 10 for the code and 24 for a name leave 126 without a line.
    let text =
        |more: usize| TemplateSource::Text(format!("{{{{ code }}}}{{{{ app }}}} {}", "x".repeat(more)));
    let fits = |more, name: &str, host: &str| lint_as(&text(more), name, "en", host).errors.is_empty();
    for (host, most) in [
        ("a.example", 125 - 9 - 14),
        ("accounts.bigacme.example", 125 - 24 - 14),
        // Such a line may be left out; the hash of an app may not.
        ("a-host-that-is-really-very-long.bigacme.example", 125 - 12),
        ("a.b", 125 - 3 - 14),
    ] {
        assert!(fits(most, "Acme", host) && !fits(most + 1, "Acme", host), "{host}");
    }
    // A name beyond GSM leaves 70.
    assert!(fits(12, "Żabka", "a.example") && !fits(13, "Żabka", "a.example"));
}

#[test]
fn what_does_not_fit_when_it_is_rendered_goes_out_in_the_usual_words() {
    let long = "x".repeat(200);
    for (text, entries) in [
        ("{{ code }} for {{ vars.a }}", &[("a", long.as_str())][..]),
        ("{{ vars.a }}: {{ code }}", &[("a", "x".repeat(40).leak())]),
        ("{{ code }} is the code.\n{{ vars.a }}", &[("a", "@evil.example #999999")]),
    ] {
        let content = sent(text, entries);
        assert!(!content.is_own && content.text.contains(CODE), "{}", content.text);
        assert!(!content.text.contains("evil"));
    }
    let host = Some(Autofill::Page(CodeHost::parse("app.example").unwrap()));
    let message = with(&TemplateSource::Text(format!("{{{{ code }}}} {}", "x".repeat(140))), &[]);
    let content = TextContent::of("Acme", &Message { autofill: host, ..message }).unwrap();
    assert!(content.is_own && !content.text.contains('@'), "{}", content.text);
}

#[test]
fn a_call_is_said_line_by_line_and_its_code_twice() {
    let source = voice("Hello from {{ app }}.\n\n Your code is {{ code }}.\n{{ lifetime }}");
    assert_eq!(lint_as(&source, "Acme", "de", "a.example"), Report::default());
    let call = CallContent::of("Acme & Söhne", &with(&source, &[])).unwrap();
    let code = "Your code is 0, 1, 2, 3, 4, 5.";
    assert_eq!(
        call.sentences,
        ["Hello from Acme & Söhne.", code, "Dieser Code ist 10 Minuten lang gültig.", code]
    );
    assert!(call.is_own && call.voice == "de-DE");
    let twice = voice("{{ code }}\nAgain: {{ code }}");
    assert_eq!(CallContent::of("", &with(&twice, &[])).unwrap().sentences.len(), 2);
    for (text, wrong) in
        [("Hello", "is missing"), (&*format!("{{{{ code }}}}{}", "x".repeat(280)), "600 are the most")]
    {
        let report = lint_as(&voice(text), "Acme", "en", "a.example");
        assert!(report.errors[0].detail.contains(wrong), "{report:?}");
    }
    let long = CallContent::of("Acme", &with(&voice("{{ code }} {{ vars.a }}"), &[("a", &"x".repeat(500))]));
    assert!(!long.unwrap().is_own);
}

proptest! {
    #[test]
    fn no_value_breaks_out_of_a_text(a in ".{0,40}|[@#{}%\"'<>\u{202e}🎉 0-9a-z]{0,40}", name in ".{0,40}") {
        let a: String = a.chars().filter(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')).collect();
        let source = TemplateSource::Text("{{ code }} is for {{ app }}{{ vars.a }}\nBye".to_owned());
        let host = Some(Autofill::Page(CodeHost::parse("app.example").unwrap()));
        let message = Message { autofill: host, ..with(&source, &[("a", &a)]) };
        let content = TextContent::of(&name, &message).unwrap();
        prop_assert_eq!(measure(&content.text).parts, 1);
        let lines: Vec<&str> = content.text.lines().collect();
        let last = format!("@app.example #{CODE}");
        prop_assert!(lines[..lines.len() - 1].iter().all(|line| !line.starts_with('@')), "{}", content.text);
        prop_assert!(lines.last() == Some(&last.as_str()) || !content.text.contains(&last), "{}", content.text);
        prop_assert!(content.text.find(CODE).is_some_and(|at| content.text[..at].chars().count() < 40));
        prop_assert!(!content.text.chars().any(|c| u32::from(c) == 0x202e));
    }
}
