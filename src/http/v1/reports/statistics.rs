//! Numbers: how they are asked for and shown.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::channel::ChannelKind;
use crate::domain::locale::Locale;
use crate::domain::purpose::Purpose;
use crate::domain::statistics::{
    Counts, Day, Dimension, Mark, OTHER, StatisticsGroup, StatisticsQuery, Times,
};
use crate::domain::time::Timestamp;
use crate::service::Reported;

use super::super::error::V1Error;
use super::super::query::Query;

/// Days that can be asked for at once.
const MAX_DAYS: i64 = 400;

/// Days that are answered when none are asked for.
const USUAL_DAYS: i64 = 30;

/// Bytes of a domain (RFC 1035 §2.3.4).
const MAX_DOMAIN: usize = 253;

/// Groups in one answer.
const MAX_GROUPS: usize = 10_000;

/// The parameters of the tenant.
pub(in crate::http::v1) const PARAMETERS: [&str; 7] =
    ["from", "to", "group_by", "purpose", "channel", "locale", "domain"];

/// Which numbers.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
pub(in crate::http::v1) struct Parameters {
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
    #[param(pattern = "^email$", max_length = 32, example = "email")]
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
pub(in crate::http::v1) fn asked(
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

/// Numbers, group by group.
#[derive(Serialize, ToSchema)]
#[schema(as = Statistics)]
pub(in crate::http::v1) struct StatisticsView {
    /// The first day, in UTC.
    #[schema(format = "date", max_length = 10)]
    from: String,
    /// The last day.
    #[schema(format = "date", max_length = 10)]
    to: String,
    /// By what the groups are told apart, in the order by which they are sorted.
    #[schema(max_items = 6)]
    group_by: Vec<&'static str>,
    /// The groups. A day or a word without a challenge has none.
    #[schema(max_items = 10_000)]
    data: Vec<GroupView>,
}

/// A group, with those of its dimensions that were asked for.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = StatisticsGroup)]
pub(in crate::http::v1) struct GroupView {
    /// The tenant's handle.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 20)]
    tenant: Option<String>,
    /// The day on which the challenges were minted, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date", max_length = 10)]
    day: Option<String>,
    /// What the codes were for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32)]
    purpose: Option<String>,
    /// How they travelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32)]
    channel: Option<String>,
    /// The language that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 35)]
    locale: Option<String>,
    /// The domain of the recipients.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 253)]
    domain: Option<String>,
    /// Challenges that were minted.
    #[schema(minimum = 0)]
    minted: u64,
    /// Messages beyond the first of each.
    #[schema(minimum = 0)]
    resent: u64,
    /// Messages that the mail server has accepted.
    #[schema(minimum = 0)]
    sent: u64,
    /// Messages that were not sent.
    #[schema(minimum = 0)]
    failed: u64,
    /// Wrong answers.
    #[schema(minimum = 0)]
    mismatched: u64,
    /// Challenges that were verified.
    #[schema(minimum = 0)]
    verified: u64,
    /// Challenges whose attempts were spent.
    #[schema(minimum = 0)]
    exhausted: u64,
    /// Challenges whose time ran out.
    #[schema(minimum = 0)]
    expired: u64,
    /// Challenges that were called off.
    #[schema(minimum = 0)]
    canceled: u64,
    /// Challenges that have not ended yet.
    #[schema(minimum = 0)]
    pending: u64,
    /// `verified` by `minted`; null when nothing was minted.
    #[schema(required, minimum = 0, maximum = 1)]
    conversion: Option<f64>,
    #[schema(required)]
    time_to_verify: Option<TimesView>,
}

/// Seconds from mint to verification, interpolated; null when nothing was verified.
#[derive(Serialize, ToSchema)]
#[schema(as = TimeToVerify)]
pub(in crate::http::v1) struct TimesView {
    /// Half were as fast: the median.
    #[schema(minimum = 0, maximum = 900)]
    p50: f64,
    /// Nine of ten were as fast.
    #[schema(minimum = 0, maximum = 900)]
    p90: f64,
}

impl StatisticsView {
    /// What was found for `asked`.
    pub(in crate::http::v1) fn of(
        asked: &StatisticsQuery,
        reported: &Reported<Vec<StatisticsGroup>>,
    ) -> Result<Self, V1Error> {
        if reported.found.len() > MAX_GROUPS {
            let detail = "more than 10000 groups: ask for fewer days or dimensions";
            return Err(V1Error::parameter("group_by", detail));
        }
        let groups = reported.found.iter().map(|group| GroupView::of(group, reported));
        Ok(Self {
            from: asked.from.to_string(),
            to: asked.to.to_string(),
            group_by: asked.group_by.iter().map(|dimension| dimension.as_str()).collect(),
            data: groups.collect(),
        })
    }

    /// One for the description of the API.
    pub(in crate::http::v1) fn example() -> Self {
        let mut times = Times::default();
        times.0[6] = 90;
        let counts = Counts {
            minted: 100,
            sent: 99,
            failed: 1,
            verified: 90,
            expired: 10,
            times,
            ..Counts::default()
        };
        let day = Some("2026-11-21".to_owned());
        let text = || "2026-11-21".to_owned();
        let data = vec![GroupView { day, ..GroupView::counted(&counts) }];
        Self { from: text(), to: text(), group_by: vec!["day"], data }
    }
}

impl GroupView {
    fn of(group: &StatisticsGroup, reported: &Reported<Vec<StatisticsGroup>>) -> Self {
        let mut view = Self::counted(&group.counts);
        for mark in &group.marks {
            match mark {
                Mark::Tenant(id) => view.tenant = reported.handles.get(id).map(ToString::to_string),
                Mark::Day(day) => view.day = Some(day.to_string()),
                Mark::Word(of, word) => view.name(*of, word),
            }
        }
        view
    }

    fn name(&mut self, of: Dimension, word: &str) {
        let place = match of {
            Dimension::Purpose => &mut self.purpose,
            Dimension::Channel => &mut self.channel,
            Dimension::Locale => &mut self.locale,
            Dimension::Domain => &mut self.domain,
            Dimension::Tenant | Dimension::Day => return,
        };
        *place = Some(word.to_owned());
    }

    fn counted(counts: &Counts) -> Self {
        let times = counts.times.quantile(0.5).zip(counts.times.quantile(0.9));
        Self {
            minted: counts.minted,
            resent: counts.resent,
            sent: counts.sent,
            failed: counts.failed,
            mismatched: counts.mismatched,
            verified: counts.verified,
            exhausted: counts.exhausted,
            expired: counts.expired,
            canceled: counts.canceled,
            pending: counts.pending(),
            conversion: counts.conversion().map(|part| rounded(part, 10_000.0)),
            time_to_verify: times
                .map(|(p50, p90)| TimesView { p50: rounded(p50, 10.0), p90: rounded(p90, 10.0) }),
            ..Self::default()
        }
    }
}

fn rounded(number: f64, by: f64) -> f64 {
    (number * by).round() / by
}
