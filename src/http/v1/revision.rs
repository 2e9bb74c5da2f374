//! Revisions as entity tags (RFC 9110 §8.8.3), and the conditions of changes (§13.1).
//!
//! A tag begins with the revision of what it names, which grows with every change by a request. The answer to a `GET`
//! adds a digest of its body, which may also change for other reasons: a counter moves, a key expires. Changes compare
//! the revision alone, so nobody is refused because a counter has moved.

use actix_web::http::header::{ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};

use crate::domain::conditions::Expected;
use crate::service::RequestConditions;

/// Stands between the revision and the digest of a body.
pub(crate) const DIGEST: char = '-';

/// Starts an answer with the revision in its `ETag`.
pub(crate) fn tagged(revision: i64) -> HttpResponseBuilder {
    tagged_as(StatusCode::OK, revision)
}

/// Starts an answer of this status, likewise.
pub(crate) fn tagged_as(status: StatusCode, revision: i64) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer.insert_header((ETAG, format!("\"{revision}\"")));
    answer
}

/// The conditions under which a request asks for a change. What only reads has none.
pub(crate) fn conditions(request: &HttpRequest) -> RequestConditions {
    let expected = match *request.method() {
        Method::GET | Method::HEAD => None,
        _ => expected(request),
    };
    RequestConditions { expected, once: None }
}

fn expected(request: &HttpRequest) -> Option<Expected> {
    if let Some(tags) = tags(request, IF_MATCH) {
        return Some(match tags.trim() {
            "*" => Expected::Present,
            tags => Expected::OneOf(revisions(tags, Comparison::Strong)),
        });
    }
    tags(request, IF_NONE_MATCH).map(|tags| match tags.trim() {
        "*" => Expected::Absent,
        tags => Expected::NoneOf(revisions(tags, Comparison::Weak)),
    })
}

/// All lines of a header that is a list.
fn tags(request: &HttpRequest, name: HeaderName) -> Option<String> {
    let lines: Vec<_> =
        request.headers().get_all(name).map(|value| value.to_str().unwrap_or_default()).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

/// How tags are compared (RFC 9110 §8.8.3.2).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    /// A weak tag is no other's equal.
    Strong,
    /// Whether a tag is weak does not matter.
    Weak,
}

/// The revisions in a list of tags. A tag that this server has not written names none.
fn revisions(tags: &str, comparison: Comparison) -> Vec<i64> {
    let revision = |tag: &str| {
        let tag = tag.trim();
        let tag = match comparison {
            Comparison::Strong => tag,
            Comparison::Weak => tag.strip_prefix("W/").unwrap_or(tag),
        };
        let tag = tag.strip_prefix('"')?.strip_suffix('"')?;
        tag.split_once(DIGEST).map_or(tag, |(revision, _)| revision).parse().ok()
    };
    tags.split(',').filter_map(revision).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn of(headers: &[(&'static str, &'static str)]) -> Option<Expected> {
        let mut request = TestRequest::put();
        for header in headers {
            request = request.append_header(*header);
        }
        conditions(&request.to_http_request()).expected
    }

    #[test]
    fn a_condition_is_a_list_of_tags_over_all_lines() {
        let one_of = |tags: &[i64]| Some(Expected::OneOf(tags.to_vec()));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("If-Match", "*")]), Some(Expected::Present));
        assert_eq!(of(&[("If-Match", "\"7\"")]), one_of(&[7]));
        assert_eq!(of(&[("If-Match", " \"7-ab\" , \"8\"")]), one_of(&[7, 8]));
        assert_eq!(of(&[("If-Match", "\"7\""), ("If-Match", "\"8\"")]), one_of(&[7, 8]));
        for none in ["", "7", "W/\"7\"", "\"x\"", "\"7", "\"-7\"", "\"7.0\"", "\"\""] {
            assert_eq!(of(&[("If-Match", none)]), one_of(&[]), "{none}");
        }
        assert_eq!(of(&[("If-None-Match", "*")]), Some(Expected::Absent));
        assert_eq!(of(&[("If-None-Match", "W/\"7-ab\", \"x\"")]), Some(Expected::NoneOf(vec![7])));
        assert_eq!(of(&[("If-None-Match", "*"), ("If-Match", "*")]), Some(Expected::Present));
    }
}
