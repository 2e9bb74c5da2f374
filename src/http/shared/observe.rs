//! Observes every request: an id, a span, a line in the log, a count and a duration.

use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use tracing::Instrument;
use tracing::field::Empty;

use crate::domain::id::TenantId;
use crate::domain::limits::limit::Limit;
use crate::domain::trace::TraceContext;

use crate::http::state::AppState;
use crate::telemetry::traces::RequestSpan;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, among what the request carries.
#[derive(Clone)]
pub(crate) struct RequestId(Rc<str>);

impl RequestId {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

const TRACE_CONTEXT: HeaderName = HeaderName::from_static("traceparent");

/// The number of letters and digits of a generated id.
const SIZE: usize = 16;

/// How long the answer to a caller who is over a limit is delayed. A client that asks again at once then
/// asks 40 times a second over each connection, not as often as a processor can refuse.
const PAUSE: Duration = Duration::from_millis(25);

/// Gives each request its id, logs it and counts it. The path in log and metrics is the route, never the URL that
/// was sent.
pub async fn observe(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let started = Instant::now();
    let id: Rc<str> = sent_id(&request).unwrap_or_else(|| state.services.request_id(SIZE)).into();
    request.extensions_mut().insert(RequestId(Rc::clone(&id)));
    let method = request.method().clone();
    let span = tracing::info_span!("request", id = %id, method = %method, trace_id = Empty);
    let caller = sent_context(&request);
    let traced = RequestSpan::begin(method.as_str(), caller, || is_https(&state));
    if let Some(context) = traced.span().context().or(caller) {
        span.record("trace_id", format_args!("{:032x}", context.trace));
    }
    let mut response = traced.span().around(next.call(request)).instrument(span.clone()).await?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    span.in_scope(|| measure(&state, &response, started));
    traced.answered(|| response.request().match_pattern(), response.status().as_u16());
    drop(traced);
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        // The request counts as running until now: the server does not stop before it is answered.
        let _permit = state.traffic.enter();
        tokio::time::sleep(PAUSE).await;
    }
    Ok(response)
}

fn measure<B>(state: &AppState, response: &ServiceResponse<B>, started: Instant) {
    let route = response.request().match_pattern().unwrap_or_else(|| "none".to_owned());
    let status = response.status();
    let seconds = started.elapsed().as_secs_f64();
    metrics::counter!("otpmint_http_requests_total", "route" => route.clone(), "status" => status.as_str().to_owned())
        .increment(1);
    metrics::histogram!("otpmint_http_request_seconds", "route" => route.clone()).record(seconds);
    if let Some(limit) = response.response().extensions().get::<Limit>() {
        let tenant = response.request().extensions().get::<TenantId>().copied();
        state.services.limit_hits.note(*limit, tenant);
    }
    // A 503 is a refusal whose reason is in the log already: a line per request would add to the load.
    match status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
        true => tracing::warn!(%route, status = status.as_u16(), seconds, "answered"),
        false => tracing::debug!(%route, status = status.as_u16(), seconds, "answered"),
    }
}

/// Whether clients reach the server with TLS, its own or a proxy's.
fn is_https(state: &AppState) -> bool {
    state.services.pages.public_url().is_some_and(|public| public.as_str().starts_with("https:"))
}

/// The trace in which the caller made the request. More than one would be none (W3C Trace Context §3.2).
fn sent_context(request: &ServiceRequest) -> Option<TraceContext> {
    let mut sent = request.headers().get_all(TRACE_CONTEXT);
    let only = sent.next().filter(|_| sent.next().is_none())?;
    TraceContext::parse(only.to_str().ok()?)
}

/// The id from a proxy, if it can be logged unchanged.
fn sent_id(request: &ServiceRequest) -> Option<String> {
    let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    ((8..=64).contains(&id.len()) && plain).then(|| id.to_owned())
}
