//! The page of a challenge.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Alphabet;
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::domain::time::Timestamp;
use crate::service::{HostedPage, WayBack};
use crate::texts::{self, BuiltIn, MissingText};

use super::asking::asking;
use super::assets::FRAMED;
use super::countdown::{Countdown, with};
use super::flash::Flash;
use super::sent;
use super::template::{BrakeForm, CodeForm, Embedding, PageTemplate, PageText, ResendForm, respond};
use super::visitor::Visitor;

/// The page of a challenge at `now`.
pub(crate) fn page(visitor: &Visitor, key: &str, page: &HostedPage, now: Timestamp) -> HttpResponse {
    let details = &page.challenge.details;
    let texts = texts::best(visitor.locales(details.own_locale(), details.default_locale()));
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

/// The sentence about the last form.
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
    let asks_again = challenge.details.asks().is_some() && challenge.sends_remaining > 0;
    let wrong_address = match (has_failed, challenge.channel.reaches_numbers()) {
        (true, true) => "page-other-number",
        (true, false) => "page-other-address",
        (false, true) => "page-wrong-number",
        (false, false) => "page-wrong-address",
    };
    let form = CodeForm {
        verify: visitor.path(key, "/verify", None),
        wrong: visitor.path(key, if asks_again { "/withdraw" } else { "/cancel" }, None),
        leave: if asks_again { None } else { Some(texts.text("page-back", None)?) },
        resend: resend(visitor, texts, key, page, now)?,
        // A text may also follow a message over another channel by itself.
        may_be_texted: challenge.channel.reaches_numbers(),
        is_numeric: page.hosting.alphabet == Alphabet::Digits,
        digits: page.digits,
        label: match page.digits {
            Some(count) => with(texts, "page-code-digits", "count", u64::from(count))?,
            None => texts.text("page-code", None)?,
        },
        submit: texts.text("page-submit", None)?,
        attempts: match standing.attempts {
            0 => None,
            _ => Some(with(texts, "page-attempts", "count", u64::from(standing.attempts_remaining()))?),
        },
        time_left: Countdown::until(texts, "page-time-left", standing.expires_at, now)?,
        brake: brake(texts, page, now)?,
        wrong_address: texts.text(wrong_address, None)?,
    };
    let flash = flashed(visitor, texts)?;
    let (title, lead, hints) = match has_failed {
        true => (texts.text("page-failed", None)?, None, Vec::new()),
        false => {
            let lead = sent::sentence(texts, challenge.channel, to)?;
            let hints = sent::hints(texts, challenge.channel, page.from.as_deref())?;
            (texts.text("page-title", None)?, lead, hints)
        }
    };
    Ok(PageTemplate { lead, hints, flash, form: Some(form), ..PageTemplate::branded(texts, title, page) })
}

fn brake(
    texts: &'static BuiltIn,
    page: &HostedPage,
    now: Timestamp,
) -> Result<Option<BrakeForm>, MissingText> {
    let Some(brake) = &page.brake else { return Ok(None) };
    let wait = Countdown::until(texts, "page-pause", brake.until, now)?;
    Ok(Some(BrakeForm { mark: brake.mark.clone(), bits: brake.bits, wait }))
}

fn resend(
    visitor: &Visitor,
    texts: &'static BuiltIn,
    key: &str,
    page: &HostedPage,
    now: Timestamp,
) -> Result<Option<ResendForm>, MissingText> {
    let challenge = &page.challenge;
    let Some(at) = challenge.resend_at.filter(|_| challenge.channel != ChannelKind::None) else {
        return Ok(None);
    };
    let wait = match at > now {
        true => Some(Countdown::until(texts, "page-resend-in", at, now)?),
        false => None,
    };
    let action = visitor.path(key, "/resend", None);
    let instead = page.instead.iter().filter_map(|channel| sent::instead(texts, *channel).transpose());
    let instead = instead.collect::<Result<_, _>>()?;
    Ok(Some(ResendForm { action, label: texts.text("page-resend", None)?, wait, instead }))
}

fn ended<'a>(
    texts: &'static BuiltIn,
    page: &'a HostedPage,
    status: ChallengeStatus,
) -> Result<PageTemplate<'a>, MissingText> {
    let (title, lead) = match status {
        // Whoever stays here sees how the own answer has ended.
        ChallengeStatus::Verified if page.way_back == WayBack::Nowhere => ("page-done", None),
        ChallengeStatus::Verified => ("page-used", None),
        ChallengeStatus::Expired => ("page-expired", Some("page-start-again")),
        ChallengeStatus::Exhausted => ("page-exhausted", Some("page-start-again")),
        ChallengeStatus::Canceled | ChallengeStatus::Pending => ("page-canceled", Some("page-start-again")),
    };
    let lead = lead.map(|id| texts.text(id, None)).transpose()?;
    let back = Some((page.way_back.with_status(status), texts.text("page-back", None)?));
    Ok(PageTemplate { lead, back, ..PageTemplate::branded(texts, texts.text(title, None)?, page) })
}
