//! What the pages show.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use askama::Template;
use fluent_bundle::{FluentArgs, FluentValue};

use crate::domain::challenge::{Challenge, ChallengeStatus};
use crate::domain::channel::ChannelKind;
use crate::domain::code::Alphabet;
use crate::domain::delivery::DeliveryStatus;
use crate::domain::time::Timestamp;
use crate::service::{HostedPage, Leaving, WayBack};
use crate::texts::{self, BuiltIn, MissingText};

use super::assets::{FRAMED, ICON, SCRIPT, STYLE};
use super::notice::Notice;
use super::policy;
use super::visitor::Visitor;

type Text = Cow<'static, str>;

/// A page: a form, or what there is to say instead.
#[derive(Template)]
#[template(path = "pages/page.html")]
struct Page<'a> {
    lang: &'static str,
    dir: &'static str,
    style: &'static str,
    script: &'static str,
    icon: &'static str,
    name: &'a str,
    title: Text,
    lead: Option<Text>,
    form: Option<Form>,
    /// Back to the app: how, and the words for it.
    back: Option<(Leaving, Text)>,
    frame: Option<Frame>,
}

/// What a page in a frame needs besides.
struct Frame {
    script: &'static str,
    /// To whom it may tell anything.
    embedder: String,
    /// What the button is called that closes the frame.
    close: Text,
}

/// What a visitor can do while a challenge is pending.
struct Form {
    notice: Option<(Text, Notice)>,
    verify: String,
    cancel: String,
    resend: Option<Resend>,
    is_numeric: bool,
    label: Text,
    submit: Text,
    attempts: Text,
    time_left: Countdown,
    wrong_address: Text,
    /// Why nothing will come by itself, if that is so.
    failed: Option<Text>,
}

/// Sending the code again.
struct Resend {
    action: String,
    label: Text,
    wait: Option<Countdown>,
}

/// A sentence around a time that runs.
struct Countdown {
    before: String,
    time: String,
    after: String,
    seconds: u64,
}

/// The page of a challenge at `now`.
pub(super) fn page(visitor: &Visitor, key: &str, page: &HostedPage, now: Timestamp) -> HttpResponse {
    let texts = texts::best(visitor.locales(page.challenge.details.locale()));
    let shown = match page.status {
        ChallengeStatus::Pending => pending(visitor, texts, key, page, now),
        status => ended(texts, page, status),
    };
    let shown = shown.and_then(|shown| Ok(Page { frame: Frame::of(texts, &page.way_back)?, ..shown }));
    respond(StatusCode::OK, shown, Some(&page.way_back))
}

impl Frame {
    fn of(texts: &'static BuiltIn, way_back: &WayBack) -> Result<Option<Self>, MissingText> {
        let WayBack::Frame(page) = way_back else { return Ok(None) };
        let close = texts.text("page-back", None)?;
        Ok(Some(Self { script: &FRAMED.path, embedder: page.to_string(), close }))
    }
}

fn pending<'a>(
    visitor: &Visitor,
    texts: &'static BuiltIn,
    key: &str,
    page: &'a HostedPage,
    now: Timestamp,
) -> Result<Page<'a>, MissingText> {
    let challenge = &page.challenge;
    let standing = &challenge.standing;
    let has_failed = challenge.delivery == Some(DeliveryStatus::Failed);
    let form = Form {
        notice: match visitor.notice {
            Some(notice) => Some((texts.text(notice.text(), None)?, notice)),
            None => None,
        },
        verify: visitor.path(key, "/verify", None),
        cancel: visitor.path(key, "/cancel", None),
        resend: resend(visitor, texts, key, challenge, now)?,
        is_numeric: page.hosting.alphabet == Alphabet::Digits,
        label: texts.text("page-code", None)?,
        submit: texts.text("page-submit", None)?,
        attempts: with(texts, "page-attempts", "count", u64::from(standing.attempts_remaining()))?,
        time_left: Countdown::until(texts, "page-time-left", standing.expires_at, now)?,
        wrong_address: texts.text("page-wrong-address", None)?,
        failed: if has_failed { Some(texts.text("page-failed", None)?) } else { None },
    };
    let lead = with(texts, "page-sent-to", "to", &challenge.to)?;
    let lead = (challenge.channel != ChannelKind::None).then_some(lead);
    let title = texts.text("page-title", None)?;
    Ok(Page { name: &page.name, lead, form: Some(form), ..Page::of(texts, title) })
}

fn resend(
    visitor: &Visitor,
    texts: &'static BuiltIn,
    key: &str,
    challenge: &Challenge,
    now: Timestamp,
) -> Result<Option<Resend>, MissingText> {
    let Some(at) = challenge.resend_at.filter(|_| challenge.channel != ChannelKind::None) else {
        return Ok(None);
    };
    let wait = match at > now {
        true => Some(Countdown::until(texts, "page-resend-in", at, now)?),
        false => None,
    };
    let action = visitor.path(key, "/resend", None);
    Ok(Some(Resend { action, label: texts.text("page-resend", None)?, wait }))
}

fn ended<'a>(
    texts: &'static BuiltIn,
    page: &'a HostedPage,
    status: ChallengeStatus,
) -> Result<Page<'a>, MissingText> {
    let (title, lead) = match status {
        ChallengeStatus::Verified => ("page-used", None),
        ChallengeStatus::Expired => ("page-expired", Some("page-start-again")),
        ChallengeStatus::Exhausted => ("page-exhausted", Some("page-start-again")),
        ChallengeStatus::Canceled | ChallengeStatus::Pending => ("page-canceled", Some("page-start-again")),
    };
    let lead = lead.map(|id| texts.text(id, None)).transpose()?;
    let back = Some((page.way_back.with_status(status), texts.text("page-back", None)?));
    Ok(Page { name: &page.name, lead, back, ..Page::of(texts, texts.text(title, None)?) })
}

/// Of an address under which there is nothing.
pub(super) fn unknown(visitor: &Visitor) -> HttpResponse {
    said(visitor, StatusCode::NOT_FOUND, "page-unknown")
}

/// While nothing can be looked up or recorded.
pub(super) fn unavailable(visitor: &Visitor) -> HttpResponse {
    said(visitor, StatusCode::SERVICE_UNAVAILABLE, "page-later")
}

/// For a visitor who asks too often.
pub(super) fn limited(visitor: &Visitor) -> HttpResponse {
    said(visitor, StatusCode::TOO_MANY_REQUESTS, "page-later")
}

/// Of a form that was not on a page of this server.
pub(super) fn foreign(visitor: &Visitor) -> HttpResponse {
    said(visitor, StatusCode::FORBIDDEN, "page-unknown")
}

fn said(visitor: &Visitor, status: StatusCode, id: &'static str) -> HttpResponse {
    let texts = texts::best(visitor.locales(None));
    respond(status, texts.text(id, None).map(|title| Page::of(texts, title)), None)
}

impl Page<'_> {
    fn of(texts: &'static BuiltIn, title: Text) -> Self {
        Self {
            lang: texts.tag(),
            dir: texts.direction(),
            style: &STYLE.path,
            script: &SCRIPT.path,
            icon: &ICON.path,
            name: "",
            title,
            lead: None,
            form: None,
            back: None,
            frame: None,
        }
    }
}

impl Countdown {
    fn until(
        texts: &'static BuiltIn,
        id: &'static str,
        end: Timestamp,
        now: Timestamp,
    ) -> Result<Self, MissingText> {
        // Rounded up: what may be done then may really be done then.
        let seconds = end.since(now).as_millis().div_ceil(1000) as u64;
        let time = format!("{}:{:02}", seconds / 60, seconds % 60);
        let whole = with(texts, id, "time", time.as_str())?;
        let (before, after) = whole.split_once(&time).unwrap_or((&whole, ""));
        Ok(Self { before: before.to_owned(), after: after.to_owned(), time, seconds })
    }
}

fn with<'a>(
    texts: &'static BuiltIn,
    id: &'static str,
    name: &'static str,
    value: impl Into<FluentValue<'a>>,
) -> Result<Text, MissingText> {
    let mut args = FluentArgs::with_capacity(1);
    args.set(name, value);
    texts.text(id, Some(&args))
}

/// A page with what a browser lets it do.
fn respond(status: StatusCode, page: Result<Page, MissingText>, way_back: Option<&WayBack>) -> HttpResponse {
    let rendered = page.map_err(|error| error.to_string());
    let rendered = rendered.and_then(|page| page.render().map_err(|error| error.to_string()));
    let Ok(body) = rendered.inspect_err(|error| tracing::error!(%error, "a page could not be shown")) else {
        return HttpResponse::InternalServerError().finish();
    };
    HttpResponse::build(status)
        .content_type(ContentType::html())
        .insert_header(policy::of(way_back))
        .body(body)
}
