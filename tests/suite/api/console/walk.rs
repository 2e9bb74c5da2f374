//! Whom each route lets in: every one of the table, with every method, for every role and for nobody.

use otpmint::domain::operator::{Power, Role};
use reqwest::Method;

use super::roles::{HELPING, LOOKING, OPEN, OWNERS_PAGES, REFUSED, Things};
use super::{Browser, SIGN_IN, form, leads, operator, routes, start};
use crate::api::harness::Answer;

/// The pages without a session, and the one that leads to another.
const OPEN_PAGES: [&str; 2] = ["/sign-in", "/setup/{token}"];

/// What a request takes of a role. A form that is not named here is an owner's, and a page that is not is everybody's.
fn power(method: &Method, route: &str) -> Power {
    let is_in = |list: &[&str]| list.contains(&route);
    match *method {
        Method::POST if is_in(&LOOKING) => Power::Look,
        Method::POST if is_in(&HELPING) => Power::Help,
        Method::POST => Power::Manage,
        _ if is_in(&OWNERS_PAGES) => Power::Manage,
        _ => Power::Look,
    }
}

/// What became of a request.
#[derive(PartialEq, Eq, Debug)]
enum Met {
    SignInFirst,
    Refused,
    LetIn,
}

fn met(answer: &Answer, method: &Method) -> Met {
    match answer.status {
        303 if leads(answer) == SIGN_IN => Met::SignInFirst,
        // The answer to HEAD has no words.
        403 if answer.body.contains(REFUSED) || *method == Method::HEAD => Met::Refused,
        _ => Met::LetIn,
    }
}

#[tokio::test]
async fn every_route_lets_in_whom_it_is_for_and_nobody_else() {
    let app = start().await;
    let things = Things::of(&app).await;
    // The server notes by itself, some time later, that a key was used.
    app.app().services().record_key_uses().await.expect("noted");
    let mut callers = vec![(None, Browser::at(&app))];
    for role in [Role::ReadOnly, Role::Support, Role::Owner] {
        callers.push((Some(role), operator(&app, role.as_str(), role).await));
    }
    let but = |taken: &str, open: &[&str]| {
        routes::taking(taken).into_iter().filter(|route| !open.contains(&route.as_str())).collect::<Vec<_>>()
    };
    let (pages, forms) = (but("GET", &OPEN_PAGES), but("POST", &[OPEN.as_slice(), &["/sign-out"]].concat()));
    let with = |method: Method, routes: &[String]| {
        routes.iter().map(|route| (method.clone(), route.clone())).collect::<Vec<_>>()
    };
    let all = [with(Method::GET, &pages), with(Method::HEAD, &pages), with(Method::POST, &forms)].concat();
    let (mut tried, mut refused) = (0, 0);
    for (role, browser) in &mut callers {
        let token = if role.is_some() { browser.form_token().await } else { String::new() };
        for (method, route) in &all {
            let body = if *method == Method::POST { form(&[("form", &*token)]) } else { String::new() };
            let before = app.database().everything();
            let answer = browser.send(method.clone(), &things.path(route), body).await;
            let expected = match role {
                None => Met::SignInFirst,
                Some(role) if role.may(power(method, route)) => Met::LetIn,
                Some(_) => Met::Refused,
            };
            assert_eq!(met(&answer, method), expected, "{role:?} {method} {route}: {}", answer.body);
            tried += 1;
            if expected != Met::LetIn {
                refused += 1;
                let after = app.database().everything();
                let changed: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
                assert!(after == before, "{role:?} {method} {route} has changed {changed:?}");
            }
        }
    }
    assert!(tried > 300 && refused > 150, "{tried} tried, {refused} refused");
}
