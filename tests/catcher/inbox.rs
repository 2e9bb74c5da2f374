//! The inbox page, over real HTTP.

use std::time::Duration;

use actix_web::{App, HttpServer};
use otpmint::cli::dev::inbox;
use otpmint::mail_catcher::{MailCatcher, Options, TlsMode};
use reqwest::{Client as Http, Response, StatusCode};
use serde_json::Value;
use tokio::time::timeout;

use crate::client::{Client, NOON, credentials, start};

const MAIL: &str = "From: App <app@example.com>\r\nSubject: =?utf-8?Q?<b>Gr=C3=BCezi</b>?=\r\n\
    Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\n\r\nYour code: 012345\r\n--x\r\n\
    Content-Type: text/html\r\n\r\n<h1>012345</h1><script>alert(1)</script>\r\n--x--\r\n";

struct Inbox {
    catcher: MailCatcher,
    http: Http,
    address: String,
}

impl Inbox {
    async fn open() -> Self {
        let catcher =
            start(Options { tls: TlsMode::Plain, credentials: credentials(), ..Options::default() }).await;
        let routes = inbox::routes(catcher.clone());
        let server = HttpServer::new(move || App::new().configure(routes.clone()))
            .workers(1)
            .disable_signals()
            .bind("127.0.0.1:0")
            .unwrap();
        let address = server.addrs()[0].to_string();
        tokio::spawn(server.run());
        Self { catcher, http: Http::builder().no_proxy().build().unwrap(), address }
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

    async fn receive(&self, to: &str) {
        let mut client = Client::greeted(&self.catcher).await;
        assert_eq!(client.say("AUTH PLAIN AGFwcABzM2NyZXQ=").await.code(), "235");
        assert_eq!(client.mail(to, MAIL).await.unwrap().code(), "250");
    }
}

/// Reads from a stream of events until `wanted` has come.
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
    assert!(inbox.get("/dev/inbox").await.text().await.unwrap().contains("No mail yet"));
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

#[actix_web::test]
async fn mails_arrive_as_events_and_none_is_lost_between_page_and_stream() {
    let inbox = Inbox::open().await;
    inbox.receive("before@example.com").await;
    inbox.receive("between@example.com").await;
    let mut events = inbox.get("/dev/inbox/events?after=1").await;
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    let seen = read_until(&mut events, "between@example.com").await;
    assert!(!seen.contains("before@example.com"), "{seen}");
    inbox.receive("live@example.com").await;
    let seen = read_until(&mut events, "data-copy=\"012345\"").await;
    assert!(seen.contains("id: 3\nevent: mail\ndata: <li") && seen.contains("live@example.com"), "{seen}");

    let deleted = inbox.http.delete(inbox.url("/dev/inbox")).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    read_until(&mut events, "event: cleared\ndata:\n\n").await;
    assert!(inbox.catcher.mails().is_empty());
}

#[actix_web::test]
async fn a_strangers_host_name_gets_nothing() {
    let inbox = Inbox::open().await;
    inbox.receive("jane@example.com").await;
    let port = inbox.address.rsplit(':').next().unwrap();
    for path in ["/dev/inbox", "/dev/inbox.json", "/dev/inbox/events", "/dev/inbox/1/html"] {
        let request = inbox.http.get(inbox.url(path)).header("host", format!("rebound.example:{port}"));
        let response = request.header("x-forwarded-host", "localhost").send().await.unwrap();
        assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST, "{path}");
        assert!(!response.text().await.unwrap().contains("012345"));
    }
    let by_name = inbox.http.get(inbox.url("/dev/inbox")).header("host", format!("localhost:{port}"));
    assert_eq!(by_name.send().await.unwrap().status(), StatusCode::OK);
}

#[actix_web::test]
async fn answers_may_do_little_in_a_browser() {
    let inbox = Inbox::open().await;
    inbox.receive("jane@example.com").await;
    for path in ["/dev/inbox", "/dev/inbox/1", "/dev/inbox.json", "/dev/inbox/inbox.js"] {
        let response = inbox.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
        assert!(!response.headers().contains_key("access-control-allow-origin"), "{path}");
    }
    let html = inbox.get("/dev/inbox/1/html").await;
    let policy = html.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("sandbox;") && policy.contains("default-src 'none'"), "{policy}");
}
