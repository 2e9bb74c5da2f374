//! Tests of malicious templates and values.

use super::Template;
use super::tests::{CODE, lint, message, said, source, vars};
use crate::delivery::{Look, MailContent};
use crate::domain::address::Address;
use crate::domain::tenants::template::TemplateSource;

fn is_refused(source: &TemplateSource) -> bool {
    let refused = Template::parse(source).is_err();
    assert_eq!(refused, !lint(source).errors.is_empty());
    refused
}

/// Syntax that the engine supports beyond values and ifs. Each is combined with a code, so that it
/// is the only error.
const BEYOND: &[&str] = &[
    "{% for x in vars %}x{% endfor %}",
    "{% for x in range(1000000000) %}x{% endfor %}",
    "{% include 'a' %}",
    "{% import 'a' as b %}",
    "{% from 'a' import b %}",
    "{% extends 'a' %}",
    "{% block a %}{% endblock %}",
    "{% macro m() %}{% endmacro %}",
    "{% call m() %}{% endcall %}",
    "{% set x = 1 %}",
    "{% set x %}{% endset %}",
    "{% with x = 1 %}{% endwith %}",
    "{% do debug() %}",
    "{% filter upper %}x{% endfilter %}",
    "{% autoescape false %}x{% endautoescape %}",
    "{% continue %}",
    "{% break %}",
    "{{ code|safe }}",
    "{{ code|upper }}",
    "{{ vars|tojson }}",
    "{{ vars }}",
    "{{ code.__class__ }}",
    "{{ code.x.y }}",
    "{{ vars.a.b }}",
    "{{ vars.__class__ }}",
    "{{ vars.A }}",
    "{{ vars[\"x\"] }}",
    "{{ vars['x' ~ 'y'] }}",
    "{{ code[0] }}",
    "{{ code[:3] }}",
    "{{ code() }}",
    "{{ range(9) }}",
    "{{ debug() }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ self }}",
    "{{ loop }}",
    "{{ _ }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 2 ** 1000000 }}",
    "{{ 1 + 1 }}",
    "{{ code ~ code }}",
    "{{ -code }}",
    "{{ 'text' }}",
    "{{ 1 }}",
    "{{ none }}",
    "{{ [code] }}",
    "{{ {'a': code} }}",
    "{{ (code, app) }}",
    "{{ code if app else to }}",
    "{{ code and app }}",
    "{{ not code }}",
    "{{ vars is defined }}",
    "{% if code == '1' %}a{% endif %}",
    "{% if code < '5' %}a{% endif %}",
    "{% if '1' in code %}a{% endif %}",
    "{% if code is defined %}a{% endif %}",
    "{% if true %}a{% endif %}",
    "{% if vars %}a{% endif %}",
    "{% if code|length %}a{% endif %}",
    "{{ secret }}",
    "{{ password }}",
    "{{ env }}",
    "{{",
    "{{ code",
    "{{ }}",
    "{%",
    "{% if",
    "{% if %}a{% endif %}",
    "{% if code %}",
    "{% endif %}",
    "{% else %}",
    "{#",
    "{% raw %}",
    "{% unknown %}",
    "\0",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{85}",
    "\u{202e}",
    "\u{202a}",
    "\u{fdd0}0 \u{fdd1}",
    "\u{fdd2}",
    "\u{ffff}",
];

/// Places where a value or an if is forbidden, and markup that mails must not contain.
const IN_HTML: &[&str] = &[
    "<script>{{ vars.x }}</script>",
    "<script>alert(1)</script>",
    "<SCRIPT src=https://x.example/>",
    "<style>{{ vars.x }}</style>",
    "<style>{% if vars.x %}a{% endif %}</style>",
    "<style>a",
    "<style/>{{ vars.x }}",
    "<title>{{ code }}</title>",
    "<title>{% if vars.x %}a{% endif %}</title>",
    "<!-- {{ vars.x }} -->",
    "<!-- {% if vars.x %}-->{% endif %} -->",
    "<!--",
    "<!-- {{ code }} --!>",
    "<!doctype {{ vars.x }}>",
    "<![CDATA[ {{ vars.x }} ]]>",
    "<?php {{ vars.x }} ?>",
    "<{{ vars.x }}>",
    "<b{{ vars.x }}>",
    "</{{ vars.x }}>",
    "<b {{ vars.x }}>",
    "<b {{ vars.x }}=\"1\">",
    "<b title={{ vars.x }}>",
    "<b title=a{{ vars.x }}b>",
    "<b title=\"{% if vars.x %}a{% endif %}\">",
    "<b {% if vars.x %}title=\"a\"{% endif %}>",
    "<b title=\"{{ vars.x }}",
    "<b style=\"color:{{ vars.x }}\">",
    "<b onclick=\"{{ vars.x }}\">",
    "<b onmouseover=alert(1)>",
    "<img src=\"{{ vars.x }}\">",
    "<img src=\"https://x.example/{{ code }}\">",
    "<img srcset=\"{{ vars.x }}\">",
    "<img alt=\"{{ code }}\" src=\"https://x.example/\">",
    "<img src=\"data:text/html,x\">",
    "<a href=\"{{ vars.x }}\">",
    "<a href=\"{{ vars.x }}https://x.example/\">",
    "<a href=\"javascript:{{ vars.x }}\">",
    "<a href=\"javascript:alert(1)\">",
    "<a href=\"&#106;avascript:alert(1)\">",
    "<a href=\" java\tscript:alert(1)\">",
    "<a href=\"//{{ vars.x }}\">",
    "<a href=\"https://{{ vars.x }}/\">",
    "<a href=\"https://x.example{{ vars.x }}/\">",
    "<a href=\"https://x.example\\{{ vars.x }}/\">",
    "<a href=\"https://a@{{ vars.x }}/\">",
    "<a href=\"http://x.example/{{ vars.x }}\">",
    "<a href=\"https://x.example/{{ code }}\">",
    "<a href=\"https://x.example/?to={{ to }}\">",
    "<a href='data:text/html,x'>",
    "<a title=\"{{ code }}\">",
    "<a xlink:href=\"javascript:x\">",
    "<base href=\"https://x.example/\">",
    "<meta http-equiv=\"Refresh\" content=\"0;https://x.example/\">",
    "<link rel=\"stylesheet\" href=\"https://x.example/\">",
    "<iframe src=\"https://x.example/\"></iframe>",
    "<object data=\"x\"></object>",
    "<form action=\"https://x.example/\"><input name=\"code\"></form>",
    "<textarea>{{ vars.x }}</textarea>",
    "<plaintext>{{ vars.x }}",
    "<xmp>{{ vars.x }}</xmp>",
    "<noscript>{{ vars.x }}</noscript>",
    "<svg><style>{{ vars.x }}</style></svg>",
    "<math><mtext>{{ vars.x }}</mtext></math>",
    "<template>{{ vars.x }}</template>",
    "<b title=\"a\"title=\"b\">",
    "<b title=\"a\" title=\"b\">",
    "<b a'=\"b\">",
    "<",
    "<b",
    "</",
    "{% if vars.x %}<b title=\"{% else %}<b>{% endif %}",
    "{% if vars.x %}<!--{% endif %}-->",
    "{% if vars.x %}<style>{% endif %}</style>",
    "<{% if vars.x %}script{% endif %}>",
    "&#0;",
];

#[test]
fn what_goes_beyond_values_and_ifs_is_refused_in_every_part() {
    for attack in BEYOND {
        let beside = format!("{{{{ code }}}} {attack}");
        assert!(is_refused(&source("s", &beside, None)), "{attack:?} in a text");
        assert!(is_refused(&source("s", "{{ code }}", Some(&beside))), "{attack:?} in HTML");
        assert!(is_refused(&source(&format!("s {attack}"), "{{ code }}", None)), "{attack:?} in a subject");
    }
}

#[test]
fn html_that_could_do_harm_is_refused() {
    for attack in IN_HTML {
        let beside = format!("<p>{{{{ code }}}}</p>{attack}");
        assert!(is_refused(&source("s", "{{ code }}", Some(&beside))), "{attack:?}");
    }
    assert!(!is_refused(&source("s", "{{ code }}", Some("<p>{{ code }}</p>"))));
}

#[test]
fn a_subject_has_no_line_breaks_and_never_the_code() {
    let attacks =
        ["a\r\nBcc: x@y.example", "a\nb", "a\tb", "{{ code }}", "{% if vars.x %}{{ code }}{% endif %}", "  "];
    for attack in attacks {
        assert!(is_refused(&source(attack, "{{ code }}", None)), "{attack:?}");
    }
}

#[test]
fn what_is_too_deep_or_too_much_is_refused_before_it_costs_anything() {
    let nested = |depth: usize| {
        format!("{}{{{{ code }}}}{}", "{% if code %}".repeat(depth), "{% endif %}".repeat(depth))
    };
    let chain = format!("{{% if code %}}{}{{% endif %}}", "{%elif code%}".repeat(1_200));
    let asked = |words: &str, count: usize| {
        format!("{{{{ code }}}}{{% if {} code %}}a{{% endif %}}", words.repeat(count))
    };
    for (what, text) in [
        ("nested ifs", nested(9)),
        ("very nested ifs", nested(500)),
        ("a chain of elif", chain),
        ("many values", "{{ code }}".repeat(201)),
        ("many nots", asked("not ", 9)),
        ("very many nots", asked("not ", 3_000)),
        ("many ands", asked("code and ", 9)),
        ("very many ands", asked("code and ", 1_500)),
        ("many parentheses", format!("{{{{ {}code{} }}}}", "(".repeat(5_000), ")".repeat(5_000))),
        ("many brackets", format!("{{{{ {} }}}}", "[".repeat(10_000))),
        ("many minuses", format!("{{{{ {}1 }}}}", "-".repeat(10_000))),
        ("many attributes", format!("{{{{ vars{} }}}}", ".a".repeat(5_000))),
        ("more than there is room for", "x".repeat(17_000)),
    ] {
        assert!(is_refused(&source("s", &format!("{{{{ code }}}} {text}"), None)), "{what}");
    }
    let deepest = format!("{{{{ code }}}}{}", nested(8));
    assert!(!is_refused(&source("s", &deepest, None)));
}

#[test]
fn a_message_that_would_grow_too_long_makes_way_for_the_usual_words() {
    let huge = format!("{{{{ code }}}}{}", "{{ vars.x }}".repeat(190));
    let source = source("s", &huge, Some(&huge));
    let said =
        MailContent::of("Acme", &Look::default(), &message(&source, vars(&[("x", &"\"".repeat(500))])))
            .unwrap();
    assert!(!said.is_own && said.text.contains(CODE) && said.text.len() < 1_000);
}

#[test]
fn values_are_never_read_as_a_template_nor_as_markup() {
    let html = "<p title=\"{{ vars.x }}\">{{ vars.x }} {{ app }} {{ code }}</p>";
    let source = source("{{ app }} {{ vars.x }}", "{{ vars.x }} {{ code }}", Some(html));
    for attack in [
        "{{ code }}",
        "{% if code %}{{ code }}{% endif %}",
        "<script>alert(1)</script>",
        "\" onmouseover=\"alert(1)",
        "' onmouseover='alert(1)",
        "--></style></title><img src=x onerror=alert(1)>",
        "&lt;script&gt;",
        "javascript:alert(1)",
        "\u{202e}543210",
        "\u{2067}a",
        "${7*7}#{7*7}",
    ] {
        let said = said(&source, &[("x", attack)]);
        let (subject, text, html) = (said.subject, said.text, said.html.unwrap());
        assert!(said.is_own && !subject.contains(CODE), "{subject}");
        assert_eq!((text.matches(CODE).count(), html.matches(CODE).count()), (1, 1), "{text} {html}");
        assert_eq!((html.matches('<').count(), html.matches('"').count()), (2, 2), "{html}");
        assert!(!text.contains(['\u{202e}', '\u{2067}']) && !html.contains(['\u{202e}', '\u{2067}']));
    }
}

#[test]
fn neither_a_tenants_name_nor_a_recipient_is_markup_or_a_header() {
    let source = source(
        "{{ app }} {{ to }}",
        "{{ app }} {{ to }} {{ code }}",
        Some("<b>{{ app }}{{ to }}</b>{{ code }}"),
    );
    let mut message = message(&source, vars(&[]));
    message.recipient = Address::parse("\"<b>'{{code}}\"@example.com")
        .or_else(|_| Address::parse("a'b+{{code}}@example.com"))
        .or_else(|_| Address::parse("a'b@example.com"))
        .unwrap();
    let said =
        MailContent::of("<i>Acme\r\nBcc: x@y.example\u{202e}{{ code }}", &Look::default(), &message).unwrap();
    let html = said.html.unwrap();
    assert_eq!(html.matches('<').count(), 2, "{html}");
    assert!(
        !said.subject.contains(['\r', '\n', '\u{202e}']) && !said.subject.contains(CODE),
        "{}",
        said.subject
    );
    assert_eq!(html.matches(CODE).count(), 1, "{html}");
}
