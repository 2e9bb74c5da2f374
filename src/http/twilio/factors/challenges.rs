//! The handlers of answers to factors. One is evaluated at once, and nothing of it is kept.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::twilio::basic::{Verifier, Viewer};
use crate::http::twilio::error::{TwilioError, TwilioResult};
use crate::http::twilio::form::Form;
use crate::service::{CheckRequest, FactorRefusal, Refusal};

use super::body::Answering;
use super::handlers::{view, whose};

/// `POST …/Entities/{identity}/Challenges`: checks a code of a verified factor.
pub(crate) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    Verifier(tenant): Verifier,
    path: Path<(String, String)>,
    form: Form,
) -> TwilioResult {
    let (service, identity) = whose(&state, &tenant, (&path.0, &path.1))?;
    let Answering { factor, code } = Answering::read(form)?;
    let factors = &state.services.factors;
    let found = match factors.of_identity(&tenant, &identity, &factor).await {
        Err(Refusal::Factor(FactorRefusal::Unknown)) => {
            return Err(TwilioError::worded(404, 60390, "The identity has no such factor"));
        }
        found => found?,
    };
    let handle = found.factor.handle.as_str();
    let answer = CheckRequest { handle, code: &code, client_ip: ClientIp::of(&request), once: None };
    let is_right = match factors.check(&tenant, answer, (&service.purpose, None)).await {
        Ok(_) => true,
        Err(Refusal::Mismatched { .. } | Refusal::Factor(FactorRefusal::CodeUsed)) => false,
        Err(refusal) => return Err(refusal.into()),
    };
    let view = view(&state, &request, &tenant, (&service, &identity));
    Ok(HttpResponse::Created().json(view.challenge(&found, is_right, state.services.now())))
}

/// `GET …/Entities/{identity}/Challenges`: refused, because none is kept.
pub(crate) async fn list(
    state: Data<AppState>,
    Viewer(tenant): Viewer,
    path: Path<(String, String)>,
) -> TwilioResult {
    whose(&state, &tenant, (&path.0, &path.1))?;
    let words = "This server evaluates a challenge at once and keeps none: the audit trail has them";
    Err(TwilioError::worded(400, 60201, words))
}

/// `GET` and `POST …/Entities/{identity}/Challenges/{challenge}`: there is none to fetch or to answer.
pub(crate) async fn gone(
    state: Data<AppState>,
    Viewer(tenant): Viewer,
    path: Path<(String, String, String)>,
) -> TwilioResult {
    whose(&state, &tenant, (&path.0, &path.1))?;
    Err(TwilioError::not_found())
}
