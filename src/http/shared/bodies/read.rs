//! Reads a value from a tree, and says what is wrong in words of the field.

use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{self, DeserializeSeed, Deserializer, Expected, IntoDeserializer as _, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::node::{Node, Path};

/// Something that is wrong with a value.
#[derive(Debug)]
pub(super) struct Flawed {
    /// Where it is, from the inside out.
    reversed: Path,
    pub(super) words: String,
    /// Whether the field is one that nobody knows.
    pub(super) is_unknown: bool,
}

impl Flawed {
    fn new(words: impl Into<String>) -> Self {
        Self { reversed: Path::new(), words: words.into(), is_unknown: false }
    }

    fn of_field(name: &str, words: impl Into<String>) -> Self {
        Self { reversed: vec![name.to_owned()], ..Self::new(words) }
    }

    fn inside(mut self, name: impl Into<String>) -> Self {
        self.reversed.push(name.into());
        self
    }

    pub(super) fn path(&self) -> Path {
        self.reversed.iter().rev().cloned().collect()
    }
}

/// What a field has to be, in words of JSON. A type of the program says its own words.
fn words_of(expected: &dyn Expected) -> String {
    let expected = expected.to_string();
    let whole = |least: &str, most: &str| format!("must be a whole number from {least} to {most}");
    match expected.as_str() {
        "u8" => whole("0", "255"),
        "u16" => whole("0", "65535"),
        "u32" => whole("0", "4294967295"),
        "u64" | "usize" | "i8" | "i16" | "i32" | "i64" => "must be a whole number".to_owned(),
        "f32" | "f64" => "must be a number".to_owned(),
        "a boolean" => "must be true or false".to_owned(),
        "a sequence" => "must be a list".to_owned(),
        "a map" => "must be an object".to_owned(),
        "a string" | "a borrowed string" | "string" => "must be a string".to_owned(),
        other if other.starts_with("struct ") => "must be an object".to_owned(),
        other if other.starts_with("enum ") || other == "variant identifier" => "must be a word".to_owned(),
        "IP address" => "must be an IP address".to_owned(),
        other => format!("must be {other}"),
    }
}

fn listed(names: &[&str]) -> String {
    names.join(", ")
}

impl fmt::Display for Flawed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for Flawed {}

impl de::Error for Flawed {
    fn custom<T: fmt::Display>(words: T) -> Self {
        let words = words.to_string();
        Self::new(match words.as_str() {
            "invalid IP address syntax" => "must be an IP address",
            words => words,
        })
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(words_of(expected))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(words_of(expected))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::new(words_of(expected))
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Self {
        Self::new(format!("must be one of {}", listed(known)))
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        let words = match known {
            [] => "there is no such field".to_owned(),
            known => format!("there is no such field, only {}", listed(known)),
        };
        Self { is_unknown: true, ..Self::of_field(name, words) }
    }

    fn missing_field(name: &'static str) -> Self {
        Self::of_field(name, "is missing")
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::of_field(name, TWICE)
    }
}

/// What is wrong with a name that occurs twice.
pub(super) const TWICE: &str = "occurs twice";

/// A value in the tree.
#[derive(Clone, Copy)]
pub(super) struct Reader<'de>(pub(super) &'de Node);

/// Defines the reading of a type that a refused value passes for.
macro_rules! passing {
    ($($method:ident $visit:ident $value:expr;)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flawed> {
            match self.0 {
                Node::Refused => visitor.$visit($value),
                _ => self.deserialize_any(visitor),
            }
        }
    )+};
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Flawed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flawed> {
        match self.0 {
            Node::Null | Node::Refused => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Unsigned(value) => visitor.visit_u64(*value),
            Node::Signed(value) => visitor.visit_i64(*value),
            Node::Float(value) => visitor.visit_f64(*value),
            Node::Text(text) => visitor.visit_borrowed_str(text),
            Node::List(elements) => visitor.visit_seq(Elements { elements, at: 0 }),
            Node::Object(fields) => visitor.visit_map(Fields { fields, at: 0 }),
        }
    }

    passing! {
        deserialize_bool visit_bool false;
        deserialize_u8 visit_u64 1;
        deserialize_u16 visit_u64 1;
        deserialize_u32 visit_u64 1;
        deserialize_u64 visit_u64 1;
        deserialize_i64 visit_i64 1;
        deserialize_f64 visit_f64 1.0;
        deserialize_str visit_str "";
        deserialize_string visit_str "";
        deserialize_seq visit_seq Elements { elements: &[], at: 0 };
        deserialize_map visit_map Fields { fields: &[], at: 0 };
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flawed> {
        match self.0 {
            Node::Null | Node::Refused => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Flawed> {
        visitor.visit_newtype_struct(self)
    }

    /// Only an object is one: a derived type would also take a list with the fields in order.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Flawed> {
        match self.0 {
            Node::Object(fields) => visitor.visit_map(Fields { fields, at: 0 }),
            _ => Err(Flawed::new("must be an object")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Flawed> {
        match self.0 {
            Node::Text(text) => {
                let word: StrDeserializer<'_, Flawed> = text.as_str().into_deserializer();
                visitor.visit_enum(word)
            }
            _ => Err(Flawed::new(format!("must be one of {}", listed(words)))),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u128 f32 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

struct Elements<'de> {
    elements: &'de [Node],
    at: usize,
}

impl<'de> de::SeqAccess<'de> for Elements<'de> {
    type Error = Flawed;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Flawed> {
        let Some(element) = self.elements.get(self.at) else { return Ok(None) };
        self.at += 1;
        let at = self.at - 1;
        seed.deserialize(Reader(element)).map(Some).map_err(|flaw| flaw.inside(at.to_string()))
    }
}

struct Fields<'de> {
    fields: &'de [(String, Node)],
    at: usize,
}

impl<'de> de::MapAccess<'de> for Fields<'de> {
    type Error = Flawed;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Flawed> {
        let Some((name, _)) = self.fields.get(self.at) else { return Ok(None) };
        let named = seed.deserialize(BorrowedStrDeserializer::new(name));
        // What is wrong with a name is told of its field.
        named.map(Some).map_err(|flaw: Flawed| match flaw.reversed.is_empty() {
            true => flaw.inside(name.clone()),
            false => flaw,
        })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Flawed> {
        let Some((name, value)) = self.fields.get(self.at) else { return Err(Flawed::new("is missing")) };
        self.at += 1;
        seed.deserialize(Reader(value)).map_err(|flaw| flaw.inside(name.clone()))
    }
}
