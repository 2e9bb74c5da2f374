//! The client.

use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{self, HeaderValue};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::failure::{HttpError, HttpFailure};
use super::limits::{BodyRule, HttpLimits};
use super::meter::{Metered, Progress};
use super::request::{HttpRequest, Method};
use super::response::HttpResponse;
use crate::delivery::net::dial::dial;
use crate::delivery::net::tls::Trust;
use crate::domain::network::OutboundRule;

/// How much of an ignored body is read, in bytes, and for how long.
const IGNORED: (usize, Duration) = (1_024, Duration::from_secs(1));
/// The least that hyper allows as the maximum size of a head, in bytes.
const LEAST_HEAD: usize = 8 * 1_024;
const USER_AGENT: &str = concat!("OtpMint/", env!("CARGO_PKG_VERSION"));

/// Sends requests to hosts that the operator's rule allows.
pub struct HttpClient {
    rule: OutboundRule,
    trust: Trust,
}

impl HttpClient {
    /// Creates a client that connects by this rule and trusts these authorities.
    pub fn new(rule: OutboundRule, trust: Trust) -> Self {
        Self { rule, trust }
    }

    /// Returns the rule.
    pub fn rule(&self) -> &OutboundRule {
        &self.rule
    }

    /// Sends a request and reads the response. Ends within the limits, whatever the other side does.
    pub async fn send(&self, request: HttpRequest, limits: &HttpLimits) -> Result<HttpResponse, HttpFailure> {
        let progress = Progress::new(request.body.len());
        let done = timeout(limits.total, self.exchange(request, limits, &progress)).await;
        done.unwrap_or(Err(HttpError::TimedOut))
            .map_err(|error| HttpFailure { error, written: progress.written() })
    }

    async fn exchange(
        &self,
        request: HttpRequest,
        limits: &HttpLimits,
        progress: &Progress,
    ) -> Result<HttpResponse, HttpError> {
        let url = &request.url;
        if !url.is_secure_enough(&self.rule) {
            return Err(HttpError::HostNotAllowed);
        }
        let (host, port, is_secure) = (url.host(), url.port(), url.is_secure());
        let request = prepared(request).ok_or(HttpError::ProtocolViolated)?;
        let tcp = dial(&self.rule, &host, port, limits.connect).await?;
        match is_secure {
            false => talk(Metered::new(tcp, progress.clone()), request, limits).await,
            true => {
                let secure = timeout(limits.connect, self.trust.secure(tcp, &host));
                let (tls, _) = secure.await.map_err(|_| HttpError::TimedOut)??;
                talk(Metered::new(tls, progress.clone()), request, limits).await
            }
        }
    }
}

/// Completes the head: the target, and the headers of the connection.
fn prepared(request: HttpRequest) -> Option<Request<Full<Bytes>>> {
    let HttpRequest { method, url, mut headers, body } = request;
    headers.insert(header::HOST, HeaderValue::try_from(url.authority()).ok()?);
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    headers.entry(header::USER_AGENT).or_insert(HeaderValue::from_static(USER_AGENT));
    let method = match method {
        Method::Get => hyper::Method::GET,
        Method::Post => hyper::Method::POST,
    };
    let mut prepared = Request::builder().method(method).uri(url.target()).body(Full::new(body)).ok()?;
    *prepared.headers_mut() = headers;
    Some(prepared)
}

async fn talk<S>(
    stream: S,
    request: Request<Full<Bytes>>,
    limits: &HttpLimits,
) -> Result<HttpResponse, HttpError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = http1::Builder::new();
    let (mut sender, connection) =
        builder.max_buf_size(limits.head.max(LEAST_HEAD)).handshake(TokioIo::new(stream)).await?;
    // The task is aborted when this function ends, in whatever way.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let (head, body) = sender.send_request(request).await.map(Response::into_parts)?;
    let body = match limits.body {
        BodyRule::AtMost(limit) => read(body, limit).await?,
        BodyRule::Ignored => {
            // It no longer matters whether the rest arrives.
            let _ = timeout(IGNORED.1, skip(body)).await;
            Bytes::new()
        }
    };
    Ok(HttpResponse { status: head.status.as_u16(), headers: head.headers, body })
}

async fn read(body: Incoming, limit: usize) -> Result<Bytes, HttpError> {
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(HttpError::TooLarge),
        Err(error) => match error.downcast::<hyper::Error>() {
            Ok(error) => Err((*error).into()),
            Err(_) => Err(HttpError::ConnectionFailed),
        },
    }
}

async fn skip(mut body: Incoming) {
    let mut left = IGNORED.0;
    while let Some(Ok(frame)) = body.frame().await {
        match left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}
