//! The list of webhooks, and the form that adds one.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::webhooks::webhook::{MAX_WEBHOOKS, Webhook};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use crate::http::console::form::Form;
use crate::http::console::layout::Layout;
use crate::http::console::page;
use crate::http::console::power::Looking;
use crate::http::console::refused::Refused;
use crate::http::console::session::{Seat, refused};

use super::form::{self, WebhookForm};
use super::standing::{HERE, shown_once, standing};

/// A webhook in the list.
struct WebhookRow {
    handle: String,
    name: String,
    /// The host of its URL: the rest may be a secret of the receiver.
    host: String,
    tone: &'static str,
    status: &'static str,
    waiting: i64,
}

#[derive(Template)]
#[template(path = "console/webhooks.html")]
struct WebhooksPage {
    layout: Layout,
    path: String,
    rows: Vec<WebhookRow>,
    has_room: bool,
    form: WebhookForm,
}

/// `GET`: the webhooks.
pub(crate) async fn list(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    match page(&state, &seat, WebhookForm::blank()).await {
        Ok(page) => {
            let layout = page.layout.flashing(&request);
            page::page(StatusCode::OK, &WebhooksPage { layout, ..page })
        }
        Err(answer) => answer,
    }
}

/// `POST`: adds a webhook. Its signing secret is only in this answer.
pub(crate) async fn add(state: Data<AppState>, request: HttpRequest, seat: Seat, form: Form) -> HttpResponse {
    let wrong = match make(&state, &request, &seat, &form).await {
        Ok((webhook, secret)) => return shown_once(&seat, "Webhook added", &webhook, &secret),
        Err(wrong) => wrong,
    };
    let typed = WebhookForm::typed(&form, &wrong);
    let why = Refused::from(wrong);
    match page(&state, &seat, typed).await {
        Ok(page) => {
            let error = page.form.first_error().unwrap_or_else(|| why.text.clone());
            why.page(&WebhooksPage { layout: page.layout.failed(error), ..page })
        }
        Err(answer) => answer,
    }
}

async fn make(
    state: &AppState,
    request: &HttpRequest,
    seat: &Seat,
    form: &Form,
) -> Result<(Webhook, String), Rejection> {
    let (url, rest) = form::new(form)?.parse(&state.services)?;
    let made = state.services.webhooks.add(&seat.tenant, url, rest, ClientIp::of(request)).await?;
    Ok((made.0, made.1.expose().to_owned()))
}

async fn page(state: &AppState, seat: &Seat, form: WebhookForm) -> Result<WebhooksPage, HttpResponse> {
    let webhooks = state.services.webhooks.list(&seat.tenant).await.map_err(|refusal| refused(&refusal))?;
    let rows = webhooks.iter().map(WebhookRow::of).collect();
    let (path, has_room) = (seat.path(HERE), webhooks.len() < MAX_WEBHOOKS);
    Ok(WebhooksPage { layout: seat.layout("Webhooks", HERE), path, rows, has_room, form })
}

impl WebhookRow {
    fn of(webhook: &Webhook) -> Self {
        let (tone, status) = standing(webhook);
        let name = match webhook.description.as_str() {
            "" => webhook.handle.to_string(),
            own => own.to_owned(),
        };
        Self {
            handle: webhook.handle.to_string(),
            name,
            host: webhook.url.host(),
            tone,
            status,
            waiting: webhook.waiting,
        }
    }
}
