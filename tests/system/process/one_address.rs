//! One address cannot take the places of all others.

use std::time::Duration;

use crate::process::app::App;
use crate::support::client::{Wire, request};
use crate::support::eventually;

const CLOSED_BY: Duration = Duration::from_secs(5);

/// A connection over which a request was answered; `None` if it was closed instead.
fn served(address: &str) -> Option<Wire> {
    let mut wire = Wire::open(address).ok()?;
    wire.send(request("GET", "/livez", &[], "")).ok()?;
    wire.reply().ok().filter(|reply| reply.status == 200).map(|_| wire)
}

#[test]
fn an_address_that_holds_too_many_connections_gets_no_more_and_others_do() {
    let app = App::start(&[("SERVER__MAX_CONNECTIONS_PER_ADDRESS", "20")]);
    let address = app.server.address();
    let mut held: Vec<_> = (0..20).map(|_| served(&address).expect("it is among the first")).collect();
    for _ in 0..50 {
        let mut more = Wire::open(&address).unwrap();
        assert_eq!(more.until_closed(CLOSED_BY).as_deref(), Some(""), "it is let in");
    }
    assert_eq!(app.metric("otpmint_connections_refused_total"), Some(50.0));
    let mut other = Wire::open_from([127, 0, 0, 9], &address).unwrap();
    other.send(request("GET", "/livez", &[], "")).unwrap();
    assert_eq!(other.reply().unwrap().status, 200);
    held.pop();
    let freed = eventually(CLOSED_BY, || served(&address));
    assert!(freed.is_some(), "the place of one that was closed stays taken");
}

#[test]
fn a_proxy_brings_any_number() {
    let app =
        App::start(&[("SERVER__MAX_CONNECTIONS_PER_ADDRESS", "2"), ("SERVER__TRUSTED_PROXIES", "127.0.0.1")]);
    let held: Vec<_> = (0..20).map(|_| served(&app.server.address())).collect();
    assert!(held.iter().all(Option::is_some));
}
