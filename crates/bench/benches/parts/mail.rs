//! A mail: its words, its two parts, a tenant's own template.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::Criterion;
use otpmint::app::{SystemClocks, SystemEntropy};
use otpmint::delivery::content::mail::compose;
use otpmint::delivery::{Look, MailContent, Message, Sender, Template};
use otpmint::domain::address::Address;
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::code::Code;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::challenges::vars::Vars;
use otpmint::domain::id::TenantId;
use otpmint::domain::phone::settings::Countries;
use otpmint::domain::steady_clock::TimeSource as _;
use otpmint::domain::tenants::route::{Route, RouteHandle, Transport};
use otpmint::domain::tenants::smtp::SmtpProfile;
use otpmint::domain::tenants::template::{MailSource, TemplateSource};

/// Words, mails and templates.
pub fn measure(criterion: &mut Criterion) {
    let (sender, usual, source) = (sender(), message(), source());
    let template = Arc::new(Template::parse(&source).unwrap());
    let own = Message { template: Some(template), ..usual.clone() };
    let from = &sender.routes[0].smtp().unwrap().from;

    let mut group = criterion.benchmark_group("mail");
    group.bench_function("compose", |b| {
        b.iter(|| compose(&sender, from, black_box(&usual), usual.created_at))
    });
    group.bench_function("compose from a template", |b| {
        b.iter(|| compose(&sender, from, black_box(&own), own.created_at))
    });
    group.finish();

    let mut group = criterion.benchmark_group("words");
    group
        .bench_function("say", |b| b.iter(|| MailContent::of(&sender.name, &sender.look, black_box(&usual))));
    group.bench_function("render a template", |b| {
        b.iter(|| MailContent::of(&sender.name, &sender.look, black_box(&own)))
    });
    group.bench_function("parse a template", |b| b.iter(|| Template::parse(black_box(&source))));
    group.finish();
}

fn sender() -> Sender {
    let smtp =
        SmtpProfile::from_compat("127.0.0.1", 587, "app@sender.example", "bench-only-password").unwrap();
    let transport = Transport::Smtp(smtp);
    let handle = RouteHandle::draw(transport.kind(), &SystemEntropy);
    let route = Route { handle, name: String::new(), channels: transport.channels(), transport };
    Sender {
        tenant: TenantId(1),
        revision: 1,
        name: "Acme".to_owned(),
        look: Look::default(),
        routes: vec![route],
        countries: Countries::default(),
        is_sandbox: false,
    }
}

fn message() -> Message {
    let now = SystemClocks.wall();
    Message {
        id: "2345678923456789".to_owned(),
        recipient: Address::parse("jane@example.com").unwrap(),
        channel: ChannelKind::Email,
        code: Code::from_sealed("012345".to_owned()),
        purpose: Purpose::VERIFICATION,
        locale: None,
        vars: Vars::default(),
        template: None,
        link: None,
        autofill: None,
        created_at: now,
        expires_at: now + Duration::from_secs(600),
        callback: None,
        trace_context: None,
    }
}

fn source() -> TemplateSource {
    let text =
        "Hello{% if app %} from {{ app }}{% endif %},\n\n{{ code }}\n\nValid for {{ minutes }} minutes.\n";
    TemplateSource::Mail(MailSource {
        subject: "Your code for {{ app }}".to_owned(),
        text: text.to_owned(),
        html: Some(format!("<html><body><p>{text}</p></body></html>")),
    })
}
