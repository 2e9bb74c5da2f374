//! JSON as it was sent: a tree in which no name of an object occurs twice.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

/// A value. Texts may be secrets, so they are erased.
#[derive(Clone)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(Zeroizing<String>),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
    /// A value that was refused already. It passes for one of any type, so that the rest can be judged.
    Refused,
}

/// Where a value is: the names and numbers that lead to it.
pub(super) type Path = Vec<String>;

/// The JSON pointer of a place (RFC 6901).
pub(super) fn pointer(path: &[String]) -> String {
    path.iter().map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1"))).collect()
}

impl Node {
    /// Parses a text, and returns the places of names that occur twice; `None` if it is not JSON.
    pub(super) fn parse(bytes: &[u8]) -> Option<(Self, Vec<Path>)> {
        let mut reading = Reading { path: Path::new(), twice: Vec::new() };
        let mut from = serde_json::Deserializer::from_slice(bytes);
        let node = Seed(&mut reading).deserialize(&mut from).ok()?;
        from.end().ok()?;
        Some((node, reading.twice))
    }

    /// Replaces the value at this place: nothing is there any more, or what was refused. Returns whether there is
    /// such a place.
    pub(super) fn refuse(&mut self, path: &[String], is_gone: bool) -> bool {
        let Some((name, rest)) = path.split_first() else {
            *self = Self::Refused;
            return true;
        };
        match self {
            Self::Object(fields) => match fields.iter().position(|(known, _)| known == name) {
                Some(at) if rest.is_empty() && is_gone => {
                    fields.remove(at);
                    true
                }
                Some(at) => fields[at].1.refuse(rest, is_gone),
                None if rest.is_empty() => {
                    fields.push((name.clone(), Self::Refused));
                    true
                }
                None => false,
            },
            Self::List(elements) => {
                let at = name.parse().ok().filter(|at: &usize| *at < elements.len());
                at.is_some_and(|at| elements[at].refuse(rest, false))
            }
            _ => false,
        }
    }
}

struct Reading {
    path: Path,
    twice: Vec<Path>,
}

struct Seed<'a>(&'a mut Reading);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Node, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Unsigned(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Signed(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(Zeroizing::new(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut elements = Vec::new();
        loop {
            self.0.path.push(elements.len().to_string());
            let element = list.next_element_seed(Seed(self.0))?;
            self.0.path.pop();
            match element {
                Some(element) => elements.push(element),
                None => return Ok(Node::List(elements)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut fields: Vec<(String, Node)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if fields.len() > MOST_FIELDS {
                return Err(A::Error::custom("too many fields"));
            }
            let is_twice = fields.iter().any(|(known, _)| *known == name);
            self.0.path.push(name.clone());
            let value = map.next_value_seed(Seed(self.0))?;
            if is_twice {
                self.0.twice.push(self.0.path.clone());
            } else {
                fields.push((name, value));
            }
            self.0.path.pop();
        }
        Ok(Node::Object(fields))
    }
}

/// More than any object needs, and few enough to compare each name with the others.
const MOST_FIELDS: usize = 1_000;
