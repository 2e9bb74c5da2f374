//! Parses JSON objects of a known shape.

use serde::de::DeserializeOwned;

use crate::http::shared::problems::rejection::{MOST_FLAWS, Rejection};
use crate::http::shared::problems::table::requests::NOT_JSON;

use super::node::{Node, pointer};
use super::read::{Reader, TWICE};

/// Parses a body into an object of shape `T`. A body that is not one is refused with all that is wrong with it: each
/// flaw is taken out, and what is left is read again.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Rejection> {
    let (mut tree, twice) = Node::parse(bytes).ok_or(&NOT_JSON)?;
    if !matches!(tree, Node::Object(_)) {
        return Err((&NOT_JSON).into());
    }
    let mut flaws: Vec<(String, String)> =
        twice.iter().take(MOST_FLAWS).map(|path| (pointer(path), TWICE.to_owned())).collect();
    while flaws.len() < MOST_FLAWS {
        let flaw = match T::deserialize(Reader(&tree)) {
            Ok(parsed) if flaws.is_empty() => return Ok(parsed),
            Ok(_) => break,
            Err(flaw) => flaw,
        };
        let (path, place) = (flaw.path(), pointer(&flaw.path()));
        // What was refused before cannot pass for every type.
        if flaws.iter().any(|(known, _)| is_within(&place, known)) {
            break;
        }
        flaws.push((place, flaw.words));
        if !tree.refuse(&path, flaw.is_unknown) {
            break;
        }
    }
    Err(Rejection::fields(flaws))
}

/// Whether a pointer leads to this place, or into it.
fn is_within(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::net::IpAddr;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Body {
        name: String,
        port: u16,
        is_on: Option<bool>,
        mode: Option<Mode>,
        list: Option<Vec<u8>>,
        inner: Option<Inner>,
        words: Option<BTreeMap<String, String>>,
        ip: Option<IpAddr>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Mode {
        Fast,
        Slow,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Inner {
        a: String,
    }

    fn flaws(text: &str) -> Vec<(String, String)> {
        let rejection = parse::<Body>(text.as_bytes()).map(|_| ()).unwrap_err();
        let told = rejection.flaws().iter().map(|flaw| flaw.place_and_detail());
        told.map(|(place, detail)| (place.to_owned(), detail.to_owned())).collect()
    }

    fn told(places: &[(&str, &str)]) -> Vec<(String, String)> {
        places.iter().map(|(place, words)| ((*place).to_owned(), (*words).to_owned())).collect()
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let text = r#"{"port": 65536, "is_on": 1, "mode": "quick", "list": [1, 256, "x"], "inner": {"b/c": 1},
            "words": {"a~b": 7}, "what": null, "ip": "x"}"#;
        assert_eq!(
            flaws(text),
            told(&[
                ("/port", "must be a whole number from 0 to 65535"),
                ("/is_on", "must be true or false"),
                ("/mode", "must be one of fast, slow"),
                ("/list/1", "must be a whole number from 0 to 255"),
                ("/list/2", "must be a whole number from 0 to 255"),
                ("/inner/b~1c", "there is no such field, only a"),
                ("/inner/a", "is missing"),
                ("/words/a~0b", "must be a string"),
                ("/what", "there is no such field, only name, port, is_on, mode, list, inner, words, ip"),
                ("/ip", "must be an IP address"),
                ("/name", "is missing"),
            ])
        );
    }

    #[test]
    fn a_field_whose_name_begins_like_a_refused_one_is_told_too() {
        let text = r#"{"name": "a", "port": 1, "i": 1, "is_on": 1, "ip": 1}"#;
        let places: Vec<_> = flaws(text).into_iter().map(|(place, _)| place).collect();
        assert_eq!(places, ["/i", "/is_on", "/ip"]);
    }

    #[test]
    fn a_name_occurs_once_at_every_depth() {
        let text = r#"{"name": "a", "port": 1, "words": {"x": "1", "y": "2", "x": "3"}, "port": 2}"#;
        assert_eq!(flaws(text), told(&[("/words/x", TWICE), ("/port", TWICE)]));
        // Also where nothing is read.
        let text = r#"{"name": "a", "port": 1, "more": [{"x": 1, "x": 2}]}"#;
        assert_eq!(flaws(text)[0], ("/more/0/x".to_owned(), TWICE.to_owned()));
        let spelt = r#"{"name": "a", "port": 1, "n\u0061me": "b"}"#;
        assert_eq!(flaws(spelt), told(&[("/name", TWICE)]));
    }

    #[test]
    fn only_an_object_is_an_object() {
        for text in ["", "[]", "null", "\"x\"", "{", "{} {}", "{\"a\":01}", "\u{feff}{}"] {
            let refused = parse::<Body>(text.as_bytes()).map(|_| ()).unwrap_err();
            assert_eq!(refused.problem().code(), NOT_JSON.code, "{text}");
        }
        let text = r#"{"name": "a", "port": 1, "inner": ["x"]}"#;
        assert_eq!(flaws(text), told(&[("/inner", "must be an object")]));
    }
}
