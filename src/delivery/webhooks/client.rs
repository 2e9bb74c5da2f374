//! The webhook client: one try is a POST over a separate connection, to an address that was checked.
//!
//! It follows no redirects, uses no proxy and keeps no cookies. Only the status of the response matters.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::ports::WebhookRequest;
use crate::delivery::net::dial::dial;
use crate::delivery::net::error::NetError;
use crate::delivery::net::tls::Trust;
use crate::domain::network::OutboundRule;
use crate::domain::webhooks::url::WebhookUrl;
use crate::domain::webhooks::webhook::{WebhookDeliveryError, WebhookResponse};

/// The limit for resolving the host and connecting, over all of its addresses.
const CONNECT: Duration = Duration::from_secs(10);
/// The limit for the whole try, until the status has arrived.
const TOTAL: Duration = Duration::from_secs(15);
/// How much of a response body is read, in bytes, and for how long, so that the receiver's
/// connection is not cut off. The body is discarded.
const REST: (usize, Duration) = (1_024, Duration::from_secs(1));
/// The maximum size of a response head, in bytes.
const MAX_HEAD: usize = 16 * 1_024;
const USER_AGENT: &str = concat!("OtpMint/", env!("CARGO_PKG_VERSION"));

/// Sends webhooks to hosts that the operator's rule allows.
pub struct WebhookClient {
    rule: OutboundRule,
    trust: Trust,
    total: Duration,
}

impl WebhookClient {
    /// Creates a client that connects by this rule and trusts these authorities.
    pub fn new(rule: OutboundRule, trust: Trust) -> Self {
        Self { rule, trust, total: TOTAL }
    }

    /// Makes one try. Ends within the time limit, whatever the other side does.
    pub(super) async fn post(&self, url: &WebhookUrl, signed: &WebhookRequest) -> WebhookResponse {
        match timeout(self.total, self.exchange(url, signed)).await {
            Ok(Ok(status)) => WebhookResponse::Status(status),
            Ok(Err(error)) => WebhookResponse::None(error),
            Err(_) => WebhookResponse::None(WebhookDeliveryError::TimedOut),
        }
    }

    async fn exchange(&self, url: &WebhookUrl, signed: &WebhookRequest) -> Result<u16, WebhookDeliveryError> {
        if !url.is_secure_enough(&self.rule) {
            return Err(WebhookDeliveryError::HostNotAllowed);
        }
        let request = request(url, signed).ok_or(WebhookDeliveryError::ProtocolViolated)?;
        let host = url.host();
        let tcp = dial(&self.rule, &host, url.port(), CONNECT).await.map_err(word)?;
        match url.is_secure() {
            false => talk(tcp, request).await,
            true => {
                let (tls, _) = self.trust.secure(tcp, &host).await.map_err(word)?;
                talk(tls, request).await
            }
        }
    }
}

fn request(url: &WebhookUrl, signed: &WebhookRequest) -> Option<Request<Full<Bytes>>> {
    Request::post(url.target())
        .header(header::HOST, url.authority())
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONNECTION, "close")
        .header("webhook-id", &signed.id)
        .header("webhook-timestamp", signed.timestamp)
        .header("webhook-signature", &signed.signature)
        .body(Full::new(Bytes::from(signed.body.clone())))
        .ok()
}

async fn talk<S>(stream: S, request: Request<Full<Bytes>>) -> Result<u16, WebhookDeliveryError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broken = |error: hyper::Error| match error.is_parse() {
        true => WebhookDeliveryError::ProtocolViolated,
        false => WebhookDeliveryError::ConnectionFailed,
    };
    let mut builder = http1::Builder::new();
    let (mut sender, connection) =
        builder.max_buf_size(MAX_HEAD).handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // The task is aborted when this function ends, in whatever way.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = sender.send_request(request).await.map_err(broken)?;
    let status = response.status().as_u16();
    // It no longer matters whether the rest arrives.
    let _ = timeout(REST.1, skip(response.into_body())).await;
    Ok(status)
}

async fn skip(mut body: Incoming) {
    let mut left = REST.0;
    while let Some(Ok(frame)) = body.frame().await {
        match left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

fn word(error: NetError) -> WebhookDeliveryError {
    match error {
        NetError::HostNotFound(_) => WebhookDeliveryError::HostNotFound,
        NetError::HostNotAllowed => WebhookDeliveryError::HostNotAllowed,
        NetError::TimedOut => WebhookDeliveryError::TimedOut,
        NetError::Untrusted(_) => WebhookDeliveryError::TlsFailed,
        NetError::Broken(_) => WebhookDeliveryError::ConnectionFailed,
    }
}
