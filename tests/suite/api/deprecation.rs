//! How callers of an operation learn that it will go, and what may be deprecated.

use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::middleware::from_fn;
use actix_web::web::{get, scope};
use actix_web::{App, HttpResponse, HttpServer};
use otpmint::http::{DEPRECATED, Deprecated, announce};
use serde_json::Value;

use crate::support::http::http;

/// A year, in seconds.
const YEAR: u32 = 365 * 24 * 60 * 60;

/// An operation that is deprecated on the day of the examples, until two years later.
static OLD: [Deprecated; 1] = [Deprecated {
    method: "GET",
    path: "/v1/old/{id}",
    since: 1_795_219_200,
    until: 1_858_291_200,
    instead: "GET /v1/new/{id}",
}];

/// A server with a deprecated operation beside one that stays.
async fn server() -> String {
    static ANSWERS: AtomicUsize = AtomicUsize::new(0);
    let found = || async { HttpResponse::Ok().body("here") };
    // Every second answer is a refusal.
    let sometimes = || async {
        match ANSWERS.fetch_add(1, Ordering::Relaxed) {
            0 => HttpResponse::Ok().body("here"),
            _ => HttpResponse::NotFound().body("gone"),
        }
    };
    let server = HttpServer::new(move || {
        App::new()
            .wrap(from_fn(|request, next| announce(&OLD, request, next)))
            .service(scope("/v1").route("/old/{id}", get().to(sometimes)).route("/new/{id}", get().to(found)))
    });
    let server = server.workers(1).disable_signals().bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", server.addrs()[0]);
    tokio::spawn(server.run());
    url
}

#[actix_web::test]
async fn every_answer_of_a_deprecated_operation_says_since_when_and_until_when() {
    let (url, client) = (server().await, http().build().unwrap());
    for status in [200, 404] {
        let answer = client.get(format!("{url}/v1/old/17")).send().await.unwrap();
        assert_eq!(answer.status(), status);
        let header = |name: &str| answer.headers()[name].to_str().unwrap();
        assert_eq!(header("deprecation"), "@1795219200");
        assert_eq!(header("sunset"), "Mon, 20 Nov 2028 00:00:00 GMT");
        assert_eq!(header("link"), "</docs/>; rel=\"deprecation\"; type=\"text/html\"");
    }
    let stays = client.get(format!("{url}/v1/new/17")).send().await.unwrap();
    assert_eq!(stays.status(), 200);
    assert!(stays.headers().get("deprecation").is_none() && stays.headers().get("sunset").is_none());
}

/// The description and the table agree, and nothing goes before its year has passed.
#[test]
fn what_is_deprecated_is_described_so_and_stays_for_a_year() {
    let description: Value = serde_json::from_str(otpmint::http::openapi()).unwrap();
    let mut described = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if operation["deprecated"] == true {
                described.push((method.to_ascii_uppercase(), path.clone()));
            }
        }
    }
    let mut table: Vec<_> =
        DEPRECATED.iter().map(|old| (old.method.to_owned(), old.path.to_owned())).collect();
    table.sort();
    described.sort();
    assert_eq!(described, table);
    for old in DEPRECATED.iter().chain(&OLD) {
        assert!(old.until >= old.since + YEAR, "{old:?}");
    }
}
