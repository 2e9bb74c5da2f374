//! The targets.

use std::io::Read;
use std::path::Path;
use std::sync::{Arc, LazyLock, OnceLock};

use otpmint::app::{Ambient, SystemEntropy};
use otpmint::config;
use otpmint::crypto::backup::{self, BackupOpener, BackupRecipient, SealedFor};
use otpmint::crypto::hook_secret::HookSecrets;
use otpmint::crypto::secret_key::SecretKey;
use otpmint::crypto::{master, totp};
use otpmint::delivery::channels::{http, smpp, smtp};
use otpmint::delivery::net::Trust;
use otpmint::delivery::net::http::HttpClient;
use otpmint::delivery::{Channel, Template};
use otpmint::domain::address::Address;
use otpmint::domain::challenges::code::parse_answer;
use otpmint::domain::challenges::link::Link;
use otpmint::domain::challenges::return_url::ReturnUrl;
use otpmint::domain::deliveries::callback::{Callback, CallbackMethod};
use otpmint::domain::hook::{SignatureScheme, SignedRequest};
use otpmint::domain::limits::redis_url::RedisUrl;
use otpmint::domain::locale::Locale;
use otpmint::domain::network::{OutboundRule, PortRule};
use otpmint::domain::outbound_url::OutboundUrl;
use otpmint::domain::tenants::logo::Logo;
use otpmint::domain::tenants::route::Route;
use otpmint::domain::tenants::template::{MailSource, TemplateSource};
use otpmint::domain::time::Timestamp;
use otpmint::domain::trace::TraceContext;
use otpmint::domain::web_origin::WebOrigin;
use otpmint::store::copy::backup as stream;
use secrecy::SecretString;

use crate::http::request;

type Target = fn(&[u8]);

/// Every target by its name, which is that of the folder of its seeds.
const TARGETS: [(&str, Target); 18] = [
    ("addresses", |bytes| text(bytes, |text| drop(Address::parse(text)))),
    ("backup-file", backup_file),
    ("backup-stream", |mut bytes| drop(stream::check(&mut bytes))),
    ("callbacks", callbacks),
    ("chosen-keys", |bytes| text(bytes, |text| drop(SecretKey::chosen(text)))),
    ("codes", |bytes| text(bytes, |text| drop((parse_answer(text), Locale::parse(text))))),
    ("dns", smtp::check::fuzz_responses),
    ("hooks", hooks),
    ("http", request),
    ("keys", keys),
    ("logos", |bytes| drop(Logo::parse(bytes))),
    ("otpauth", |bytes| text(bytes, |text| drop(totp::import::parse(text)))),
    ("provider-answers", provider_answers),
    ("settings", settings),
    ("smpp", smpp::fuzz_pdus),
    ("smtp", smtp::fuzz_replies),
    ("templates", templates),
    ("urls", urls),
];

static CHOSEN: OnceLock<Target> = OnceLock::new();

/// Chooses the target that the environment names.
pub fn choose() {
    let name = std::env::var("OTPMINT_FUZZ_TARGET").unwrap_or_default();
    if name == "list" {
        for (name, _) in TARGETS {
            println!("{name}");
        }
        std::process::exit(0);
    }
    let found = TARGETS.into_iter().find(|(known, _)| *known == name).map(|(_, target)| target);
    let chosen = found.unwrap_or_else(|| panic!("OTPMINT_FUZZ_TARGET={name:?} is no target"));
    CHOSEN.set(chosen).unwrap_or_else(|_| panic!("it is chosen once"));
}

/// Runs the target.
pub fn run(bytes: &[u8]) {
    CHOSEN.get().expect("it was chosen")(bytes);
}

fn text(bytes: &[u8], parse: impl FnOnce(&str)) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        parse(text);
    }
}

fn backup_file(bytes: &[u8]) {
    static OPENER: LazyLock<(BackupOpener, SealedFor)> = LazyLock::new(|| {
        let (identity, recipient) = backup::new_identity();
        let recipient = BackupRecipient::parse(&recipient).expect("its own");
        (BackupOpener::identities(&identity).expect("its own"), SealedFor::Recipients(vec![recipient]))
    });
    if let Ok(mut opened) = backup::open(&OPENER.0, bytes) {
        let _ = opened.read_to_end(&mut Vec::new());
    }
    text(bytes, |text| {
        let _ = (BackupRecipient::parse(text), BackupOpener::identities(&SecretString::from(text)));
    });
    let _ = &OPENER.1;
}

/// Routes to every kind of provider.
static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let written = [
        r#"{"transport":"twilio","secret":"s","report_key":"k","settings":{"account_sid":"AC00000000000000000000000000000000","from":{"default":"Acme"}}}"#,
        r#"{"transport":"telegram_gateway","secret":"s","settings":{}}"#,
        r#"{"transport":"whatsapp_cloud","secret":"s","report_key":"k","settings":{"phone_number_id":"1","template":"code"}}"#,
        r#"{"transport":"http","secret":"s","settings":{"preset":"vonage","account":"acme","from":"Acme"}}"#,
        r#"{"transport":"http","secret":"s","settings":{"preset":"infobip","from":"Acme","base_url":"https://x.api.infobip.com"}}"#,
        r#"{"transport":"http","secret":"s","settings":{"preset":"telnyx","from":"Acme"}}"#,
        r#"{"transport":"http","secret":"s","settings":{"preset":"kannel","account":"a","from":"Acme","base_url":"https://k.example"}}"#,
    ];
    let routes = written.iter().filter_map(|json| {
        let (draft, _) = otpmint::http::read_route(json.as_bytes()).ok()?;
        draft.complete(&[], &SystemEntropy).ok()
    });
    let routes: Vec<_> = routes.collect();
    assert!(routes.len() >= 4, "{} routes are left", routes.len());
    routes
});

fn choice<T>(of: &[T], byte: u8) -> &T {
    &of[usize::from(byte) % of.len()]
}

fn callbacks(bytes: &[u8]) {
    static CHANNELS: LazyLock<Vec<http::HttpChannel>> = LazyLock::new(|| {
        let rule = OutboundRule::new(&[], &[], PortRule::Any).expect("no hosts");
        let client = Arc::new(HttpClient::new(rule, Trust::system()));
        let clock = Ambient::system().clock;
        http::HttpChannel::KINDS
            .map(|kind| http::HttpChannel::new(kind, Arc::clone(&client), clock.clone()))
            .into()
    });
    let [chosen, method, rest @ ..] = bytes else { return };
    let mut parts = rest.splitn(3, |byte| *byte == 0);
    let mut next = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (query, value, body) = (next(), next(), next());
    let route = choice(&ROUTES, *chosen);
    let names =
        ["x-twilio-signature", "x-hub-signature-256", "x-request-signature", "content-type", "authorization"];
    let headers: Vec<_> = names.map(|name| (name.to_owned(), value.clone())).into();
    let method = if method % 2 == 0 { CallbackMethod::Get } else { CallbackMethod::Post };
    let url = format!("https://otp.example/callbacks/r/k?{query}");
    let callback = Callback { method, url: &url, headers: &headers, body: body.as_bytes() };
    for channel in CHANNELS.iter().filter(|channel| channel.transport() == route.transport.kind()) {
        let _ = channel.read_callback(route, callback, Timestamp::from_millis(1_700_000_000_000));
    }
}

fn provider_answers(bytes: &[u8]) {
    let [chosen, answer @ ..] = bytes else { return };
    if let Some(account) = choice(&ROUTES, *chosen).provider() {
        http::fuzz_answers(&account.settings, answer);
    }
}

fn hooks(bytes: &[u8]) {
    let known = ["v1,whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "a-secret-of-a-hook-of-32-letters"];
    for (scheme, known) in
        [SignatureScheme::StandardWebhooks, SignatureScheme::Zitadel].into_iter().zip(known)
    {
        let secrets = HookSecrets::parse(scheme, known).expect("secrets");
        text(bytes, |text| {
            let _ = HookSecrets::parse(scheme, text);
            let mut parts = text.splitn(4, '\n');
            let mut next = || parts.next().unwrap_or_default();
            let (id, timestamp, signature) = (next(), next(), next());
            let request = SignedRequest { id, timestamp, signature, body: next().as_bytes() };
            let _ = secrets.prove(scheme, &request, Timestamp::from_millis(1_700_000_000_000));
        });
    }
}

fn keys(bytes: &[u8]) {
    text(bytes, |text| {
        let _ = (SecretKey::presented(text), TraceContext::parse(text));
        let _ = SecretKey::with_underscores(text);
    });
    master::fuzz_key_file(bytes);
}

fn settings(bytes: &[u8]) {
    static FILE: LazyLock<tempfile::NamedTempFile> = LazyLock::new(|| {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        tempfile::NamedTempFile::new_in(folder).expect("a file")
    });
    std::fs::write(FILE.path(), bytes).expect("the file is ours");
    let _ = config::load(Some(FILE.path()), std::iter::empty());
}

fn templates(bytes: &[u8]) {
    text(bytes, |text| {
        let mail = MailSource {
            subject: "{{ code }}".to_owned(),
            text: text.to_owned(),
            html: Some(text.to_owned()),
        };
        let _ = Template::parse(&TemplateSource::Mail(mail));
        let _ = Template::parse(&TemplateSource::Text(text.to_owned()));
        let _ = Template::parse(&TemplateSource::Voice(text.to_owned()));
    });
}

fn urls(bytes: &[u8]) {
    static RULE: LazyLock<OutboundRule> =
        LazyLock::new(|| OutboundRule::new(&["localhost".to_owned()], &[], PortRule::Any).expect("a host"));
    text(bytes, |text| {
        let _ = (WebOrigin::parse(text), OutboundUrl::parse(text, &RULE), RedisUrl::parse(text));
        let _ = (Link::parse(text), ReturnUrl::parse(text));
    });
}
