//! `POST /console/tenants/{tenant}/deliveries/{key}/resend`: sends the code of a challenge again.

use std::time::Duration;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::power::Helping;
use super::redirect::done;
use super::session::{Seat, refused};

/// Sends the code again, within the limits that hold for whoever asks for it.
pub(crate) async fn send(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Helping<Seat>,
    path: Path<(String, String)>,
    _form: Helping<Form>,
) -> HttpResponse {
    let (challenges, client_ip) = (&state.services.challenges, ClientIp::of(&request));
    match challenges.resend(&seat.tenant, (&path.1, None), client_ip, Duration::ZERO, None).await {
        Ok(_) => done(&seat.path(&format!("/deliveries/{}", path.1)), Flash::SentAgain),
        Err(refusal) => refused(&refusal),
    }
}
