//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-06): a repeated request with the same key
//! receives the same answer and is not carried out again.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::http::header::LOCATION;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use crate::domain::challenges::idempotency::{Once, RequestOutcome};
use crate::domain::factors::factor::FactorHandle;
use crate::domain::id::ChallengeId;
use crate::service::{AuthenticatedTenant, Recalled, Refusal};

use crate::http::shared::problems::table::requests::{INVALID_IDEMPOTENCY_KEY, SHUTTING_DOWN};
use crate::http::state::AppState;

use super::challenges::view::{ChallengeView, MintedView};
use super::error::{V1Error, V1Result};
use super::factors::view::{CheckedView, NewFactorView, RecoveryView};
use super::messages::view::MessageView;

const HEADER: &str = "idempotency-key";

/// Marks a repeated answer.
const REPLAYED: (&str, &str) = ("Idempotency-Replayed", "true");

/// The longest key, in characters.
const LONGEST: usize = 255;

/// Separates a challenge and its receipt in a kept answer.
const RECEIPT: &str = ",\"receipt\":\"";

/// Whether a request has an idempotency key.
pub(crate) fn is_sent(request: &HttpRequest) -> bool {
    request.headers().contains_key(HEADER)
}

/// The body of a request as it was received.
struct RawBody(Bytes);

/// Keeps the body of a request with a key, to compare it with that of a retry.
pub(crate) fn note_body(request: &HttpRequest, body: &Bytes) {
    if is_sent(request) {
        request.extensions_mut().insert(RawBody(body.clone()));
    }
}

/// The body to keep instead of the answer's own.
struct Repeatable(String);

/// Makes the answer keep `body` instead of its own, which contains what must not be returned twice.
pub(crate) fn replace_kept_body(response: &mut HttpResponse, body: &impl Serialize) {
    // A struct of texts and numbers always serialises.
    let body = serde_json::to_string(body).unwrap_or_default();
    response.extensions_mut().insert(Repeatable(body));
}

/// Runs `run` once for each key; without a key it just runs.
///
/// With a key it runs to its end even if the caller hangs up: in that case the answer will be asked for
/// again.
pub(crate) async fn once<F>(
    state: &Data<AppState>,
    request: &HttpRequest,
    tenant: &AuthenticatedTenant,
    run: impl FnOnce(Option<Once>) -> F + 'static,
) -> V1Result
where
    F: Future<Output = V1Result> + 'static,
{
    let Some(key) = key(request)? else { return run(None).await };
    let body = request.extensions().get::<RawBody>().map(|body| body.0.clone()).unwrap_or_default();
    let route = request.match_pattern().unwrap_or_default();
    let once = state.services.idempotency.once(tenant, &route, &key, (request.path(), &body));
    let running = state.services.idempotency.begin(tenant, &once)?;
    if let Some(recalled) = state.services.idempotency.recall(tenant, &once).await? {
        return replay(state, tenant, recalled).await;
    }
    let (state, tenant) = (state.clone(), tenant.clone());
    let task = actix_web::rt::spawn(async move {
        let response = run(Some(once.clone())).await?;
        let response = keep(&state, &tenant, &once, response).await;
        drop(running);
        Ok(response)
    });
    // The result is lost only if its thread ends.
    task.await.unwrap_or_else(|_| Err((&SHUTTING_DOWN).into()))
}

/// Keeps an answer and restores it.
async fn keep(
    state: &AppState,
    tenant: &AuthenticatedTenant,
    once: &Once,
    response: HttpResponse,
) -> HttpResponse {
    let (mut response, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(body) => body,
        Err(body) => return response.set_body(body),
    };
    let repeatable = response.extensions_mut().remove::<Repeatable>().map(|Repeatable(text)| text);
    let text = repeatable.or_else(|| String::from_utf8(body.to_vec()).ok());
    if let Some(text) = text {
        let (answer, receipt) = split(&text);
        state.services.idempotency.keep_response(tenant, once, &answer, receipt).await;
    }
    response.set_body(BoxBody::new(body))
}

/// The answer to a request that was carried out before.
async fn replay(state: &AppState, tenant: &AuthenticatedTenant, recalled: Recalled) -> V1Result {
    let location = match &recalled.outcome {
        RequestOutcome::Mismatched { attempts_remaining } => {
            return Err(Refusal::Mismatched { attempts_remaining: *attempts_remaining }.into());
        }
        RequestOutcome::Opened(id) => {
            let name = state.services.challenges.shareable_key(*id);
            Some(format!("/v1/{}/{}", resource_of(*id), name.as_str()))
        }
        RequestOutcome::FactorAdded(factor) => Some(format!("/v1/factors/{factor}")),
        RequestOutcome::Resent(_)
        | RequestOutcome::Verified(_)
        | RequestOutcome::FactorConfirmed(_)
        | RequestOutcome::FactorChecked(..) => None,
    };
    let mut response = match location {
        Some(location) => HttpResponse::Created().insert_header((LOCATION, location)).take(),
        None => HttpResponse::Ok(),
    };
    response.insert_header(REPLAYED);
    match recalled.response {
        Some(answer) => {
            Ok(response.content_type("application/json").body(join(answer, recalled.receipt.as_deref())))
        }
        None => rebuild(state, tenant, &recalled.outcome, response).await,
    }
}

/// The answer to a request whose own could not be kept: what it changed, as it is now.
async fn rebuild(
    state: &AppState,
    tenant: &AuthenticatedTenant,
    outcome: &RequestOutcome,
    mut response: HttpResponseBuilder,
) -> V1Result {
    let services = &state.services;
    if let Some(id) = outcome.challenge() {
        let challenge = services.challenges.find_by_id(tenant, id).await?;
        return Ok(match outcome {
            RequestOutcome::Opened(id) if id.is_relayed() => {
                response.json(MessageView::of(services, &challenge))
            }
            RequestOutcome::Opened(_) => response.json(MintedView::without_code(services, &challenge)),
            _ => response.json(ChallengeView::of(services, &challenge)),
        });
    }
    let handle = outcome.factor().map(FactorHandle::as_str).unwrap_or_default();
    let (found, now) = (services.factors.find(tenant, handle).await?, services.now());
    Ok(match outcome {
        RequestOutcome::FactorAdded(_) => response.json(NewFactorView::rebuilt(&found, now)),
        RequestOutcome::FactorChecked(_, channel) => {
            response.json(CheckedView::without_receipt(&found, *channel, now))
        }
        _ => response.json(RecoveryView::without_codes(&found, now)),
    })
}

fn resource_of(id: ChallengeId) -> &'static str {
    if id.is_relayed() { "messages" } else { "challenges" }
}

/// Splits an answer into the part without the receipt and the receipt, which must not be kept as long.
fn split(body: &str) -> (String, Option<&str>) {
    match body.strip_suffix("\"}").and_then(|rest| rest.rsplit_once(RECEIPT)) {
        Some((challenge, receipt)) => (format!("{challenge}}}"), Some(receipt)),
        None => (body.to_owned(), None),
    }
}

/// Joins what [`split`] has separated.
fn join(answer: String, receipt: Option<&str>) -> String {
    match (answer.strip_suffix('}'), receipt) {
        (Some(challenge), Some(receipt)) => format!("{challenge}{RECEIPT}{receipt}\"}}"),
        _ => answer,
    }
}

/// The key of a request, if it has one.
fn key(request: &HttpRequest) -> Result<Option<String>, V1Error> {
    let mut lines = request.headers().get_all(HEADER);
    let Some(line) = lines.next() else { return Ok(None) };
    let key = line.to_str().ok().and_then(parse).filter(|_| lines.next().is_none());
    key.map(Some).ok_or_else(|| (&INVALID_IDEMPOTENCY_KEY).into())
}

/// A key in double quotes, as the draft requires (a String of RFC 9651 §3.3.3), or without, as most clients
/// send it. Both are the same key.
fn parse(text: &str) -> Option<String> {
    let key = match text.trim().strip_prefix('"') {
        Some(quoted) => unquote(quoted.strip_suffix('"')?)?,
        None => text.trim().to_owned(),
    };
    let is_key = (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    is_key.then_some(key)
}

fn unquote(text: &str) -> Option<String> {
    let mut characters = text.chars();
    let mut out = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        out.push(match character {
            '\\' => characters.next().filter(|escaped| matches!(escaped, '"' | '\\'))?,
            '"' => return None,
            plain => plain,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_bare_and_quoted() {
        let longest = "k".repeat(255);
        for (text, key) in [
            ("8e03978e-40d5", "8e03978e-40d5"),
            ("\"8e03978e-40d5\"", "8e03978e-40d5"),
            (r#""a\"b\\c""#, r#"a"b\c"#),
            (&longest, &longest),
        ] {
            assert_eq!(parse(text).as_deref(), Some(key), "{text}");
        }
        let long = "k".repeat(256);
        for bad in
            ["", "\"", "\"\"", "a b", "\"a b\"", "\"a", "\"a\"b\"", r#""a\""#, r#""a\x""#, "\"a\";q=1", &long]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_receipt_is_taken_off_and_put_back() {
        let whole = r#"{"key":"k","metadata":{"a":"b","receipt":"c"},"receipt":"x.y.z"}"#;
        let (answer, receipt) = split(whole);
        assert_eq!(
            (answer.as_str(), receipt),
            (r#"{"key":"k","metadata":{"a":"b","receipt":"c"}}"#, Some("x.y.z"))
        );
        assert_eq!(join(answer.clone(), receipt), whole);
        assert_eq!(split(&answer), (answer.clone(), None));
        assert_eq!(join(answer.clone(), None), answer);
    }
}
