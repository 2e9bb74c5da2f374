//! Requests that are repeated with their `Idempotency-Key` until they are answered, while the server is
//! killed: each is carried out once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use mail_catcher::MailCatcher;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::process::app::{App, KEY, PASSWORD, SENDER, code_in, wrong};
use crate::support::client::{self, Reply, Wire};
use crate::support::eventually;

const KILLS: usize = 6;
const CLIENTS: usize = 6;

#[test]
fn what_is_repeated_across_kill_9_is_carried_out_once() {
    let mut app = App::start(&[]);
    let (stop, done) = (AtomicBool::new(false), AtomicUsize::new(0));
    let address = app.server.address();
    let token = std::fs::read_to_string(app.server.data().join("operator.token")).expect("a token");
    let token = token.trim();
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (address, catcher, stop, done) = (&address, &app.catcher, &stop, &done);
            scope.spawn(move || {
                for round in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let name = format!("c{client}r{round}");
                    live_through(address, catcher, &name);
                    register(address, catcher, token, &name);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // A failure here must end the clients too, or the scope would wait for ever.
        let stop = StopAtEnd(&stop);
        for kill in 0..KILLS {
            let before = done.load(Ordering::Relaxed);
            let came = eventually(Duration::from_secs(20), || {
                (done.load(Ordering::Relaxed) >= before + 3).then_some(())
            });
            assert!(came.is_some(), "the load stands still");
            thread::sleep(Duration::from_millis(7 * kill as u64));
            app.server.kill();
            app.server.start_again();
        }
        drop(stop);
    });
    app.server.kill();
    let database = Connection::open(app.server.data().join("otpmint.db")).expect("the database");
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number");
    let done = done.into_inner() as i64;
    assert_eq!(count("SELECT count(*) FROM challenges"), done);
    assert_eq!(count("SELECT count(*) FROM challenges WHERE attempts = 2 AND status = 'verified'"), done);
    assert_eq!(count("SELECT count(*) FROM audit WHERE event = 'mismatched'"), done);
    assert_eq!(count("SELECT count(*) FROM audit WHERE event = 'verified'"), done);
    // The first tenant has been there before.
    assert_eq!(count("SELECT count(*) FROM tenants"), done + 1);
    assert_eq!(count("SELECT count(*) FROM audit WHERE event = 'tenant_registered'"), done + 1);
    for to in app.catcher.mails().iter().map(|mail| mail.to.clone()).collect::<BTreeSet<_>>() {
        let mails = app.catcher.mails();
        let codes: BTreeSet<_> = mails.iter().filter(|mail| mail.to == to).map(|mail| mail.code()).collect();
        assert_eq!(codes.len(), 1, "{to:?}");
    }
}

struct StopAtEnd<'a>(&'a AtomicBool);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Mints, sends a wrong code and then the right one.
fn live_through(address: &str, catcher: &MailCatcher, name: &str) {
    let to = format!("{name}@load.example");
    let minted = insist(address, KEY, "/v1/challenges", &json!({ "to": to }));
    assert_eq!(minted.status, 201, "{}", minted.body);
    let key = minted.json()["key"].as_str().expect("a key").to_owned();
    let code = eventually(Duration::from_secs(20), || code_in(catcher, &to)).expect("the mail");
    let path = format!("/v1/challenges/{key}/verify");
    let mismatch = insist(address, KEY, &path, &json!({ "code": wrong(&code) }));
    assert_eq!((mismatch.status, &mismatch.json()["attempts_remaining"]), (403, &json!(4)));
    let verified = insist(address, KEY, &path, &json!({ "code": code }));
    assert_eq!((verified.status, &verified.json()["status"]), (200, &json!("verified")), "{}", verified.body);
}

/// Registers a tenant as the operator: its secret is the same in every answer, and is its key.
fn register(address: &str, catcher: &MailCatcher, token: &str, name: &str) {
    let smtp = json!({
        "host": "localhost", "port": catcher.address().port(), "username": SENDER, "password": PASSWORD,
        "from": SENDER,
    });
    let registered = insist(address, token, "/v1/admin/tenants", &json!({ "name": name, "smtp": smtp }));
    assert_eq!(registered.status, 201, "{}", registered.body);
    let registered = registered.json();
    let (tenant, secret) = (&registered["tenant"], registered["secret"].as_str().expect("a secret"));
    let found = eventually(Duration::from_secs(30), || {
        let bearer = format!("Authorization: Bearer {secret}");
        let mut wire = Wire::open(address).ok()?;
        wire.send(client::request("GET", "/v1/tenant", &[&bearer], "")).ok()?;
        let reply = wire.reply().ok()?;
        (reply.status != 503).then_some(reply)
    });
    assert_eq!(&found.expect("an answer").json()["tenant"], tenant);
}

/// Repeats a request until it is answered, and once more.
fn insist(address: &str, bearer: &str, path: &str, body: &Value) -> Reply {
    let headers =
        [format!("Authorization: Bearer {bearer}"), format!("Idempotency-Key: \"{}\"", key_of(path, body))];
    let headers: Vec<_> = headers.iter().map(String::as_str).collect();
    let answered = || {
        let reply = client::post(address, path, &headers, body).ok()?;
        (!matches!(reply.status, 409 | 503)).then_some(reply)
    };
    let first = eventually(Duration::from_secs(30), answered).expect("an answer");
    let second = eventually(Duration::from_secs(30), answered).expect("an answer");
    assert_eq!(second.status, first.status, "{}", second.body);
    assert_eq!(second.json().get("secret"), first.json().get("secret"), "{}", second.body);
    first
}

/// A new key for each request of this test.
fn key_of(path: &str, body: &Value) -> String {
    format!("{path}:{body}").chars().filter(char::is_ascii_alphanumeric).collect()
}
