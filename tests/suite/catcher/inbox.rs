//! The inbox page, over real HTTP.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{App, HttpServer};
use mail_catcher::{Fate, Lasts, MailCatcher, Options, TlsMode, Trouble};
use otpmint::cli::dev::pages::{self, Desk};
use otpmint::cli::dev::{DeliveryLog, PhoneInbox};
use otpmint::delivery::{Catch as _, CatchAnswer, CaughtMessage};
use otpmint::domain::challenges::channel::ChannelKind;
use reqwest::{Client as Http, Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::catcher::client::{Client, NOON, credentials, start, stopped_clock};
use crate::support::http::http;

const MAIL: &str = "From: App <app@example.com>\r\nSubject: =?utf-8?Q?<b>Gr=C3=BCezi</b>?=\r\n\
    Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\n\r\nYour code: 012345\r\n--x\r\n\
    Content-Type: text/html\r\n\r\n<h1>012345</h1><script>alert(1)</script>\r\n--x--\r\n";

const NUMBER: &str = "+4915123456789";

struct Inbox {
    catcher: MailCatcher,
    phones: PhoneInbox,
    http: Http,
    address: String,
}

impl Inbox {
    async fn open() -> Self {
        let log = Arc::new(DeliveryLog::new(stopped_clock()));
        let witness = Some(log.clone() as _);
        let options =
            Options { tls: TlsMode::Plain, credentials: credentials(), witness, ..Options::default() };
        let catcher = start(options).await;
        let phones = PhoneInbox::new(stopped_clock(), log.clone());
        let routes = pages::mail_routes(Desk { catcher: catcher.clone(), phones: phones.clone(), log });
        let server = HttpServer::new(move || App::new().configure(routes.clone()))
            .workers(1)
            .disable_signals()
            .bind("127.0.0.1:0")
            .unwrap();
        let address = server.addrs()[0].to_string();
        tokio::spawn(server.run());
        let http = http().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { catcher, phones, http, address }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    async fn json(&self, path: &str) -> Value {
        self.get(path).await.json().await.unwrap()
    }

    async fn page(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap()
    }

    /// Sends a form as a page of this server does, or with these headers.
    async fn post(&self, path: &str, form: &str, headers: &[(&str, &str)]) -> StatusCode {
        let request =
            self.http.post(self.url(path)).header("content-type", "application/x-www-form-urlencoded");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.body(form.to_owned()).send().await.unwrap().status()
    }

    /// A phone gets this text.
    async fn ring(&self, channel: ChannelKind, text: &str) {
        let message = CaughtMessage {
            to: NUMBER.to_owned(),
            channel,
            from: "A<b>".to_owned(),
            text: text.to_owned(),
            language: "en".to_owned(),
            code: Some("012345".to_owned()),
            reports: None,
        };
        assert_eq!(self.phones.catch(message).await, CatchAnswer::Taken);
    }

    async fn receive(&self, to: &str) {
        assert_eq!(self.send(to, MAIL).await, "250");
    }

    async fn send(&self, to: &str, mail: &str) -> String {
        let mut client = Client::greeted(&self.catcher).await;
        assert_eq!(client.say("AUTH PLAIN AGFwcABzM2NyZXQ=").await.code(), "235");
        client.mail(to, mail).await.unwrap().code().to_owned()
    }
}

/// Reads from an event stream until `wanted` has arrived.
async fn read_until(response: &mut Response, wanted: &str) -> String {
    let mut seen = String::new();
    while !seen.contains(wanted) {
        let chunk =
            timeout(Duration::from_secs(5), response.chunk()).await.unwrap_or_else(|_| panic!("{seen}"));
        seen.push_str(std::str::from_utf8(&chunk.unwrap().unwrap()).unwrap());
    }
    seen
}

#[actix_web::test]
async fn the_page_shows_each_mail_with_its_code() {
    let inbox = Inbox::open().await;
    assert!(inbox.get("/dev/inbox").await.text().await.unwrap().contains("No message yet"));
    inbox.receive("jane@example.com").await;
    let page = inbox.get("/dev/inbox").await.text().await.unwrap();
    assert!(page.contains("jane@example.com") && page.contains("data-copy=\"012345\""), "{page}");
    assert!(!page.contains("<b>Gr"), "a subject is text: {page}");
}

#[actix_web::test]
async fn each_view_of_a_mail_shows_its_part() {
    let inbox = Inbox::open().await;
    inbox.receive("jane@example.com").await;
    for (view, wanted) in [
        ("", "<pre class=\"body\" tabindex=\"0\">Your code: 012345</pre>"),
        ("?view=html", "<iframe src=\"/dev/inbox/1/html\" sandbox=\"\""),
        ("?view=headers", "<dt>Subject</dt>"),
        ("?view=source", "boundary=x"),
    ] {
        let page = inbox.get(&format!("/dev/inbox/1{view}")).await.text().await.unwrap();
        assert!(page.contains(wanted), "{view}: {page}");
        assert!(!page.contains("<script>alert"), "{view}: {page}");
    }
    for path in ["/dev/inbox/2", "/dev/inbox/2/html", "/dev/inbox/none"] {
        assert_eq!(inbox.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let source = inbox.get("/dev/inbox/1/source").await;
    assert_eq!(source.headers()["content-type"], "message/rfc822");
    assert_eq!(source.text().await.unwrap(), MAIL);
}

#[actix_web::test]
async fn programs_fetch_the_newest_code_as_json() {
    let inbox = Inbox::open().await;
    inbox.receive("jane@example.com").await;
    inbox.receive("joe@example.com").await;
    let mails = inbox.json("/dev/inbox.json").await;
    assert_eq!(mails["mails"].as_array().unwrap().len(), 2);
    assert_eq!(mails["mails"][0]["to"][0], "joe@example.com");
    let janes = &inbox.json("/dev/inbox.json?to=Jane@example.com").await["mails"];
    assert_eq!(janes.as_array().unwrap().len(), 1);
    assert_eq!(janes[0]["code"], "012345");
    assert_eq!(janes[0]["subject"], "<b>Grüezi</b>");
    assert_eq!(janes[0]["received_at"], NOON.to_string());
    assert_eq!((&janes[0]["username"], &janes[0]["tls"]), (&Value::from("app"), &Value::from(false)));
}

const CHANGED: &str = "event: changed\ndata:\n\n";

impl Inbox {
    /// A page that listens, and has loaded the earlier mails.
    async fn listening(&self) -> Response {
        let mut events = self.get("/dev/events").await;
        assert_eq!(events.headers()["content-type"], "text/event-stream");
        read_until(&mut events, CHANGED).await;
        events
    }
}

#[actix_web::test]
async fn a_page_is_told_of_each_change() {
    let inbox = Inbox::open().await;
    let mut events = inbox.listening().await;
    inbox.receive("live@example.com").await;
    read_until(&mut events, CHANGED).await;

    let mut events = inbox.listening().await;
    assert_eq!(inbox.post("/dev/trouble", "fate=slow", &[]).await, StatusCode::SEE_OTHER);
    read_until(&mut events, CHANGED).await;

    let mut events = inbox.listening().await;
    let deleted = inbox.http.delete(inbox.url("/dev/inbox")).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    read_until(&mut events, CHANGED).await;
    assert!(inbox.catcher.mails().is_empty());
}

#[actix_web::test]
async fn a_search_finds_mails_by_recipient_subject_and_text() {
    let inbox = Inbox::open().await;
    inbox.receive("jane@example.com").await;
    let note = "Subject: Invoice\r\n\r\nPlease pay <now>\r\n";
    assert_eq!(inbox.send("joe@example.com", note).await, "250");
    for (search, found) in [
        ("", &[1, 2][..]),
        ("JANE", &[1]),
        ("inVOICE", &[2]),
        ("pay+example.com", &[2]),
        ("jane+invoice", &[]),
        ("gr%C3%BCezi", &[1]),
    ] {
        let page = inbox.page(&format!("/dev/inbox?q={search}")).await;
        let is_there = |id: &i32| page.contains(&format!("id=\"mail-{id}\""));
        assert_eq!([1, 2].into_iter().filter(is_there).collect::<Vec<_>>(), found, "{search}: {page}");
        let mails = inbox.json(&format!("/dev/inbox.json?q={search}")).await;
        assert_eq!(mails["mails"].as_array().unwrap().len(), found.len(), "{search}");
    }
    let page = inbox.page("/dev/inbox?q=%22%3E%3Cscript%3E").await;
    assert!(!page.contains("<script>") && page.contains("Nothing found"), "{page}");
}

#[actix_web::test]
async fn forms_switch_trouble_on_and_off() {
    let inbox = Inbox::open().await;
    for (form, trouble, said) in [
        (
            "fate=temporary&lasts=next",
            Some((Fate::FailForNow, Lasts::OneMail)),
            "The next mail is refused for now: 451.",
        ),
        (
            "fate=permanent&lasts=every",
            Some((Fate::FailForGood, Lasts::UntilOff)),
            "Every mail is refused for good: 550.",
        ),
        (
            "fate=slow",
            Some((Fate::Wait(Duration::from_secs(10)), Lasts::OneMail)),
            "The next mail is taken after 10 seconds.",
        ),
        ("fate=off", None, "Mails are taken as usual."),
    ] {
        assert_eq!(inbox.post("/dev/trouble", form, &[]).await, StatusCode::SEE_OTHER, "{form}");
        assert_eq!(inbox.catcher.trouble(), trouble.map(|(fate, lasts)| Trouble { fate, lasts }), "{form}");
        assert!(inbox.page("/dev/inbox").await.contains(said), "{form}");
    }
    assert_eq!(inbox.post("/dev/trouble", "fate=other", &[]).await, StatusCode::BAD_REQUEST);
    assert_eq!(inbox.catcher.trouble(), None);
}

#[actix_web::test]
async fn the_log_tells_each_answer_newest_first_and_goes_with_the_mails() {
    let inbox = Inbox::open().await;
    inbox.post("/dev/trouble", "fate=temporary", &[]).await;
    assert_eq!(inbox.send("a&b@example.com", MAIL).await, "451");
    inbox.receive("joe@example.com").await;
    let page = inbox.page("/dev/log").await;
    let at = |what: &str| page.find(what).unwrap_or_else(|| panic!("{what}: {page}"));
    assert!(at("250 2.0.0 caught") < at("451 4.3.0 switched to fail for now"), "{page}");
    assert!(page.contains("a&#38;b@example.com"), "a recipient is text: {page}");
    assert!(!page.contains("012345"), "a code: {page}");
    let found = inbox.page("/dev/log?q=joe+caught").await;
    assert!(found.contains("250 2.0.0 caught") && !found.contains("451 4.3.0"), "{found}");
    assert_eq!(inbox.post("/dev/inbox/clear", "", &[]).await, StatusCode::SEE_OTHER);
    assert!(inbox.catcher.mails().is_empty());
    assert!(!inbox.page("/dev/log").await.contains("caught"));
}

#[actix_web::test]
async fn a_mail_says_how_its_code_was_found() {
    let inbox = Inbox::open().await;
    let html = "Content-Type: text/html\r\n\r\n<p>884422</p><p class=\"code\"><b>012 345</b></p>\r\n";
    for (mail, code, said) in [
        (MAIL, Some("012345"), "This looks like the code."),
        (html, Some("012345"), "as the mail marks it"),
        ("Subject: Hi\r\n\r\nNothing\r\n", None, "No code was found"),
    ] {
        inbox.send("jane@example.com", mail).await;
        let page = inbox.page(&format!("/dev/inbox/{}", inbox.catcher.received())).await;
        assert!(page.contains(said), "{page}");
        assert_eq!(page.contains("data-copy=\""), code.is_some(), "{page}");
        assert_eq!(inbox.json("/dev/inbox.json").await["mails"][0]["code"].as_str(), code);
    }
}

#[actix_web::test]
async fn forms_of_other_pages_change_nothing() {
    let inbox = Inbox::open().await;
    inbox.receive("jane@example.com").await;
    let own = format!("http://{}", inbox.address);
    for foreign in [
        &[("sec-fetch-site", "cross-site"), ("origin", "null")][..],
        &[("sec-fetch-site", "same-site"), ("origin", own.as_str())],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://localhost:1")],
    ] {
        for (path, form) in [
            ("/dev/inbox/clear", ""),
            ("/dev/trouble", "fate=permanent"),
            ("/dev/inbox/messages/1/report", "fate=failed"),
        ] {
            assert_eq!(inbox.post(path, form, foreign).await, StatusCode::FORBIDDEN, "{path} {foreign:?}");
        }
        let request = inbox.http.delete(inbox.url("/dev/inbox"));
        let request = foreign.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        assert_eq!(request.send().await.unwrap().status(), StatusCode::FORBIDDEN, "{foreign:?}");
    }
    assert_eq!((inbox.catcher.mails().len(), inbox.catcher.trouble()), (1, None));
    for own in [&[("origin", own.as_str())][..], &[("sec-fetch-site", "same-origin"), ("origin", "null")]] {
        assert_eq!(inbox.post("/dev/inbox/clear", "", own).await, StatusCode::SEE_OTHER, "{own:?}");
    }
    assert!(inbox.catcher.mails().is_empty());
}

#[actix_web::test]
async fn a_strangers_host_name_gets_nothing() {
    let inbox = Inbox::open().await;
    inbox.receive("jane@example.com").await;
    let port = inbox.address.rsplit(':').next().unwrap();
    for path in [
        "/dev/inbox",
        "/dev/inbox.json",
        "/dev/events",
        "/dev/log",
        "/dev/inbox/1",
        "/dev/inbox/1/html",
        "/dev/inbox/messages/1",
    ] {
        let request = inbox.http.get(inbox.url(path)).header("host", format!("rebound.example:{port}"));
        let response = request.header("x-forwarded-host", "localhost").send().await.unwrap();
        assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST, "{path}");
        assert!(!response.text().await.unwrap().contains("012345"));
    }
    let by_name = inbox.http.get(inbox.url("/dev/inbox")).header("host", format!("localhost:{port}"));
    assert_eq!(by_name.send().await.unwrap().status(), StatusCode::OK);
}

#[actix_web::test]
async fn a_strangers_host_name_beside_one_of_this_machine_gets_nothing() {
    let inbox = Inbox::open().await;
    inbox.receive("jane@example.com").await;
    for request in [
        "GET /dev/inbox.json HTTP/1.1\r\nHost: localhost\r\nHost: rebound.example\r\n",
        "GET /dev/inbox.json HTTP/1.1\r\nHost: rebound.example\r\nHost: localhost\r\n",
        "GET http://rebound.example/dev/inbox.json HTTP/1.1\r\nHost: localhost\r\n",
        "GET http://localhost/dev/inbox.json HTTP/1.1\r\nHost: rebound.example\r\n",
    ] {
        let mut stream = TcpStream::connect(&inbox.address).await.unwrap();
        stream.write_all(format!("{request}Connection: close\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(Duration::from_secs(5), stream.read_to_string(&mut answer)).await.unwrap().unwrap();
        assert!(answer.starts_with("HTTP/1.1 4") && !answer.contains("012345"), "{request}{answer}");
    }
}

#[actix_web::test]
async fn answers_may_do_little_in_a_browser() {
    let inbox = Inbox::open().await;
    inbox.receive("jane@example.com").await;
    for path in ["/dev/inbox", "/dev/inbox/1", "/dev/log", "/dev/inbox.json", "/dev/assets/dev.js"] {
        let response = inbox.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(policy.ends_with("form-action 'self'; base-uri 'none'; frame-ancestors 'none'"), "{policy}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
        assert!(!response.headers().contains_key("access-control-allow-origin"), "{path}");
    }
    let html = inbox.get("/dev/inbox/1/html").await;
    let policy = html.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("sandbox;") && policy.contains("default-src 'none'"), "{policy}");
    assert!(policy.ends_with("frame-ancestors 'self'"), "{policy}");
}

#[actix_web::test]
async fn what_phones_get_is_shown_as_text_beside_the_mails() {
    let inbox = Inbox::open().await;
    inbox.receive("ann@example.com").await;
    inbox
        .ring(
            ChannelKind::Sms,
            "012345 <script>alert(1)</script> \" ' &amp; {{ 7 * 7 }} <img src=x onerror=alert(1)>",
        )
        .await;
    for path in ["/dev/inbox", "/dev/inbox?q=script", "/dev/inbox?channel=sms", "/dev/inbox/messages/1"] {
        let page = inbox.page(path).await;
        assert!(
            page.contains("&#60;script&#62;alert(1)&#60;/script&#62; &#34; &#39; &#38;amp; {{ 7 * 7 }}"),
            "{page}"
        );
        assert!(page.contains(NUMBER) && page.contains("data-copy=\"012345\""), "{page}");
        for raw in ["<script>alert", "<img src=x", "A<b>"] {
            assert!(!page.contains(raw), "{path}: {raw} in {page}");
        }
        assert_eq!(page.contains("ann@example.com"), path == "/dev/inbox", "{path}: {page}");
    }
    let page = inbox.page("/dev/inbox/messages/1").await;
    assert!(page.contains("87 of 160 units in gsm7: one part.") && page.contains("A&#60;b&#62;"), "{page}");
    assert!(!page.contains("It has arrived"), "a test message has no reports: {page}");
    for path in ["/dev/inbox/messages/2", "/dev/inbox/messages/2/html", "/dev/inbox/messages/none"] {
        assert_eq!(inbox.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(inbox.get("/dev/inbox?channel=fax").await.status(), StatusCode::BAD_REQUEST);
}

#[actix_web::test]
async fn programs_find_messages_by_number_and_channel() {
    let inbox = Inbox::open().await;
    inbox.receive("jane@example.com").await;
    inbox.ring(ChannelKind::Sms, "012345 is your code").await;
    inbox.ring(ChannelKind::Voice, "Hello\n0, 1, 2, 3, 4, 5").await;
    for (query, mails, messages) in [
        ("", 1, &[2, 1][..]),
        ("?to=%2B4915123456789", 0, &[2, 1]),
        ("?to=+4915123456789", 0, &[2, 1]),
        ("?to=4915123456789&channel=sms", 0, &[1]),
        ("?to=%2B49%20151%202345-6789&q=hello", 0, &[2]),
        ("?to=%2B491512345678", 0, &[]),
        ("?to=jane@example.com", 1, &[]),
        ("?channel=email", 1, &[]),
        ("?channel=voice&q=012345", 0, &[]),
    ] {
        let found = inbox.json(&format!("/dev/inbox.json{query}")).await;
        let ids: Vec<_> = found["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["id"].as_i64().unwrap())
            .collect();
        assert_eq!((found["mails"].as_array().unwrap().len(), ids.as_slice()), (mails, messages), "{query}");
    }
    let text = &inbox.json("/dev/inbox.json?channel=sms").await["messages"][0];
    let expected = json!({
        "id": 1, "received_at": NOON.to_string(), "channel": "sms", "from": "A<b>", "to": NUMBER, "code": "012345",
        "text": "012345 is your code", "language": "en", "encoding": "gsm7", "parts": 1, "report": null,
    });
    assert_eq!(*text, expected);
    assert_eq!(
        inbox.http.delete(inbox.url("/dev/inbox")).send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    assert!(inbox.phones.messages().is_empty());
}

#[actix_web::test]
async fn a_program_waits_for_the_message_that_it_wants_and_for_no_other() {
    let inbox = Inbox::open().await;
    let wait = |to: &str| {
        let (http, url) = (inbox.http.clone(), inbox.url(&format!("/dev/inbox.json?to={to}&wait=10")));
        tokio::spawn(async move { http.get(url).send().await.unwrap().json::<Value>().await.unwrap() })
    };
    let (phone, mail) = (wait(NUMBER), wait("jane@example.com"));
    inbox.receive("joe@example.com").await;
    inbox.ring(ChannelKind::Sms, "012345 is your code").await;
    assert_eq!(
        timeout(Duration::from_secs(5), phone).await.unwrap().unwrap()["messages"][0]["code"],
        "012345"
    );
    assert!(!mail.is_finished(), "nothing came to Jane");
    inbox.receive("jane@example.com").await;
    assert_eq!(timeout(Duration::from_secs(5), mail).await.unwrap().unwrap()["mails"][0]["code"], "012345");
    let nobody = inbox.json("/dev/inbox.json?to=nobody@example.com&wait=1").await;
    assert_eq!(nobody, json!({ "mails": [], "messages": [] }));
}

#[actix_web::test]
async fn each_channel_of_phones_has_a_switch_of_its_own() {
    let inbox = Inbox::open().await;
    for (form, said) in [
        ("channel=sms&fate=temporary", "The next text message is refused for now."),
        ("channel=voice&fate=permanent&lasts=every", "Every call is refused for good."),
        (
            "channel=whatsapp&fate=unreported",
            "The next WhatsApp message is taken, and nothing is reported of it.",
        ),
        (
            "channel=telegram&fate=lost",
            "The next Telegram message is taken, and reported not to have arrived.",
        ),
        ("channel=telegram&fate=silent", "The next Telegram message arrives, but the server gets no answer."),
    ] {
        assert_eq!(inbox.post("/dev/trouble", form, &[]).await, StatusCode::SEE_OTHER, "{form}");
        assert!(inbox.page("/dev/inbox").await.contains(said), "{form}");
    }
    assert_eq!(inbox.catcher.trouble(), None);
    assert_eq!(inbox.post("/dev/trouble", "channel=sms&fate=off", &[]).await, StatusCode::SEE_OTHER);
    let page = inbox.page("/dev/inbox").await;
    assert!(!page.contains("The next text message is") && page.contains("Every call is refused"), "{page}");
    for wrong in [
        "fate=silent",
        "fate=lost&channel=email",
        "fate=permanent&channel=none",
        "fate=permanent&channel=fax",
    ] {
        assert_eq!(inbox.post("/dev/trouble", wrong, &[]).await, StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert_eq!(inbox.catcher.trouble(), None);
}
