//! What is the same for every answer to a `GET`: the entity tag, `If-None-Match` (RFC 9110 §13.1.2), and compression.
//!
//! Answers are compressed where they are long and have no secret. A secret beside text that somebody else chooses
//! could be guessed from the compressed length (BREACH), so a route is compressed only if it is listed.

use std::io::Write as _;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCEPT_ENCODING, AcceptEncoding, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, Encoding, Header,
    HeaderMap, HeaderValue, IF_NONE_MATCH, Preference, Quality, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::service::content_tag;

use super::middleware::MiddlewareResult;

/// The routes whose answers are compressed: the lists that grow, and reports. None has a secret.
const COMPRESSED: [&str; 7] = [
    "/v1/admin/audit",
    "/v1/admin/stats",
    "/v1/admin/tenants",
    "/v1/tenant/audit",
    "/v1/tenant/stats",
    "/v1/tenant/templates",
    "/v1/tenant/webhooks/{id}/deliveries",
];

/// Shorter answers are not compressed, in bytes.
const LEAST: usize = 1_024;

/// Stands between a revision and the digest of a body.
const DIGEST: char = '-';

/// Ends the tag of a compressed answer, which is another representation (RFC 9110 §8.8.3.3).
const COMPRESSED_TAG: &str = ".gz";

/// Gives each answer to a `GET` its entity tag, answers 304 to who has it already, and compresses it.
pub(crate) async fn represent(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    let is_read = [Method::GET, Method::HEAD].contains(request.method());
    let is_replaced = [Method::PUT, Method::PATCH].contains(request.method());
    let wishes = Wishes::of(&request);
    let response = next.call(request).await?.map_into_boxed_body();
    let is_tagged = is_read || is_replaced && response.headers().contains_key(ETAG);
    if !is_tagged || !response.status().is_success() || response.status() == StatusCode::NO_CONTENT {
        return Ok(response);
    }
    let pattern = response.request().match_pattern().unwrap_or_default();
    let is_compressed = is_read && COMPRESSED.contains(&pattern.as_str());
    let (request, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let answer = match body.try_into_bytes() {
        Ok(body) => tagged(response, body.to_vec(), is_read.then_some(&wishes), is_compressed),
        Err(body) => response.set_body(body),
    };
    Ok(ServiceResponse::new(request, answer))
}

fn tagged(
    mut response: HttpResponse<()>,
    body: Vec<u8>,
    wishes: Option<&Wishes>,
    is_compressed: bool,
) -> HttpResponse {
    let revision = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok()).unwrap_or_default();
    let revision = revision.trim_matches('"').to_owned();
    let digest = content_tag(&body);
    let tag = if revision.is_empty() { digest } else { format!("{revision}{DIGEST}{digest}") };
    let wants_gzip = wishes.is_some_and(|wishes| wishes.gzip) && is_compressed && body.len() >= LEAST;
    let content = Content { tag, gzip: wants_gzip.then(|| gzip(&body)) };
    content.describe(response.headers_mut(), is_compressed);
    if wishes.is_some_and(|wishes| wishes.has(&content.tag)) {
        return not_modified(response);
    }
    response.set_body(BoxBody::new(content.gzip.unwrap_or(body)))
}

/// The representation that is chosen.
struct Content {
    tag: String,
    gzip: Option<Vec<u8>>,
}

impl Content {
    fn describe(&self, headers: &mut HeaderMap, varies: bool) {
        let tag = match self.gzip {
            Some(_) => format!("\"{}{COMPRESSED_TAG}\"", self.tag),
            None => format!("\"{}\"", self.tag),
        };
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(ETAG, tag);
        }
        if self.gzip.is_some() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if varies {
            headers.append(VARY, HeaderValue::from_static("Accept-Encoding"));
        }
    }
}

/// Turns an answer into 304, which has no content and describes none.
fn not_modified(response: HttpResponse<()>) -> HttpResponse {
    let mut response = response.map_body(|_, ()| BoxBody::new(()));
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    for name in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING] {
        response.headers_mut().remove(name);
    }
    response
}

/// What a caller says about representations.
pub(crate) struct Wishes {
    known: Option<String>,
    gzip: bool,
}

impl Wishes {
    pub(crate) fn of(request: &impl HttpMessage) -> Self {
        let lines = request.headers().get_all(IF_NONE_MATCH).filter_map(|line| line.to_str().ok());
        let known: Vec<_> = lines.collect();
        let known = (!known.is_empty()).then(|| known.join(","));
        Self { known, gzip: accepts_gzip(request) }
    }

    /// Whether the caller has the representation with this tag, compressed or not. Weak tags are the same.
    fn has(&self, tag: &str) -> bool {
        let is_it = |known: &str| {
            let known = known.trim();
            let known = known.strip_prefix("W/").unwrap_or(known).trim_matches('"');
            known == "*" || known.strip_suffix(COMPRESSED_TAG).unwrap_or(known) == tag
        };
        self.known.as_deref().is_some_and(|known| known.split(',').any(is_it))
    }
}

/// Whether `Accept-Encoding` names gzip, or everything. Without the header the content is sent as it is.
fn accepts_gzip(request: &impl HttpMessage) -> bool {
    if !request.headers().contains_key(ACCEPT_ENCODING) {
        return false;
    }
    let Ok(AcceptEncoding(items)) = AcceptEncoding::parse(request) else { return false };
    let quality = |wanted: fn(&Preference<Encoding>) -> bool| {
        items.iter().find(|item| wanted(&item.item)).map(|item| item.quality)
    };
    let gzip = quality(|item| *item == Preference::Specific(Encoding::gzip()));
    gzip.or_else(|| quality(|item| *item == Preference::Any)).is_some_and(|quality| quality > Quality::ZERO)
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

/// A document that never changes while the server runs: its tag is computed and it is compressed once.
pub(crate) struct Document {
    body: &'static [u8],
    tag: String,
    gzip: Vec<u8>,
}

impl Document {
    pub(crate) fn new(body: &'static [u8]) -> Self {
        Self { body, tag: content_tag(body), gzip: gzip(body) }
    }

    /// The answer with the document, or 304; `answer` has the other headers.
    pub(crate) fn answer(&self, wishes: &Wishes, answer: HttpResponse<()>) -> HttpResponse {
        let mut answer = answer;
        let gzip = wishes.gzip.then(|| self.gzip.clone());
        let content = Content { tag: self.tag.clone(), gzip };
        content.describe(answer.headers_mut(), true);
        if wishes.has(&content.tag) {
            return not_modified(answer);
        }
        match content.gzip {
            Some(gzip) => answer.set_body(BoxBody::new(gzip)),
            None => answer.set_body(BoxBody::new(actix_web::web::Bytes::from_static(self.body))),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn gzip_is_for_those_who_name_it() {
        let accepts = |value: &str| {
            accepts_gzip(&TestRequest::default().insert_header(("Accept-Encoding", value)).to_http_request())
        };
        for yes in ["gzip", "gzip, deflate, br", "*", "br;q=1, gzip;q=0.1", "GZIP"] {
            assert!(accepts(yes), "{yes}");
        }
        for no in ["", "br", "gzip;q=0", "gzip;q=0, *", "identity", "x"] {
            assert!(!accepts(no), "{no}");
        }
        assert!(!accepts_gzip(&TestRequest::default().to_http_request()));
    }

    #[test]
    fn a_known_tag_is_found_in_a_list_and_weak_or_compressed() {
        let has = |value: &str| {
            let request = TestRequest::default().insert_header(("If-None-Match", value)).to_http_request();
            Wishes::of(&request).has("7-ab")
        };
        for yes in ["\"7-ab\"", "W/\"7-ab\"", "\"x\", \"7-ab.gz\"", "*"] {
            assert!(has(yes), "{yes}");
        }
        for no in ["", "\"7\"", "\"7-abc\"", "\"8-ab\""] {
            assert!(!has(no), "{no}");
        }
    }
}
