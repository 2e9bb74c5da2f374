//! `POST /console/tenants/{tenant}/templates/preview/{part}`: renders a template into a frame of the page on which it
//! is edited. The frame is sandboxed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType, X_FRAME_OPTIONS};
use actix_web::web::{Data, Path};

use crate::domain::challenges::vars::Vars;
use crate::domain::tenants::template::{Medium, Preview, SmsSize};
use crate::service::{PreviewRequest, Refusal};

use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::bodies;
use super::form::Form;
use super::refused::Refused;
use super::session::Seat;
use super::templates::{sentences, source};

/// The mail is shown as mail programs show it: without scripts, forms and external resources. It cannot reach the
/// console, because it has an origin of its own.
const POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'; \
                      base-uri 'none'; frame-ancestors 'self'";

/// One part of the message, as its recipient would see it.
pub(crate) async fn show(
    state: Data<AppState>,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    match (rendered(&state, &seat, &form).await, path.1.as_str()) {
        (Ok(Preview { html: Some(html), .. }), "html") => framed(StatusCode::OK, ContentType::html(), html),
        (Ok(_), "html") => text(StatusCode::OK, "The message is plain text.".to_owned()),
        (Ok(preview), _) => text(StatusCode::OK, said(&preview)),
        (Err(answer), _) => answer,
    }
}

async fn rendered(state: &AppState, seat: &Seat, form: &Form) -> Result<Preview, HttpResponse> {
    let wrong = |wrong: Rejection| {
        let refused = Refused::from(wrong);
        refused.answer(|status, sentence| text(status, sentence.to_owned()))
    };
    let name =
        bodies::template(form.text("purpose"), form.text("locale"), form.text("medium")).map_err(wrong)?;
    let request = PreviewRequest {
        medium: name.medium,
        source: Some(source(form, name.medium)),
        purpose: name.purpose,
        locale: Some(name.locale),
        vars: Vars::default(),
    };
    state.services.templates.preview(&seat.tenant, request).await.map_err(|refusal| match refusal {
        // The errors are the preview of an invalid template, so the status is 200.
        Refusal::InvalidTemplate(errors) => text(StatusCode::OK, sentences(&errors)),
        refusal => wrong(refusal.into()),
    })
}

/// The words of the message; of a text message also what it costs.
fn said(preview: &Preview) -> String {
    match (preview.medium, preview.sms) {
        (Medium::Mail, _) => format!("{}\n\n{}", preview.subject, preview.text),
        (_, Some(size)) => format!("{}\n\n{}", preview.text, cost(size)),
        (_, None) => preview.text.clone(),
    }
}

/// The length of a text message as a sentence.
fn cost(SmsSize { length, beyond_gsm }: SmsSize) -> String {
    let (units, most) = (length.units, length.encoding.one_part());
    let parts = match length.parts {
        1 => "one part".to_owned(),
        several => format!("{several} parts, of which only one would be sent"),
    };
    match beyond_gsm {
        None => format!("— {units} of {most} characters: {parts}"),
        Some(c) => {
            format!("— {units} of {most} characters, because “{c}” is not in the GSM alphabet: {parts}")
        }
    }
}

fn text(status: StatusCode, text: String) -> HttpResponse {
    framed(status, ContentType::plaintext(), text)
}

fn framed(status: StatusCode, kind: ContentType, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type(kind)
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((X_FRAME_OPTIONS, "SAMEORIGIN"))
        .body(body)
}
