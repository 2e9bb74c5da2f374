//! What the pages show.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType};
use askama::Template;
use fluent_bundle::{FluentArgs, FluentValue};

use crate::domain::challenge::{Challenge, ChallengeStatus};
use crate::domain::channel::ChannelKind;
use crate::domain::code::Alphabet;
use crate::domain::delivery::DeliveryStatus;
use crate::domain::time::Timestamp;
use crate::service::HostedPage;
use crate::texts::{self, BuiltIn, MissingText};

use super::assets::{ICON, SCRIPT, STYLE};
use super::brand;
use super::notice::Notice;
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
    /// Back to the app: where, and the words for it.
    back: Option<(String, Text)>,
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
    let return_url = &page.hosting.return_url;
    let shown = match page.status {
        ChallengeStatus::Pending => match &page.challenge.to {
            None => asking(visitor, texts, key, page, now),
            Some(to) => pending(visitor, texts, key, (page, to), now),
        },
        status => ended(texts, page, status),
    };
    respond(StatusCode::OK, shown, &format!("'self' {}", return_url.origin()))
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
    let there = page.hosting.return_url.with_status(status.as_str());
    let back = Some((there, texts.text("page-back", None)?));
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

fn said(visitor: &Visitor, status: StatusCode, id: &'static str) -> HttpResponse {
    let texts = texts::best(visitor.locales(None));
    respond(status, texts.text(id, None).map(|title| Page::of(texts, title)), "'none'")
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

/// A page with what it may do: load what is here, and send forms to `forms`. A browser applies that also
/// to where an answer to a form leads.
fn respond(status: StatusCode, page: Result<Page, MissingText>, forms: &str) -> HttpResponse {
    let rendered = page.map_err(|error| error.to_string());
    let rendered = rendered.and_then(|page| page.render().map_err(|error| error.to_string()));
    let Ok(body) = rendered.inspect_err(|error| tracing::error!(%error, "a page could not be shown")) else {
        return HttpResponse::InternalServerError().finish();
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    );
    HttpResponse::build(status)
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .body(body)
}
