//! What the pages show.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, HeaderValue, REFRESH};
use askama::Template;

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Alphabet;
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::domain::time::Timestamp;
use crate::service::{HostedPage, Leaving, WayBack};
use crate::texts::{self, BuiltIn, MissingText};

use super::assets::{FRAMED, ICON, SCRIPT, STYLE};
use super::brand;
use super::countdown::{Countdown, with};
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
    /// The style of the tenant's colours.
    brand: Option<String>,
    logo: Option<String>,
    name: &'a str,
    title: Text,
    lead: Option<Text>,
    notice: Option<(Text, Notice)>,
    ask: Option<Ask>,
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

/// What a visitor can do whose address is not known.
struct Ask {
    action: String,
    label: Text,
    submit: Text,
    time_left: Countdown,
    cancel: String,
    leave: Text,
}

/// What a visitor can do who was sent a code.
struct Form {
    verify: String,
    /// Where it leads that the address is wrong.
    wrong: String,
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

/// The page of a challenge at `now`.
pub(super) fn page(visitor: &Visitor, key: &str, page: &HostedPage, now: Timestamp) -> HttpResponse {
    let texts = texts::best(visitor.locales(page.challenge.details.locale()));
    let shown = match page.status {
        ChallengeStatus::Pending => match &page.challenge.to {
            None => asking(visitor, texts, key, page, now),
            Some(to) => pending(visitor, texts, key, (page, to), now),
        },
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

fn asking<'a>(
    visitor: &Visitor,
    texts: &'static BuiltIn,
    key: &str,
    page: &'a HostedPage,
    now: Timestamp,
) -> Result<Page<'a>, MissingText> {
    let ask = Ask {
        action: visitor.path(key, "/recipient", None),
        label: texts.text("page-address", None)?,
        submit: texts.text("page-send", None)?,
        time_left: Countdown::until(texts, "page-time-left", page.challenge.standing.expires_at, now)?,
        cancel: visitor.path(key, "/cancel", None),
        leave: texts.text("page-back", None)?,
    };
    let (lead, notice) = (texts.text("page-ask", None)?, noticed(visitor, texts)?);
    let title = texts.text("page-ask-title", None)?;
    Ok(Page { lead: Some(lead), notice, ask: Some(ask), ..Page::branded(texts, title, page) })
}

/// What came of the last form.
fn noticed(visitor: &Visitor, texts: &'static BuiltIn) -> Result<Option<(Text, Notice)>, MissingText> {
    visitor.notice.map(|notice| Ok((texts.text(notice.text(), None)?, notice))).transpose()
}

fn pending<'a>(
    visitor: &Visitor,
    texts: &'static BuiltIn,
    key: &str,
    (page, to): (&'a HostedPage, &str),
    now: Timestamp,
) -> Result<Page<'a>, MissingText> {
    let challenge = &page.challenge;
    let standing = &challenge.standing;
    let has_failed = challenge.delivery == Some(DeliveryStatus::Failed);
    let asks_again = challenge.details.asks() && challenge.sends_remaining > 0;
    let form = Form {
        verify: visitor.path(key, "/verify", None),
        wrong: visitor.path(key, if asks_again { "/withdraw" } else { "/cancel" }, None),
        resend: resend(visitor, texts, key, challenge, now)?,
        is_numeric: page.hosting.alphabet == Alphabet::Digits,
        label: texts.text("page-code", None)?,
        submit: texts.text("page-submit", None)?,
        attempts: with(texts, "page-attempts", "count", u64::from(standing.attempts_remaining()))?,
        time_left: Countdown::until(texts, "page-time-left", standing.expires_at, now)?,
        wrong_address: texts.text("page-wrong-address", None)?,
        failed: if has_failed { Some(texts.text("page-failed", None)?) } else { None },
    };
    let notice = noticed(visitor, texts)?;
    let lead = with(texts, "page-sent-to", "to", to)?;
    let lead = (challenge.channel != ChannelKind::None).then_some(lead);
    let title = texts.text("page-title", None)?;
    Ok(Page { lead, notice, form: Some(form), ..Page::branded(texts, title, page) })
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
    Ok(Page { lead, back, ..Page::branded(texts, texts.text(title, None)?, page) })
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

/// On the way to `there`, at once, with a link for browsers that stay.
pub(super) fn leaving(visitor: &Visitor, there: String) -> HttpResponse {
    let texts = texts::best(visitor.locales(None));
    let refresh = HeaderValue::from_str(&format!("0; url={there}"));
    let back = texts.text("page-back", None);
    let page = back.map(|words| {
        let title = words.clone();
        Page { back: Some((Leaving::To(there), words)), ..Page::of(texts, title) }
    });
    let mut answer = respond(StatusCode::OK, page, None);
    if let Ok(refresh) = refresh {
        answer.headers_mut().insert(REFRESH, refresh);
    }
    answer
}

fn said(visitor: &Visitor, status: StatusCode, id: &'static str) -> HttpResponse {
    let texts = texts::best(visitor.locales(None));
    respond(status, texts.text(id, None).map(|title| Page::of(texts, title)), None)
}

impl<'a> Page<'a> {
    /// One that looks as its tenant's do.
    fn branded(texts: &'static BuiltIn, title: Text, page: &'a HostedPage) -> Self {
        Self {
            brand: brand::style_path(&page.brand),
            logo: page.logo.as_ref().map(brand::logo_path),
            name: &page.name,
            ..Self::of(texts, title)
        }
    }

    fn of(texts: &'static BuiltIn, title: Text) -> Self {
        Self {
            lang: texts.tag(),
            dir: texts.direction(),
            style: &STYLE.path,
            script: &SCRIPT.path,
            icon: &ICON.path,
            brand: None,
            logo: None,
            name: "",
            title,
            lead: None,
            notice: None,
            ask: None,
            form: None,
            back: None,
            frame: None,
        }
    }
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
