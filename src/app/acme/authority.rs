//! The authority, over HTTP: a connection for each request, since there are ten in two months.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::delivery::net::Trust;

/// For one request, from the connection to the last byte.
const LIMIT: Duration = Duration::from_secs(30);

/// The most bytes of an answer: a chain of certificates has some thousand.
const MAX_ANSWER: usize = 1024 * 1024;

/// The authority of an ACME directory.
#[derive(Clone)]
pub(super) struct Authority {
    trust: Arc<Trust>,
}

impl Authority {
    /// One whose own certificate is from somebody trusted.
    pub(super) fn trusted_by(trust: Arc<Trust>) -> Self {
        Self { trust }
    }
}

impl HttpClient for Authority {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let trust = Arc::clone(&self.trust);
        Box::pin(async move {
            let answered =
                timeout(LIMIT, ask(trust, request)).await.unwrap_or(Err("no answer in time".into()));
            answered.map(BytesResponse::from).map_err(Error::Other)
        })
    }
}

/// What may go wrong on the way.
type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn ask(
    trust: Arc<Trust>,
    request: Request<BodyWrapper<Bytes>>,
) -> Result<Response<Full<Bytes>>, Failure> {
    let (mut parts, body) = request.into_parts();
    if parts.uri.scheme() != Some(&http::uri::Scheme::HTTPS) {
        return Err("the authority names an address without https".into());
    }
    let host = parts.uri.host().ok_or("an address without a host")?.to_owned();
    let bare = host.trim_matches(['[', ']']).to_owned();
    let config = tokio::task::spawn_blocking(move || trust.client_config()).await??;
    let stream = TcpStream::connect((bare.as_str(), parts.uri.port_u16().unwrap_or(443))).await?;
    let name = ServerName::try_from(bare)?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let authority = parts.uri.authority().map(ToString::to_string).unwrap_or(host);
    parts.headers.insert(http::header::HOST, authority.parse()?);
    parts.uri = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).parse()?;
    let answer = sender.send_request(Request::from_parts(parts, body)).await?;
    let (parts, body) = answer.into_parts();
    let body = Limited::new(body, MAX_ANSWER).collect().await?.to_bytes();
    connection.abort();
    Ok(Response::from_parts(parts, Full::new(body)))
}
