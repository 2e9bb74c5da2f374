//! Pages as answers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType};
use askama::Template;

use crate::service::Signed;

use super::layout::Layout;

/// A page may load files and send forms to this server only, has no inline code, and is never shown in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Renders a page.
pub(crate) fn page(status: StatusCode, page: &impl Template) -> HttpResponse {
    let Ok(body) = page.render().inspect_err(|error| tracing::error!(%error, "a page could not be shown"))
    else {
        return HttpResponse::InternalServerError().finish();
    };
    HttpResponse::build(status)
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(body)
}

#[derive(Template)]
#[template(path = "console/statement.html")]
struct StatementPage {
    layout: Layout,
}

/// A page with one sentence.
pub(crate) fn statement(status: StatusCode, text: &str) -> HttpResponse {
    said(status, Layout::open(text))
}

/// A page whose title says everything.
pub(crate) fn said(status: StatusCode, layout: Layout) -> HttpResponse {
    page(status, &StatementPage { layout })
}

/// For a path that does not exist, or not for this user.
pub(crate) fn not_found(signed: Option<&Signed>) -> HttpResponse {
    let title = "There is no such page.";
    let layout = signed.map_or_else(|| Layout::open(title), |signed| Layout::of(signed, title, ""));
    page(StatusCode::NOT_FOUND, &StatementPage { layout })
}

/// For what the role of an operator does not allow.
pub(crate) fn not_allowed(signed: &Signed) -> HttpResponse {
    let layout = Layout::of(signed, "Your role does not allow this. Nothing was done.", "");
    page(StatusCode::FORBIDDEN, &StatementPage { layout })
}

/// For a form of whoever must set up an authenticator app first.
pub(crate) fn app_first() -> HttpResponse {
    statement(StatusCode::FORBIDDEN, "Set up an authenticator app first. Nothing was done.")
}

/// For a form that does not come from a page of this session.
pub(crate) fn foreign_form() -> HttpResponse {
    statement(StatusCode::FORBIDDEN, "This form did not come from a page of your session. Nothing was done.")
}
