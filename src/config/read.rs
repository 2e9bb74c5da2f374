//! Deserializers for values that are more than a string or a number. Each error says what would be valid.

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de};

use crate::domain::limits::rate::Rate;
use crate::domain::limits::redis_url::RedisUrl;
use crate::domain::network::PortRule;

/// One of a fixed set of words.
pub(super) fn one_of<T: Copy>(text: &str, known: &[(&str, T)]) -> Result<T, String> {
    let found = known.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let words: Vec<_> = known.iter().map(|(word, _)| format!("{word:?}")).collect();
        format!("{text:?} is not one of {}", words.join(", "))
    })
}

/// A list in the file, or a comma-separated string in the environment.
#[derive(Deserialize)]
#[serde(untagged)]
enum List {
    Text(String),
    Items(Vec<Item>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Item {
    Number(i64),
    Text(String),
}

/// Strings; a number among them counts as one.
pub(super) fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let items = match List::deserialize(from).map_err(|_| de::Error::custom("expected a list of texts"))? {
        List::Text(text) => text.split(',').map(|item| item.trim().to_owned()).collect(),
        List::Items(items) => items
            .into_iter()
            .map(|item| match item {
                Item::Number(number) => number.to_string(),
                Item::Text(text) => text,
            })
            .collect::<Vec<_>>(),
    };
    Ok(items.into_iter().filter(|item| !item.is_empty()).collect())
}

/// Networks; an address counts as one.
pub(super) fn networks<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<IpNet>, D::Error> {
    let parse = |text: &String| {
        let network = text.parse::<IpNet>();
        network.or_else(|_| text.parse().map(|ip: std::net::IpAddr| IpNet::from(ip))).map_err(|_| {
            de::Error::custom(format!("{text:?} is not an address or a network such as 10.0.0.0/8"))
        })
    };
    texts(from)?.iter().map(parse).collect()
}

/// Ports, or `any`.
pub(super) fn ports<'de, D: Deserializer<'de>>(from: D) -> Result<PortRule, D::Error> {
    let items = texts(from)?;
    if items == ["any"] {
        return Ok(PortRule::Any);
    }
    let parse = |text: &String| {
        let port = text.parse::<u16>().ok().filter(|port| *port != 0);
        port.ok_or_else(|| de::Error::custom(format!("{text:?} is not a port; use numbers, or \"any\"")))
    };
    items.iter().map(parse).collect::<Result<_, _>>().map(PortRule::Only)
}

/// Whole numbers.
pub(super) fn numbers<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u64>, D::Error> {
    let parse = |text: &String| {
        text.parse().map_err(|_| de::Error::custom(format!("{text:?} is not a whole number")))
    };
    texts(from)?.iter().map(parse).collect()
}

/// A rate.
pub(super) fn rate<'de, D: Deserializer<'de>>(from: D) -> Result<Rate, D::Error> {
    String::deserialize(from)?.parse().map_err(de::Error::custom)
}

/// The address of a Redis; empty for none.
pub(super) fn redis_url<'de, D: Deserializer<'de>>(from: D) -> Result<Option<RedisUrl>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Ok(None);
    }
    RedisUrl::parse(&text).map(Some).map_err(de::Error::custom)
}

/// Rates.
pub(super) fn rates<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Rate>, D::Error> {
    texts(from)?.iter().map(|text| text.parse().map_err(de::Error::custom)).collect()
}
