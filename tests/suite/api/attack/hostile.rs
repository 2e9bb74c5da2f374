//! Requests that nobody sends by accident, drawn from a fixed seed.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::Owned;
use super::pool::{CANARY, HEADERS, OF_OTPGATEWAY, PARAMETERS, TEXTS};
use super::table::{Face, Route};
use super::wire::Request;

/// Draws requests. The same seed draws the same ones.
pub struct Attacker {
    runner: TestRunner,
}

impl Attacker {
    pub fn new() -> Self {
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        Self { runner: TestRunner::new_with_rng(Config::default(), rng) }
    }

    fn draw<T: std::fmt::Debug>(&mut self, strategy: impl Strategy<Value = T>) -> T {
        strategy.new_tree(&mut self.runner).expect("a strategy without a filter").current()
    }

    /// One request to a route. `me` calls, and mostly with the right credentials.
    pub fn request(&mut self, route: &Route, method: &str, (me, other): (&Owned, &Owned)) -> Request {
        let mut target = String::new();
        for part in route.path.split('/').skip(1) {
            target.push('/');
            target.push_str(&match part.strip_prefix('{') {
                None => part.to_owned(),
                Some(name) => self.segment(route.face, name.trim_end_matches('}'), (me, other)),
            });
        }
        if self.draw(0..4) == 0 {
            target = format!("{target}?{}", self.draw(form(route.face)));
        }
        let headers = self.headers(route.face, (me, other));
        let body = self.draw(body(route.face));
        Request { method: method.to_owned(), target, headers, body }
    }

    /// A part of a path: mostly something that there is.
    fn segment(&mut self, face: Face, name: &str, (me, other): (&Owned, &Owned)) -> String {
        let text = match (self.draw(0..10), me.named(face, name)) {
            (0..6, Some(known)) => known.to_owned(),
            (6, _) => other.named(face, name).unwrap_or(CANARY).to_owned(),
            _ => self.draw(text()),
        };
        let encoded = encode(&text, self.draw(any::<u64>()));
        if encoded.is_empty() { "%20".to_owned() } else { encoded }
    }

    fn headers(&mut self, face: Face, (me, other): (&Owned, &Owned)) -> Vec<(String, String)> {
        let authorization = match self.draw(0..12) {
            0 => None,
            1 => Some(other.authorization(face)),
            2 => Some(super::basic(&me.account, CANARY)),
            3 => Some(
                self.draw(select(
                    &["Basic", "Basic ", "Basic !", "Bearer", "Bearer x y", "Digest a=b", "💣"][..],
                ))
                .to_owned(),
            ),
            _ => Some(me.authorization(face)),
        };
        let mut headers: Vec<_> =
            authorization.into_iter().map(|value| ("Authorization".to_owned(), value)).collect();
        let kind = match face {
            Face::V1 | Face::Hooks | Face::Original => "application/json",
            _ => "application/x-www-form-urlencoded",
        };
        let kinds = [
            kind,
            kind,
            kind,
            "",
            "application/json",
            "multipart/form-data; boundary=x",
            "text/plain; charset=utf-7",
        ];
        headers.push(("Content-Type".to_owned(), self.draw(select(kinds.to_vec())).to_owned()));
        if face == Face::Pages {
            headers.push(("Sec-Fetch-Site".to_owned(), "same-origin".to_owned()));
        }
        for (name, value) in self.draw(vec(select(&HEADERS[..]), 0..4)) {
            headers.push((name.to_owned(), value.to_owned()));
        }
        headers
    }
}

fn text() -> BoxedStrategy<String> {
    prop_oneof![
        6 => select(&TEXTS[..]).prop_map(str::to_owned),
        2 => ".{0,40}",
        1 => (1usize..3_000).prop_map(|length| "x".repeat(length)),
        1 => Just(CANARY.to_owned()),
    ]
    .boxed()
}

fn parameter(face: Face) -> BoxedStrategy<(String, String)> {
    let own = PARAMETERS.iter().filter(|(name, _)| belongs(face, name)).copied().collect::<Vec<_>>();
    let known = prop_oneof![9 => select(own), 1 => select(&PARAMETERS[..])];
    prop_oneof![
        6 => known.clone().prop_map(|(name, value)| (name.to_owned(), value.to_owned())),
        4 => (known, text()).prop_map(|((name, usual), text)| (name.to_owned(), spoiled(usual, text))),
        // A name is repeated where it is unknown.
        1 => (text().prop_map(|name| name.replace(CANARY, "x")), Just(String::new())),
    ]
    .boxed()
}

/// Whether a face may understand a parameter of this name.
fn belongs(face: Face, name: &str) -> bool {
    let is_twilios = name.starts_with(|first: char| first.is_ascii_uppercase());
    match face {
        Face::Otpgateway => OF_OTPGATEWAY.contains(&name),
        Face::Twilio => is_twilios,
        _ => !is_twilios || name == "Body",
    }
}

/// What is sent instead of the usual value: of a secret, something that can be searched for.
fn spoiled(usual: &str, text: String) -> String {
    if usual == CANARY { format!("{CANARY}{text}") } else { text }
}

fn form(face: Face) -> BoxedStrategy<String> {
    let encoded = (parameter(face), any::<u64>()).prop_map(|((name, value), how)| {
        format!("{}={}", encode(&name, how), encode(&value, how.rotate_left(9)))
    });
    vec(encoded, 0..8).prop_map(|pairs| pairs.join("&")).boxed()
}

fn object(face: Face) -> BoxedStrategy<Value> {
    let value = prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        Just(json!(-1)),
        Just(json!(1e300)),
        Just(json!(u64::MAX)),
        Just(json!([])),
        Just(json!([["x"], {}])),
        Just(json!({ "$gt": "" })),
        Just(json!({ "otp": CANARY, "phone": "+4915123456789" })),
    ];
    let entry = prop_oneof![
        4 => parameter(face).prop_map(|(name, text)| (name, Value::String(text))),
        1 => (parameter(face), value).prop_map(|((name, _), value)| (name, value)),
    ];
    vec(entry, 0..8).prop_map(|entries| Value::Object(entries.into_iter().collect())).boxed()
}

fn body(face: Face) -> BoxedStrategy<Vec<u8>> {
    prop_oneof![
        8 => form(face).prop_map(String::into_bytes),
        6 => object(face).prop_map(|object| object.to_string().into_bytes()),
        1 => Just(Vec::new()),
        1 => vec(any::<u8>(), 0..200),
        1 => (1usize..6_000).prop_map(|depth| format!("{}1{}", "[".repeat(depth), "]".repeat(depth)).into_bytes()),
        1 => (1usize..3_000).prop_map(|depth| format!("{{\"to\":{}", "{\"a\":".repeat(depth)).into_bytes()),
        1 => (1usize..2_000).prop_map(|many| "To=x&".repeat(many).into_bytes()),
        1 => (16_000usize..80_000).prop_map(|length| vec![b'x'; length]),
        1 => Just(b"to=%ff%fe&To=%ff&otp=%c3%28&Code=%zz".to_vec()),
        1 => Just(b"{\"to\":\"\xff\",\"code\":\"\\ud800\"}".to_vec()),
        1 => Just(br#"{"to":"a","to":"b","code":"1234","code":"5678"}"#.to_vec()),
    ]
    .boxed()
}

/// Percent-encoded: whatever a path or a form cannot hold, and a letter now and then.
fn encode(text: &str, how: u64) -> String {
    let mut encoded = String::new();
    for (at, byte) in text.bytes().enumerate() {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        match is_plain && how >> (at % 64) & 7 != 0 {
            true => encoded.push(char::from(byte)),
            false => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
