//! Numbers: how they are asked for.

use utoipa::IntoParams;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::reports::statistics::{Day, Dimension, OTHER, StatisticsQuery};
use crate::domain::time::Timestamp;

use crate::http::v1::error::V1Error;
use crate::http::v1::query::Query;

/// Days that can be asked for at once.
const MAX_DAYS: i64 = 400;

/// Days that are answered when none are asked for.
const USUAL_DAYS: i64 = 30;

/// Bytes of a domain (RFC 1035 §2.3.4).
const MAX_DOMAIN: usize = 253;

/// Groups in one answer.
pub(crate) const MAX_GROUPS: usize = 10_000;

/// The parameters of the tenant.
pub(crate) const PARAMETERS: [&str; 7] = ["from", "to", "group_by", "purpose", "channel", "locale", "domain"];

/// Which numbers.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct StatisticsParameters {
    /// The first day, in UTC; without it 30 days are answered.
    #[param(format = "date", max_length = 10, example = "2026-11-01")]
    from: Option<String>,
    /// The last day, in UTC; today without it. At most 400 days.
    #[param(format = "date", max_length = 10, example = "2026-11-21")]
    to: Option<String>,
    /// By what numbers are told apart, with commas between: `day`, `purpose`, `channel`, `locale`,
    /// `domain`; for the operator also `tenant`. Without it everything is one group.
    #[param(max_length = 100, pattern = "^[a-z]+(,[a-z]+)*$", example = "day,purpose")]
    group_by: Option<String>,
    /// Those of this purpose alone.
    #[param(max_length = 32, pattern = "^[a-z][a-z0-9_]*$", example = "login")]
    purpose: Option<String>,
    /// Those of this channel alone.
    #[param(pattern = "^(email|none)$", max_length = 32, example = "email")]
    channel: Option<String>,
    /// Those of this locale alone.
    #[param(
        pattern = "^([A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?|other)$",
        max_length = 35,
        example = "de"
    )]
    locale: Option<String>,
    /// Those of recipients in this domain alone.
    #[param(min_length = 1, max_length = 253, pattern = "^[!-~]+$", example = "example.com")]
    domain: Option<String>,
}

/// What a query asks for; a tenant may not tell tenants apart.
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

/// The words that groups are chosen by, as they are written in the numbers.
fn only(query: &Query) -> Result<Vec<(Dimension, String)>, V1Error> {
    let purpose = |word: &str| Purpose::parse(word).map(|purpose| purpose.as_str().to_owned());
    let channel = |word: &str| ChannelKind::parse(word).map(|channel| channel.as_str().to_owned());
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
