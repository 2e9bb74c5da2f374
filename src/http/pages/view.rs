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

use crate::http::shared::assets::ICON;
use crate::http::shared::logo;

use super::assets::{FRAMED, SCRIPT, STYLE};
use super::countdown::{Countdown, with};
use super::flash::Flash;
use super::visitor::Visitor;
use super::{brand, content_policy};

type PageText = Cow<'static, str>;

/// A page: a form, or what there is to say instead.
#[derive(Template)]
#[template(path = "pages/page.html")]
struct PageTemplate<'a> {
    lang: &'static str,
    dir: &'static str,
    style: &'static str,
    script: &'static str,
    icon: &'static str,
    /// The style of the tenant's colours.
    brand: Option<String>,
    logo: Option<String>,
    name: &'a str,
    title: PageText,
    lead: Option<PageText>,
    flash: Option<(PageText, Flash)>,
    ask: Option<RecipientForm>,
    form: Option<CodeForm>,
    /// Back to the app: how, and the words for it.
    back: Option<(Leaving, PageText)>,
    frame: Option<Embedding>,
}

/// What a page in a frame needs besides.
struct Embedding {
    script: &'static str,
    /// To whom it may tell anything.
    embedder: String,
    /// What the button is called that closes the frame.
    close: PageText,
}

/// What a visitor can do whose address is not known.
struct RecipientForm {
    action: String,
    label: PageText,
    submit: PageText,
    time_left: Countdown,
    cancel: String,
    leave: PageText,
}

/// What a visitor can do who was sent a code.
struct CodeForm {
    verify: String,
    /// Where it leads that the address is wrong.
    wrong: String,
    resend: Option<ResendForm>,
    is_numeric: bool,
    label: PageText,
    submit: PageText,
    attempts: PageText,
    time_left: Countdown,
    wrong_address: PageText,
    /// Why nothing will come by itself, if that is so.
    failed: Option<PageText>,
}

/// Sending the code again.
struct ResendForm {
    action: String,
    label: PageText,
    wait: Option<Countdown>,
}

/// The page of a challenge at `now`.
pub(crate) fn page(visitor: &Visitor, key: &str, page: &HostedPage, now: Timestamp) -> HttpResponse {
    let texts = texts::best(visitor.locales(page.challenge.details.locale()));
    let shown = match page.status {
        ChallengeStatus::Pending => match &page.challenge.to {
            None => asking(visitor, texts, key, page, now),
            Some(to) => pending(visitor, texts, key, (page, to), now),
        },
        status => ended(texts, page, status),
    };
    let shown =
        shown.and_then(|shown| Ok(PageTemplate { frame: Embedding::of(texts, &page.way_back)?, ..shown }));
    respond(StatusCode::OK, shown, Some(&page.way_back))
}

impl Embedding {
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
) -> Result<PageTemplate<'a>, MissingText> {
    let ask = RecipientForm {
        action: visitor.path(key, "/recipient", None),
        label: texts.text("page-address", None)?,
        submit: texts.text("page-send", None)?,
        time_left: Countdown::until(texts, "page-time-left", page.challenge.standing.expires_at, now)?,
        cancel: visitor.path(key, "/cancel", None),
        leave: texts.text("page-back", None)?,
    };
    let (lead, flash) = (texts.text("page-ask", None)?, flashed(visitor, texts)?);
    let title = texts.text("page-ask-title", None)?;
    Ok(PageTemplate { lead: Some(lead), flash, ask: Some(ask), ..PageTemplate::branded(texts, title, page) })
}

/// What came of the last form.
fn flashed(visitor: &Visitor, texts: &'static BuiltIn) -> Result<Option<(PageText, Flash)>, MissingText> {
    visitor.flash.map(|flash| Ok((texts.text(flash.text(), None)?, flash))).transpose()
}

fn pending<'a>(
    visitor: &Visitor,
    texts: &'static BuiltIn,
    key: &str,
    (page, to): (&'a HostedPage, &str),
    now: Timestamp,
) -> Result<PageTemplate<'a>, MissingText> {
    let challenge = &page.challenge;
    let standing = &challenge.standing;
    let has_failed = challenge.delivery == Some(DeliveryStatus::Failed);
    let asks_again = challenge.details.asks() && challenge.sends_remaining > 0;
    let form = CodeForm {
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
    let flash = flashed(visitor, texts)?;
    let lead = with(texts, "page-sent-to", "to", to)?;
    let lead = (challenge.channel != ChannelKind::None).then_some(lead);
    let title = texts.text("page-title", None)?;
    Ok(PageTemplate { lead, flash, form: Some(form), ..PageTemplate::branded(texts, title, page) })
}

fn resend(
    visitor: &Visitor,
    texts: &'static BuiltIn,
    key: &str,
    challenge: &Challenge,
    now: Timestamp,
) -> Result<Option<ResendForm>, MissingText> {
    let Some(at) = challenge.resend_at.filter(|_| challenge.channel != ChannelKind::None) else {
        return Ok(None);
    };
    let wait = match at > now {
        true => Some(Countdown::until(texts, "page-resend-in", at, now)?),
        false => None,
    };
    let action = visitor.path(key, "/resend", None);
    Ok(Some(ResendForm { action, label: texts.text("page-resend", None)?, wait }))
}

fn ended<'a>(
    texts: &'static BuiltIn,
    page: &'a HostedPage,
    status: ChallengeStatus,
) -> Result<PageTemplate<'a>, MissingText> {
    let (title, lead) = match status {
        ChallengeStatus::Verified => ("page-used", None),
        ChallengeStatus::Expired => ("page-expired", Some("page-start-again")),
        ChallengeStatus::Exhausted => ("page-exhausted", Some("page-start-again")),
        ChallengeStatus::Canceled | ChallengeStatus::Pending => ("page-canceled", Some("page-start-again")),
    };
    let lead = lead.map(|id| texts.text(id, None)).transpose()?;
    let back = Some((page.way_back.with_status(status), texts.text("page-back", None)?));
    Ok(PageTemplate { lead, back, ..PageTemplate::branded(texts, texts.text(title, None)?, page) })
}

/// Of an address under which there is nothing.
pub(crate) fn unknown(visitor: &Visitor) -> HttpResponse {
    said(visitor, StatusCode::NOT_FOUND, "page-unknown")
}

/// While nothing can be looked up or recorded.
pub(crate) fn unavailable(visitor: &Visitor) -> HttpResponse {
    said(visitor, StatusCode::SERVICE_UNAVAILABLE, "page-later")
}

/// For a visitor who asks too often.
pub(crate) fn limited(visitor: &Visitor) -> HttpResponse {
    said(visitor, StatusCode::TOO_MANY_REQUESTS, "page-later")
}

/// Of a form that was not on a page of this server.
pub(crate) fn foreign(visitor: &Visitor) -> HttpResponse {
    said(visitor, StatusCode::FORBIDDEN, "page-unknown")
}

/// On the way to `there`, at once, with a link for browsers that stay.
pub(crate) fn leaving(visitor: &Visitor, there: String) -> HttpResponse {
    let texts = texts::best(visitor.locales(None));
    let refresh = HeaderValue::from_str(&format!("0; url={there}"));
    let back = texts.text("page-back", None);
    let page = back.map(|words| {
        let title = words.clone();
        PageTemplate { back: Some((Leaving::To(there), words)), ..PageTemplate::of(texts, title) }
    });
    let mut answer = respond(StatusCode::OK, page, None);
    if let Ok(refresh) = refresh {
        answer.headers_mut().insert(REFRESH, refresh);
    }
    answer
}

fn said(visitor: &Visitor, status: StatusCode, id: &'static str) -> HttpResponse {
    let texts = texts::best(visitor.locales(None));
    respond(status, texts.text(id, None).map(|title| PageTemplate::of(texts, title)), None)
}

impl<'a> PageTemplate<'a> {
    /// One that looks as its tenant's do.
    fn branded(texts: &'static BuiltIn, title: PageText, page: &'a HostedPage) -> Self {
        Self {
            brand: brand::style_path(&page.brand),
            logo: page.logo.as_ref().map(logo::logo_path),
            name: &page.name,
            ..Self::of(texts, title)
        }
    }

    fn of(texts: &'static BuiltIn, title: PageText) -> Self {
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
            flash: None,
            ask: None,
            form: None,
            back: None,
            frame: None,
        }
    }
}

/// A page with what a browser lets it do.
fn respond(
    status: StatusCode,
    page: Result<PageTemplate, MissingText>,
    way_back: Option<&WayBack>,
) -> HttpResponse {
    let rendered = page.map_err(|error| error.to_string());
    let rendered = rendered.and_then(|page| page.render().map_err(|error| error.to_string()));
    let Ok(body) = rendered.inspect_err(|error| tracing::error!(%error, "a page could not be shown")) else {
        return HttpResponse::InternalServerError().finish();
    };
    HttpResponse::build(status)
        .content_type(ContentType::html())
        .insert_header(content_policy::of(way_back))
        .body(body)
}
