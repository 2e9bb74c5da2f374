//! Sending to a webhook on request: a test event, or an event once more.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::service::Refusal;

use crate::http::console::flash::Flash;
use crate::http::console::form::Form;
use crate::http::console::redirect::done;
use crate::http::console::refused::Refused;
use crate::http::console::session::Seat;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::endpoint::again;
use super::standing::here;

/// `POST …/ping`: sends a test event.
pub(crate) async fn ping(
    state: Data<AppState>,
    seat: Seat,
    path: Path<(String, String)>,
    _form: Form,
) -> HttpResponse {
    let queued = state.services.webhooks.ping(&seat.tenant, &path.1).await;
    told(&state, &seat, &path.1, queued.map(|_| Flash::EventQueued)).await
}

/// `POST …/replay`: sends an event again.
pub(crate) async fn replay(
    state: Data<AppState>,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    let queued = state.services.webhooks.replay(&seat.tenant, &path.1, form.text("event")).await;
    told(&state, &seat, &path.1, queued.map(|_| Flash::EventQueued)).await
}

async fn told(state: &AppState, seat: &Seat, id: &str, queued: Result<Flash, Refusal>) -> HttpResponse {
    match queued {
        Ok(flash) => done(&here(seat, id), flash),
        Err(refusal) => again(state, seat, id, &Refused::from(Rejection::from(refusal))).await,
    }
}
