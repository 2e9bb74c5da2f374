//! The query of statistics.

use serde_json::{Value, json};

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::factors::factor::FactorChannel;
use crate::domain::locale::Locale;
use crate::domain::reports::statistics::{Day, Dimension, OTHER, StatisticsQuery};
use crate::domain::time::Timestamp;

use crate::http::shared::description::words;
use crate::http::v1::error::V1Error;
use crate::http::v1::parameters::in_query_like;
use crate::http::v1::query::Query;

/// The most days of one query.
const MAX_DAYS: i64 = 400;

/// The days of a query that names none.
const USUAL_DAYS: i64 = 30;

/// The longest domain, in bytes (RFC 1035 §2.3.4).
const MAX_DOMAIN: usize = 253;

/// The most groups of one answer.
pub(crate) const MAX_GROUPS: usize = 10_000;

/// The parameters that tenants have.
pub(crate) const PARAMETERS: [&str; 7] = ["from", "to", "group_by", "purpose", "channel", "locale", "domain"];

/// The parameters of OpenAPI.
pub(crate) fn parameters() -> [Value; 7] {
    let groups = "The dimensions of the groups, separated by commas: `day`, `purpose`, `channel`, `locale`,\n\
                  `domain`; for the operator also `tenant`. Without it there is one group of everything.";
    let first = "The first day, in UTC; without it the answer covers 30 days.";
    let last = "The last day, in UTC; today if absent. At most 400 days in all.";
    let text =
        |pattern: &str, most: usize| json!({ "type": "string", "pattern": pattern, "maxLength": most });
    let tag = "^([A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?|other)$";
    let mut domain = text("^[!-~]+$", MAX_DOMAIN);
    domain["minLength"] = json!(1);
    [
        in_query_like("from", first, words::day(), "2026-11-01"),
        in_query_like("to", last, words::day(), "2026-11-21"),
        in_query_like("group_by", groups, text("^[a-z]+(,[a-z]+)*$", 100), "day,purpose"),
        in_query_like("purpose", "Only challenges of this purpose.", text("^[a-z][a-z0-9_]*$", 32), "login"),
        in_query_like("channel", "Only challenges of this channel.", text("^[a-z]+$", 32), "email"),
        in_query_like("locale", "Only challenges of this locale.", text(tag, 35), "de"),
        in_query_like("domain", "Only challenges for recipients in this domain.", domain, "example.com"),
    ]
}

/// Parses a query; a tenant cannot group by tenant.
pub(crate) fn asked(
    query: &Query,
    dimensions: &[Dimension],
    now: Timestamp,
) -> Result<StatisticsQuery, V1Error> {
    let day = |name| query.parsed(name, "a day such as 2026-11-21", Day::parse);
    let to = day("to")?.unwrap_or(Day::of(now));
    let from = day("from")?.unwrap_or(to - (USUAL_DAYS - 1));
    if from > to {
        return Err(V1Error::parameter("from", "a day not after `to`"));
    }
    if from <= to - MAX_DAYS {
        return Err(V1Error::parameter("from", "at most 400 days can be asked for at once"));
    }
    Ok(StatisticsQuery {
        tenant: None,
        from,
        to,
        only: only(query)?,
        group_by: group_by(query, dimensions)?,
        limit: MAX_GROUPS + 1,
    })
}

/// The words of a filter, written as they were counted.
fn only(query: &Query) -> Result<Vec<(Dimension, String)>, V1Error> {
    let purpose = |word: &str| Purpose::parse(word).map(|purpose| purpose.as_str().to_owned());
    let channel = |word: &str| {
        let factors = FactorChannel::Totp.as_str();
        let known =
            ChannelKind::parse(word).map(ChannelKind::as_str).or((word == factors).then_some(factors));
        known.map(ToOwned::to_owned)
    };
    let locale = |tag: &str| match tag {
        OTHER => Some(OTHER.to_owned()),
        tag => Locale::parse(tag).map(|locale| locale.to_string()),
    };
    let domain = |name: &str| {
        let fits = (1..=MAX_DOMAIN).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| name.to_ascii_lowercase())
    };
    let found = [
        (Dimension::Purpose, query.parsed("purpose", "a purpose such as login", purpose)?),
        (Dimension::Channel, query.parsed("channel", "a channel such as email", channel)?),
        (Dimension::Locale, query.parsed("locale", "a language tag such as de, or other", locale)?),
        (Dimension::Domain, query.parsed("domain", "a domain such as example.com, or other", domain)?),
    ];
    Ok(found.into_iter().filter_map(|(of, word)| Some((of, word?))).collect())
}

fn group_by(query: &Query, dimensions: &[Dimension]) -> Result<Vec<Dimension>, V1Error> {
    let Some(text) = query.text("group_by") else { return Ok(Vec::new()) };
    let words: Vec<_> = dimensions.iter().map(|dimension| dimension.as_str()).collect();
    let wrong = || V1Error::parameter("group_by", format!("some of {}, each once", words.join(",")));
    let mut chosen = Vec::new();
    for word in text.split(',') {
        let dimension = Dimension::parse(word).filter(|dimension| dimensions.contains(dimension));
        let dimension = dimension.filter(|dimension| !chosen.contains(dimension)).ok_or_else(wrong)?;
        chosen.push(dimension);
    }
    chosen.sort_unstable();
    Ok(chosen)
}
