//! The page of one webhook: its settings, and its deliveries.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::webhooks::webhook::{Webhook, WebhookDeliveryStatus};
use crate::service::Refusal;

use crate::http::console::flash::Flash;
use crate::http::console::form::Form;
use crate::http::console::layout::Layout;
use crate::http::console::page;
use crate::http::console::power::Looking;
use crate::http::console::redirect::done;
use crate::http::console::refused::Refused;
use crate::http::console::session::{Seat, refused};
use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::delivery_rows::{DeliveryRow, Wanted};
use super::form::{self, WebhookForm};
use super::standing::{HERE, here, shown_once, standing};

/// How long the old secret goes on signing after a rotation.
const OVERLAP: Duration = Duration::from_secs(86_400);

#[derive(Template)]
#[template(path = "console/webhook.html")]
pub(super) struct WebhookPage {
    layout: Layout,
    path: String,
    /// The path of the list.
    list: String,
    /// The path of the tenant's challenges.
    challenges: String,
    tone: &'static str,
    status: &'static str,
    form: WebhookForm,
    /// Which deliveries are listed.
    wanted: Option<WebhookDeliveryStatus>,
    statuses: [WebhookDeliveryStatus; 4],
    deliveries: Vec<DeliveryRow>,
    /// The query of the next page.
    older: Option<String>,
}

/// `GET`: the webhook.
pub(crate) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Looking<Seat>,
    path: Path<(String, String)>,
) -> HttpResponse {
    match WebhookPage::find(&state, &seat, &path.1, Wanted::of(&request)).await {
        Ok(page) => {
            let layout = page.layout.flashing(&request);
            page::page(StatusCode::OK, &WebhookPage { layout, ..page })
        }
        Err(refusal) => unknown(&seat, &refusal),
    }
}

/// `POST`: changes it.
pub(crate) async fn change(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    let wrong = match save(&state, &request, &seat, (&path.1, &form)).await {
        Ok(()) => return done(&here(&seat, &path.1), Flash::Changed),
        Err(wrong) => wrong,
    };
    let typed = WebhookForm::typed(&form, &wrong);
    let why = Refused::from(wrong);
    match WebhookPage::find(&state, &seat, &path.1, Wanted::default()).await {
        Ok(page) => {
            let layout = page.layout.failed(typed.first_error().unwrap_or_else(|| why.text.clone()));
            why.page(&WebhookPage { layout, form: typed, ..page })
        }
        Err(refusal) => unknown(&seat, &refusal),
    }
}

async fn save(
    state: &AppState,
    request: &HttpRequest,
    seat: &Seat,
    (id, form): (&str, &Form),
) -> Result<(), Rejection> {
    let new = form::change(form)?.parse(&state.services)?;
    state.services.webhooks.change(&seat.tenant, id, new, ClientIp::of(request)).await?;
    Ok(())
}

/// `POST …/rotate`: replaces its signing secret.
pub(crate) async fn rotate(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, &path.1, &why).await;
    }
    let webhooks = &state.services.webhooks;
    match webhooks.rotate(&seat.tenant, &path.1, OVERLAP, ClientIp::of(&request)).await {
        Ok((webhook, secret)) => {
            shown_once(&seat, "The signing secret is replaced", &webhook, secret.expose())
        }
        Err(refusal) => again(&state, &seat, &path.1, &Refused::from(Rejection::from(refusal))).await,
    }
}

/// `POST …/delete`: deletes it.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, &path.1, &why).await;
    }
    match state.services.webhooks.delete(&seat.tenant, &path.1, ClientIp::of(&request)).await {
        Ok(_) => done(&seat.path(HERE), Flash::WebhookDeleted),
        Err(refusal) => unknown(&seat, &refusal),
    }
}

/// The page with an error.
pub(super) async fn again(state: &AppState, seat: &Seat, id: &str, why: &Refused) -> HttpResponse {
    match WebhookPage::find(state, seat, id, Wanted::default()).await {
        Ok(page) => {
            let layout = page.layout.failed(why.text.clone());
            why.page(&WebhookPage { layout, ..page })
        }
        Err(refusal) => unknown(seat, &refusal),
    }
}

fn unknown(seat: &Seat, refusal: &Refusal) -> HttpResponse {
    match refusal {
        Refusal::UnknownWebhook => page::not_found(Some(&seat.signed)),
        refusal => refused(refusal),
    }
}

impl WebhookPage {
    async fn find(state: &AppState, seat: &Seat, id: &str, wanted: Wanted) -> Result<Self, Refusal> {
        let webhook = state.services.webhooks.find(&seat.tenant, id).await?;
        let (deliveries, older) = wanted.find(state, seat, &webhook).await?;
        Ok(Self::of(seat, &webhook, wanted.status, (deliveries, older)))
    }

    fn of(
        seat: &Seat,
        webhook: &Webhook,
        wanted: Option<WebhookDeliveryStatus>,
        (deliveries, older): (Vec<DeliveryRow>, Option<String>),
    ) -> Self {
        let (tone, status) = standing(webhook);
        let handle = webhook.handle.to_string();
        let title = if webhook.description.is_empty() { &handle } else { &webhook.description };
        Self {
            layout: seat.layout(title, HERE),
            path: here(seat, &handle),
            list: seat.path(HERE),
            challenges: seat.path("/deliveries"),
            tone,
            status,
            form: WebhookForm::of(webhook),
            wanted,
            statuses: WebhookDeliveryStatus::ALL,
            deliveries,
            older,
        }
    }
}
