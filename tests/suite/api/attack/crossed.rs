//! What belongs to one tenant is to another as if it never was, on every route beside v1 that names something.
//!
//! `v1/crossed.rs` crosses the operations of v1.

use super::table::{Face, Route, routes_of};
use super::wire::{Reply, Request, Wire};
use super::{Owned, furnish, open, wire};
use crate::api::harness::TestApp;

/// A body that each route takes, by the end of its path.
const BODIES: [(&str, &str); 17] = [
    ("/Services", "FriendlyName=x"),
    ("/Services/{service}", "FriendlyName=x"),
    ("/Verifications", "To=crossed@recipient.example&Channel=email"),
    ("/Verifications/{name}", "Status=canceled"),
    ("/VerificationCheck", "To=jane@recipient.example&Code=23456789AB"),
    ("/RateLimits", "UniqueName=crossed"),
    ("/RateLimits/{limit}", "Description=x"),
    ("/Buckets", "Max=5&Interval=60"),
    ("/Buckets/{bucket}", "Max=5"),
    ("/Entities", "Identity=crossed"),
    ("/Factors", "FriendlyName=x&FactorType=totp"),
    ("/Factors/{factor}", "AuthPayload=123456"),
    ("/Challenges", "FactorSid={factor}&AuthPayload=123456"),
    ("/Challenges/{challenge}", "AuthPayload=123456"),
    ("/Webhooks", "FriendlyName=x&WebhookUrl=https%3A%2F%2Fapp.example.com%2Fx&EventTypes=*"),
    ("/Webhooks/{webhook}", "FriendlyName=x"),
    ("/otp/{id}", "otp=23456789AB"),
];

/// Routes that refuse whatever they are asked about.
const REFUSE: [&str; 2] = ["/MessagingConfigurations", "/SafeList"];

/// Names that are made by whoever uses them, so that the other tenant's are simply its own.
const CHOSEN: [&str; 2] = ["{identity}", "{id}"];

/// What is asked: everything of the other tenant, or only what is below a service of one's own.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Crossing {
    Whole,
    Below,
}

/// A name of the same shape that nothing ever had.
fn nothing(parameter: &str, name: &str) -> String {
    match parameter {
        "identity" => "user-nobody".to_owned(),
        "id" => "session-nobody".to_owned(),
        "tenant" => "tnt_2222222222222222".to_owned(),
        // It belongs to nobody.
        "product" | "country" | "number" => name.to_owned(),
        _ if name.contains('@') => "nobody@recipient.example".to_owned(),
        _ => format!("{}{}", &name[..2], "0123456789abcdef0123456789abcdef"),
    }
}

/// The path and the body with the names that `name` gives to parameters, and these names.
fn placed(route: &Route, name: impl Fn(&str) -> String) -> (String, String, Vec<String>) {
    let mut names = Vec::new();
    let mut target = String::new();
    for part in route.path.split('/').skip(1) {
        target.push('/');
        match part.strip_prefix('{').map(|part| part.trim_end_matches('}')) {
            None => target.push_str(part),
            Some(parameter) => {
                names.push(name(parameter));
                target.push_str(&name(parameter));
            }
        }
    }
    let known = BODIES.iter().filter(|(end, _)| route.path.ends_with(end));
    let body = known.max_by_key(|(end, _)| end.len()).map_or("", |(_, body)| body);
    (target, body.replace("{factor}", &name("factor")), names)
}

/// The answer to the other tenant, without the names that it has asked for.
fn ask(
    wire: &mut Wire,
    (route, method): (&Route, &str),
    them: &Owned,
    name: impl Fn(&str) -> String,
) -> (String, Reply) {
    let (target, body, mut names) = placed(route, name);
    let kind = "application/x-www-form-urlencoded".to_owned();
    let headers =
        vec![("Authorization".to_owned(), them.authorization(route.face)), ("Content-Type".to_owned(), kind)];
    let request = Request { method: method.to_owned(), target, headers, body: body.into_bytes() };
    let mut reply = wire.send(&request).expect("an answer");
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in names {
        reply.body = reply.body.replace(&name, "<name>");
    }
    (request.shown(), reply)
}

fn own<'a>(owned: &'a Owned, face: Face, parameter: &str) -> &'a str {
    owned
        .named(face, parameter)
        .unwrap_or_else(|| panic!("{{{parameter}}} of {face:?} is missing in this test"))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_face_tells_what_is_anothers_from_what_never_was() {
    let app = TestApp::with(open).await;
    let (me, them) = (furnish(&app, "jane").await, furnish(&app, "joe").await);
    let mut wire = wire(&app);
    let faces = [Face::Twilio, Face::Otpgateway, Face::Hooks];
    let routes: Vec<_> = faces.into_iter().flat_map(|face| routes_of(face, &mut wire)).collect();
    let before = app.database().everything();
    let mut crossed = 0;
    for route in routes.iter().filter(|route| route.path.contains('{')) {
        for method in &route.methods {
            for crossing in [Crossing::Whole, Crossing::Below] {
                crossed += usize::from(cross(&mut wire, (route, method), crossing, (&me, &them)));
            }
        }
    }
    assert!(crossed > 60, "{crossed}");
    assert!(app.database().everything() == before, "a stranger has changed something");
}

/// Crosses two tenants on a route, and returns whether that means anything there.
fn cross(
    wire: &mut Wire,
    (route, method): (&Route, &str),
    crossing: Crossing,
    (me, them): (&Owned, &Owned),
) -> bool {
    let ends = |ends: &[&str]| ends.iter().any(|end| route.path.contains(end));
    let last = route.path.rsplit('/').next().unwrap_or_default();
    let is_of_service = route.path.starts_with("/v2/Services/{service}");
    let is_public = route.path.starts_with("/otp/");
    let chooses = |names: &[&str]| names.iter().any(|name| route.path.contains(name));
    match crossing {
        // A namespace opens to whoever knows the id, and whoever chooses a name has what is under it.
        Crossing::Whole if is_public || method == "PUT" && chooses(&CHOSEN) => return false,
        Crossing::Below if !is_of_service || !last.starts_with('{') || last == "{service}" => return false,
        _ => {}
    }
    let of_service = |parameter: &str| crossing == Crossing::Below && parameter == "service";
    let face = route.face;
    let mine = |parameter: &str| match of_service(parameter) {
        true => own(them, face, parameter).to_owned(),
        false => own(me, face, parameter).to_owned(),
    };
    let none = |parameter: &str| match of_service(parameter) {
        true => own(them, face, parameter).to_owned(),
        false => nothing(parameter, own(me, face, parameter)),
    };
    let (shown, foreign) = ask(wire, (route, method), them, mine);
    let (_, unknown) = ask(wire, (route, method), them, none);
    assert_eq!((foreign.status, &foreign.body), (unknown.status, &unknown.body), "{crossing:?} {shown}");
    let refuses: &[u16] = match face {
        Face::Hooks => &[401],
        Face::Otpgateway => &[400],
        _ if ends(&REFUSE) || route.path.ends_with("/Challenges") => &[400, 403, 404],
        _ => &[404],
    };
    assert!(refuses.contains(&foreign.status), "{crossing:?} {shown}: {foreign:?}");
    true
}
