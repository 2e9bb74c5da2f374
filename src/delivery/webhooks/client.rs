//! The webhook client: one try is one POST. Only the status of the response matters.

use std::time::Duration;

use super::ports::WebhookRequest;
use crate::delivery::net::http::{BodyRule, HttpClient, HttpError, HttpLimits, HttpRequest, InvalidHeader};
use crate::domain::outbound_url::OutboundUrl;
use crate::domain::trace::TraceContext;
use crate::domain::webhooks::webhook::{WebhookDeliveryError, WebhookResponse};
use crate::telemetry::traces::WebhookSpan;

const LIMITS: HttpLimits = HttpLimits {
    connect: Duration::from_secs(10),
    total: Duration::from_secs(15),
    head: 16 * 1_024,
    body: BodyRule::Ignored,
};

/// Sends webhooks.
pub struct WebhookClient {
    http: HttpClient,
}

impl WebhookClient {
    /// Creates a client that sends through `http`.
    pub fn new(http: HttpClient) -> Self {
        Self { http }
    }

    /// Makes one try. Ends within the time limit, whatever the other side does.
    pub(super) async fn post(&self, url: &OutboundUrl, signed: &WebhookRequest) -> WebhookResponse {
        let span = WebhookSpan::begin(signed.trace_context, (&url.host(), url.port()), signed.tries);
        let response = match request(url, signed, span.span().context()) {
            Ok(request) => self.send(request).await,
            Err(_) => WebhookResponse::None(WebhookDeliveryError::ProtocolViolated),
        };
        span.ended(response);
        response
    }

    async fn send(&self, request: HttpRequest) -> WebhookResponse {
        match self.http.send(request, &LIMITS).await {
            Ok(response) => WebhookResponse::Status(response.status),
            Err(failure) => WebhookResponse::None(word(failure.error)),
        }
    }
}

/// Returns the request. A tenant's endpoint is told the trace, whose numbers say nothing by themselves; a provider of
/// messages, a stranger to both, never is.
fn request(
    url: &OutboundUrl,
    signed: &WebhookRequest,
    trace: Option<TraceContext>,
) -> Result<HttpRequest, InvalidHeader> {
    let request = HttpRequest::post(url.clone(), "application/json", signed.body.clone())
        .with_header("webhook-id", &signed.id)?
        .with_header("webhook-timestamp", &signed.timestamp.to_string())?
        .with_header("webhook-signature", &signed.signature)?;
    match trace {
        Some(trace) => request.with_header("traceparent", &trace.to_string()),
        None => Ok(request),
    }
}

fn word(error: HttpError) -> WebhookDeliveryError {
    match error {
        HttpError::HostNotFound => WebhookDeliveryError::HostNotFound,
        HttpError::HostNotAllowed => WebhookDeliveryError::HostNotAllowed,
        HttpError::ConnectionFailed => WebhookDeliveryError::ConnectionFailed,
        HttpError::TimedOut => WebhookDeliveryError::TimedOut,
        HttpError::TlsFailed => WebhookDeliveryError::TlsFailed,
        HttpError::ProtocolViolated | HttpError::TooLarge => WebhookDeliveryError::ProtocolViolated,
    }
}
