//! Tests of what templates render.

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::tenants::template::MAX_SUBJECT;
use crate::domain::tenants::template::Report;
use crate::domain::tenants::template::{MailSource, TemplateSource};
use std::sync::Arc;
use std::time::Duration;

use minijinja::{Environment, Value};
use proptest::prelude::*;

use super::cleaning::presentable;
use super::{Setting, Template};
use crate::delivery::content::message_values::message_values;
use crate::delivery::{Look, MailContent, Message};
use crate::domain::address::Address;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::locale::Locale;
use crate::domain::time::Timestamp;

pub(super) const CODE: &str = "012345";

pub(super) fn source(subject: &str, text: &str, html: Option<&str>) -> TemplateSource {
    let (subject, text) = (subject.to_owned(), text.to_owned());
    TemplateSource::Mail(MailSource { subject, text, html: html.map(str::to_owned) })
}

pub(super) fn lint(source: &TemplateSource) -> Report {
    Template::lint(
        source,
        &Setting { name: "Acme", locale: &Locale::ENGLISH, hosts: &[], look: &Look::default() },
    )
}

pub(super) fn vars(entries: &[(&str, &str)]) -> Vars {
    let entries = entries.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Vars::new(entries.collect()).unwrap()
}

pub(super) fn message(source: &TemplateSource, vars: Vars) -> Message {
    let template = Template::parse(source).map_err(|report| panic!("{source:?}: {report:?}"));
    let created_at = Timestamp::from_millis(1_000_000_000_000);
    Message {
        id: "m".to_owned(),
        recipient: Address::parse("jane@example.com").unwrap(),
        channel: ChannelKind::Email,
        code: Code::from_sealed(CODE.to_owned()),
        purpose: Purpose::parse("login").unwrap(),
        locale: Locale::parse("de"),
        vars,
        template: template.ok().map(Arc::new),
        link: None,
        autofill: None,
        created_at,
        expires_at: created_at + Duration::from_secs(600),
        callback: None,
        trace_context: None,
    }
}

pub(super) fn said(source: &TemplateSource, entries: &[(&str, &str)]) -> MailContent {
    MailContent::of("Acme", &Look::default(), &message(source, vars(entries))).unwrap()
}

fn text(source_text: &str, entries: &[(&str, &str)]) -> String {
    said(&source("s", source_text, None), entries).text
}

fn details(findings: &[crate::domain::tenants::template::Finding]) -> String {
    findings.iter().map(|f| format!("{} {}; ", f.pointer, f.detail)).collect()
}

#[test]
fn values_stand_for_what_they_are_called() {
    let all = "{{ code }}|{{ app }}|{{ minutes }}|{{ seconds }}|{{ lifetime }}|{{ purpose }}|{{ locale }}|{{ to }}|\
               {{ vars.x }}|{{ vars.y }}";
    let told =
        "012345|Acme|10|600|Dieser Code ist 10 Minuten lang gültig.|login|de|jane@example.com|1 & <2>|";
    assert_eq!(text(all, &[("x", "1 & <2>")]), told);
}

#[test]
fn ifs_choose_by_whether_there_is_a_value() {
    let asked =
        "{{ code }} {% if vars.a and not vars.b %}1{% elif vars.a or vars.b %}2{% else %}3{% endif %}";
    for (entries, told) in [
        (&[("a", "x")][..], "1"),
        (&[("a", "x"), ("b", "x")], "2"),
        (&[("b", "x")], "2"),
        (&[], "3"),
        (&[("a", ""), ("b", "")], "3"),
    ] {
        assert_eq!(text(asked, entries), format!("{CODE} {told}"));
    }
}

#[test]
fn whitespace_control_and_comments_are_those_of_the_syntax() {
    assert_eq!(text("a {#- gone -#} {{- code }}\n{%- if code -%}\n b\n{%- endif %}", &[]), "a012345b");
    assert_eq!(text("{% raw %}{{ code }}{% endraw %} {{ code }}", &[]), format!("{{{{ code }}}} {CODE}"));
}

#[test]
fn a_subject_is_one_short_line() {
    let source = source("Hi {{ vars.a }}{{ vars.b }}", "{{ code }}", None);
    let long = "é".repeat(250);
    assert_eq!(said(&source, &[("a", "x\u{202e}y")]).subject, "Hi xy");
    assert_eq!(said(&source, &[("a", &long)]).subject.chars().count(), MAX_SUBJECT);
}

#[test]
fn a_subject_of_nothing_makes_way_for_the_usual_words() {
    let source = source("{{ vars.title }}", "own {{ code }}", None);
    let said = said(&source, &[]);
    assert!(!said.is_own && said.text.contains(CODE) && !said.subject.is_empty());
}

#[test]
fn a_template_without_html_makes_a_message_of_text() {
    assert_eq!(said(&source("s", "{{ code }}", None), &[]).html, None);
}

#[test]
fn errors_say_what_and_where() {
    for (subject, text, html, told) in [
        ("s", "no code", None, "/text `{{ code }}` is missing"),
        ("s", "", None, "/text a text part is needed"),
        ("", "{{ code }}", None, "/subject a subject is needed"),
        ("s", "{{ code }}", Some("<p>x</p>"), "/html `{{ code }}` is missing"),
        ("s", "{% if vars.a %}{{ code }}{% endif %}", None, "/text `{{ code }}` is missing on one"),
        ("s", "{{ code }}\n{{ foo }}", None, "/text line 2: there is no such value"),
        ("{{ code }}", "{{ code }}", None, "/subject `code` must not be in the subject"),
        ("{% if code %}a{% endif %}{{ code }}", "{{ code }}", None, "/subject `code` must not"),
        (&"s".repeat(201), "{{ code }}", None, "/subject a subject has at most 200"),
        ("s", &format!("{{{{ code }}}}{}", "x".repeat(16384)), None, "/text a part has at most 16384"),
        ("s", "{% if code %}{{ code }}", None, "/text line 1: unexpected end"),
    ] {
        let report = lint(&source(subject, text, html));
        assert!(details(&report.errors).contains(told), "{told}: {report:?}");
        assert!(Template::parse(&source(subject, text, html)).is_err(), "{told}");
    }
}

#[test]
fn both_ways_through_an_if_may_have_the_code() {
    let source =
        source("s", "{% if vars.a %}A {{ code }}{% else %}{{ code }}{% endif %} {{ lifetime }}", None);
    assert_eq!(lint(&source), Report::default());
}

#[test]
fn what_is_found_is_told_in_few_and_short_words() {
    let many = format!("{{{{ code }}}}{}<{}>", "</b>".repeat(2_000), "x".repeat(5_000));
    let report = lint(&source("s", "{{ code }} {{ minutes }}", Some(&many)));
    assert_eq!(report.errors, []);
    assert!(report.warnings.len() == 50 && details(&report.warnings).len() < 12_000);
    let long = format!("{{% {} %}}", "x".repeat(5_000));
    let report = lint(&source("s", &long, None));
    assert!(report.errors[0].detail.chars().count() <= 200, "{report:?}");
}

#[test]
fn warnings_say_what_could_be_better_and_refuse_nothing() {
    for (subject, text, html, told) in [
        (&*"s".repeat(71), "{{ code }} {{ minutes }}", None, "/subject many programs show no more than 70"),
        ("s", "{{ code }}", None, "/text it does not say how long the code works"),
        ("s", "G-{{ code }}x {{ minutes }}", None, "/text letters or digits touch the code"),
        ("s", "{{ code }} {{ minutes }}", Some("<div>{{ code }}"), "/html <div> is not closed"),
        ("s", "{{ code }} {{ minutes }}", Some("{{ code }}</b>"), "/html </b> closes nothing"),
        (
            "s",
            "{{ code }} {{ minutes }}",
            Some("<b><i>{{ code }}</b></i>"),
            "/html <i> is not closed before </b>",
        ),
    ] {
        let report = lint(&source(subject, text, html));
        assert!(details(&report.warnings).contains(told), "{told}: {report:?}");
        assert_eq!(report.errors, [], "{told}");
    }
}

#[test]
fn html_that_mails_are_made_of_is_taken() {
    let html = r#"<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>{{ app }}</title>
        <style>p { color: red }</style></head><body><!--[if mso]><table><![endif]-->
        {% if vars.name %}<p title="{{ vars.name }}">Hallo {{ vars.name }}</p>{% else %}<p>Hallo{% endif %}
        <table role=presentation><tr><td>{{ code }}</table><br/><img src="https://cdn.example/a.png" alt="{{ app }}">
        <a href="https://app.example/x?c={{ vars.campaign }}">A &amp; B</a> <a href='mailto:a@b.example'>mail</a>
        {{ lifetime }}</body></html>"#;
    let source = source("s", "{{ code }} {{ lifetime }}", Some(html));
    assert_eq!(lint(&source), Report::default());
    let said = said(&source, &[("name", "\"><img src=x onerror=alert(1)>"), ("campaign", "'\" onclick=x")]);
    let html = said.html.unwrap();
    assert!(html.contains("<p title=\"&quot;&gt;&lt;img src=x onerror=alert(1)&gt;\">"), "{html}");
    assert!(html.contains("x?c=&#39;&quot; onclick=x\""), "{html}");
}

/// Generates pieces of templates, valid and invalid.
fn piece() -> impl Strategy<Value = String> {
    let pieces = vec![
        "{{ code }}",
        "{{ app }}",
        "{{ vars.a }}",
        "{{ vars.b }}",
        "{{ to }}",
        "{{ lifetime }}",
        "{% if vars.a %}",
        "{% elif vars.b %}",
        "{% else %}",
        "{% endif %}",
        "{%- endif -%}",
        "{% if not vars.b and code %}",
        " ",
        "\n",
        "<b>",
        "</b>",
        "<p title=\"",
        "\">",
        "<a href=\"https://h.example/",
        "'",
        "\"",
        "<!--",
        "-->",
        "&",
        "&lt;",
        "<style>",
        "</style>",
        "<title>",
        "</title>",
        "{{",
        "}}",
        "{%",
        "{#",
        "#}",
        "text",
        "é",
        "<",
        ">",
        "=",
    ];
    prop_oneof![9 => prop::sample::select(pieces).prop_map(str::to_owned), 1 => ".{0,6}"]
}

fn pieces(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..most).prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[^\\p{C}\u{2028}\u{2029}]{0,20}",
        prop::sample::select(vec![
            "<script>",
            "{{ code }}",
            "{% endif %}",
            "\">x",
            "'>x",
            "-->",
            "</title>",
            "&lt;"
        ])
        .prop_map(str::to_owned),
    ]
}

/// Returns the values of a template for minijinja's own renderer.
fn context(a: &str, b: &str) -> Value {
    let of = |name: &'static str, value: &str| (name, Value::from(value));
    let vars = Value::from_pairs([of("a", &presentable(a)), of("b", &presentable(b))]);
    let lifetime = "Dieser Code ist 10 Minuten lang gültig.";
    let flat = [of("code", CODE), of("app", "Acme"), of("to", "jane@example.com"), of("lifetime", lifetime)];
    Value::from_pairs(flat.into_iter().chain([("vars", vars)]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_has_no_errors_always_says_the_code_and_what_the_syntax_means(
        before in pieces(6), after in pieces(6), html in prop::option::of(pieces(10)), a in value(), b in value(),
    ) {
        let html = html.map(|html| format!("<p>{{{{ code }}}}</p>{html}"));
        let has_ifs = html.as_ref().is_some_and(|html| html.contains("{%"));
        let source = source("Code {{ vars.a }}", &format!("{before}{{{{ code }}}}{after}"), html.as_deref());
        if let Ok(Template::Mail(template)) = Template::parse(&source) {
            let message = message(&source, vars(&[("a", &a), ("b", &b)]));
            let values = message_values(&message, "Acme", message.code.expose()).unwrap();
            let rendered = template.render(&values).unwrap();
            prop_assert!(rendered.text.contains(CODE) && !rendered.subject.contains(CODE));
            prop_assert!(!rendered.subject.chars().any(char::is_control));
            let one_line_end = source.text().replace("\r\n", "\n").replace('\r', "\n");
            let theirs = Environment::empty().render_str(&one_line_end, context(&a, &b)).unwrap();
            prop_assert_eq!(rendered.text, theirs);
            if let Some(html) = rendered.html {
                prop_assert!(html.contains(CODE));
                let usual = said(&source, &[]).html.unwrap();
                // No value creates an element. Templates with ifs are skipped, because ifs choose
                // elements.
                if !has_ifs {
                    prop_assert_eq!(html.matches(['<', '>', '"', '\'']).count(), usual.matches(['<', '>', '"', '\'']).count());
                }
            }
        }
    }

    #[test]
    fn no_text_makes_the_lint_panic(subject in pieces(8), text in pieces(20), html in pieces(20)) {
        let _ = lint(&source(&subject, &text, Some(&html)));
        let _ = (lint(&TemplateSource::Text(text.clone())), lint(&TemplateSource::Voice(text)));
    }
}
