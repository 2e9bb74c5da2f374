//! Who may see the pages and send their forms, and what browsers may do with the answers.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    connect-src 'self'; frame-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

const FETCH_SITE: &str = "sec-fetch-site";

const HEADERS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, PAGE_POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Answers only requests that name this machine, and adds the security headers that a handler has not set
/// itself.
///
/// A stranger's page can point its own host name at 127.0.0.1 and then read, as its own origin, whatever a
/// local server answers to that name (DNS rebinding). The name in the request reveals it.
pub(super) async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut response = if !names_this_machine(&request) {
        let refusal = "This answers only under the names localhost, 127.0.0.1 and [::1].\n";
        request.into_response(HttpResponse::MisdirectedRequest().body(refusal))
    } else if !request.method().is_safe() && is_foreign(&request) {
        let refusal = "This form was on a page of somebody else.\n";
        request.into_response(HttpResponse::Forbidden().body(refusal))
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    for (name, value) in HEADERS {
        if !response.headers().contains_key(&name) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    Ok(response)
}

/// `Forwarded` and similar headers are ignored: the stranger's page can set them.
fn names_this_machine(request: &ServiceRequest) -> bool {
    // There is at most one `Host`: two are a bad request before they arrive here.
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let authority = request.uri().authority().map(|authority| authority.as_str());
    (host.is_some() || authority.is_some()) && host.is_none_or(is_local) && authority.is_none_or(is_local)
}

/// Whether a page of another origin sent this. Every browser reports the origin of a form: in
/// `Sec-Fetch-Site`, which no page can change, otherwise in `Origin`. Programs such as curl send neither, and
/// run on this machine.
fn is_foreign(request: &ServiceRequest) -> bool {
    let headers = request.headers();
    let own = |origin: &HeaderValue| {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        host.is_some_and(|host| origin.as_bytes() == format!("http://{host}").as_bytes())
    };
    match (headers.get(FETCH_SITE), headers.get(ORIGIN)) {
        (Some(site), _) => site != "same-origin",
        (None, Some(origin)) => !own(origin),
        (None, None) => false,
    }
}

/// Whether `host`, with or without a port, is a name of this machine.
fn is_local(host: &str) -> bool {
    let name_end = if host.starts_with('[') { host.find(']').map(|at| at + 1) } else { host.find(':') };
    let (name, port) = host.split_at(name_end.unwrap_or(host.len()));
    let known = name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" || name == "[::1]";
    known && (port.is_empty() || port.strip_prefix(':').is_some_and(|digits| digits.parse::<u16>().is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        for host in ["localhost", "LOCALHOST:5000", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:5000"] {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "evil.example:80",
            "127.0.0.1.evil.example",
            "localhost:evil",
            "localhost@evil.example",
            "[::1].evil.example",
            "[::2]",
            "[::1",
            "0.0.0.0",
            "localhost:99999",
        ] {
            assert!(!is_local(host), "{host}");
        }
    }
}
