//! The handlers of authenticated routes: each extracts, makes one call and responds.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::channel::ChannelKind;
use crate::service::{AfterAnswer, NamedChallenge};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;

use super::failure::{Answer, Failure, success};
use super::identify::{Caller, Minter, Verifier};
use super::named::{alias, alias_of_status};
use super::parameters::Parameters;
use super::put::{self, Setting};
use super::refusals::{Operation, failure};
use super::view::{Call, provider};

/// `GET /api/providers`: the channels for which the tenant has routes.
pub(super) async fn providers(Minter(caller): Minter) -> Answer {
    let usable = ChannelKind::media().filter(|channel| caller.tenant.sends_over(*channel));
    success(usable.map(provider).collect::<Vec<_>>())
}

/// `PUT /api/otp/{id}`: sends a code, or asks for the recipient on a page.
pub(super) async fn put(
    state: Data<AppState>,
    request: HttpRequest,
    Minter(caller): Minter,
    id: Path<String>,
    parameters: Parameters,
) -> Answer {
    let alias = alias(&id)?;
    let Caller { tenant, namespace } = &caller;
    let (has_pages, patience) = (state.services.pages.public_url().is_some(), state.mint_wait);
    let setting = Setting { tenant, has_pages, patience, client_ip: ClientIp::of(&request) };
    let (wish, to) = put::read(&parameters, &setting)?;
    let issued = state.services.aliases.issue(tenant, alias, wish).await;
    let call = Call { services: &state.services, namespace, id: &id };
    let challenge = issued.map_err(|refused| call.not_issued(&refused))?;
    success(call.issued(&challenge, to))
}

/// `POST /api/otp/{id}`: checks a code.
pub(super) async fn check(
    state: Data<AppState>,
    request: HttpRequest,
    Verifier(caller): Verifier,
    id: Path<String>,
    parameters: Parameters,
) -> Answer {
    let alias = alias(&id)?;
    let code = parameters.text("otp").ok_or_else(|| Failure::bad("`otp` is empty."))?;
    let after = match parameters.text("skip_delete").unwrap_or("false") {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => AfterAnswer::Kept,
        "0" | "f" | "F" | "false" | "FALSE" | "False" => AfterAnswer::Forgotten,
        _ => return Err(Failure::bad("Invalid `skip_delete` value.")),
    };
    let answer = (code, ClientIp::of(&request));
    let verified = state.services.aliases.verify(&caller.tenant, &alias, answer, after).await;
    let call = Call { services: &state.services, namespace: &caller.namespace, id: &id };
    let challenge = verified.map_err(|refused| call.not_verified(&refused))?;
    success(call.object(&challenge))
}

/// `POST /api/otp/{id}/status`: whether the code was given.
pub(super) async fn status(
    state: Data<AppState>,
    Verifier(caller): Verifier,
    id: Path<String>,
    _: Parameters,
) -> Answer {
    let alias = alias_of_status(&id)?;
    let found = state.services.aliases.find(&caller.tenant, &alias).await;
    let found = found.map_err(|refusal| failure(&refusal, Operation::Status))?;
    closed(&Call { services: &state.services, namespace: &caller.namespace, id: &id }, &found)
}

/// `DELETE /api/otp/{id}/status`: the same, and forgets a code that was given.
pub(super) async fn take_status(
    state: Data<AppState>,
    Verifier(caller): Verifier,
    id: Path<String>,
    _: Parameters,
) -> Answer {
    let alias = alias_of_status(&id)?;
    let found = state.services.aliases.take(&caller.tenant, &alias).await;
    let found = found.map_err(|refusal| failure(&refusal, Operation::Status))?;
    closed(&Call { services: &state.services, namespace: &caller.namespace, id: &id }, &found)
}

fn closed(call: &Call<'_>, found: &NamedChallenge) -> Answer {
    match found.status {
        ChallengeStatus::Verified => success(call.object(&found.challenge)),
        _ => Err(Failure::bad("OTP not verified.")),
    }
}
