//! One request to a provider and its answer, over the client.

use std::time::Duration;

use tokio::time::Instant;

use super::answer::Answer;
use super::request::{ProviderRequest, RequestBody};
use crate::delivery::net::http::{
    BodyRule, HttpClient, HttpError, HttpFailure, HttpLimits, HttpRequest, HttpResponse, Written,
};
use crate::domain::outbound_url::OutboundUrl;

/// The limit for connecting, if there is more time than that.
const CONNECT: Duration = Duration::from_secs(10);
/// The maximum size of an answer's head, in bytes.
const MAX_HEAD: usize = 16 * 1_024;
/// The maximum size of an answer's body, in bytes. What a provider says of one message is far shorter.
const MAX_BODY: usize = 64 * 1_024;

/// The limits of one exchange.
#[derive(Clone, Copy)]
pub(super) struct Deadlines {
    /// Until when the request may be begun.
    pub(super) begin: Instant,
    /// Until when the answer must be there.
    pub(super) end: Instant,
}

/// Sends a request and reads the answer.
pub(super) async fn exchange(
    client: &HttpClient,
    request: ProviderRequest,
    deadlines: Deadlines,
) -> Result<HttpResponse, HttpFailure> {
    let now = Instant::now();
    let limits = HttpLimits {
        connect: deadlines.begin.saturating_duration_since(now).min(CONNECT),
        total: deadlines.end.saturating_duration_since(now),
        head: MAX_HEAD,
        body: BodyRule::AtMost(MAX_BODY),
    };
    match prepared(&request) {
        Some(request) => client.send(request, &limits).await,
        None => Err(HttpFailure { error: HttpError::ProtocolViolated, written: Written::InPart }),
    }
}

/// Returns the request for the client; `None` if the settings make a URL or a header that cannot be.
fn prepared(request: &ProviderRequest) -> Option<HttpRequest> {
    let url = OutboundUrl::kept(&request.url)?;
    let prepared = match &request.body {
        None => HttpRequest::get(url),
        Some(RequestBody { media_type, text }) => {
            HttpRequest::post(url, media_type, text.as_bytes().to_vec())
        }
    };
    let prepared = prepared.with_header("accept", "application/json, */*;q=0.1").ok()?;
    request
        .headers
        .iter()
        .try_fold(prepared, |prepared, (name, value)| prepared.with_header(name, value).ok())
}

impl<'a> Answer<'a> {
    /// Returns the parts of a response that providers are judged by.
    pub(super) fn of(response: &'a HttpResponse) -> Self {
        let retry_after = response.header("retry-after");
        Self { status: response.status, retry_after, body: &response.body }
    }
}
