//! Pages that show one sentence.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, REFRESH};

use crate::service::Leaving;
use crate::texts;

use super::template::{PageTemplate, respond};
use super::visitor::Visitor;

/// For a path without a challenge: it never had one, or the challenge ended long ago.
pub(crate) fn unknown(visitor: &Visitor) -> HttpResponse {
    let texts = texts::best(visitor.locales(None, None));
    let words =
        texts.text("page-unknown", None).and_then(|title| Ok((title, texts.text("page-start-again", None)?)));
    let page = words.map(|(title, lead)| PageTemplate { lead: Some(lead), ..PageTemplate::of(texts, title) });
    respond(StatusCode::NOT_FOUND, page, None)
}

/// For requests that the server cannot process at the moment.
pub(crate) fn unavailable(visitor: &Visitor) -> HttpResponse {
    notice(visitor, StatusCode::SERVICE_UNAVAILABLE, "page-later")
}

/// For a visitor who asks too often.
pub(crate) fn limited(visitor: &Visitor) -> HttpResponse {
    notice(visitor, StatusCode::TOO_MANY_REQUESTS, "page-later")
}

/// For a form that does not come from a page of this server.
pub(crate) fn foreign(visitor: &Visitor) -> HttpResponse {
    notice(visitor, StatusCode::FORBIDDEN, "page-unknown")
}

/// Leads to `there` at once, with a link for browsers that do not follow.
pub(crate) fn leaving(visitor: &Visitor, there: String) -> HttpResponse {
    let texts = texts::best(visitor.locales(None, None));
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

fn notice(visitor: &Visitor, status: StatusCode, id: &'static str) -> HttpResponse {
    let texts = texts::best(visitor.locales(None, None));
    respond(status, texts.text(id, None).map(|title| PageTemplate::of(texts, title)), None)
}
