//! Which page a browser sends a request for.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, ORIGIN};

use crate::domain::web_origin::WebOrigin;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The content types that a page of another site can send without a preflight.
const OF_FORMS: [&str; 3] = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];

/// Whether a form comes from a page of this server. Browsers say so in `Sec-Fetch-Site`, which no page can
/// change; `Origin` counts if that header is missing. `Origin` alone is not enough: our pages send no referrer,
/// so their forms have `Origin: null`.
pub(crate) fn is_own_form(request: &ServiceRequest, public: &WebOrigin) -> bool {
    let headers = request.headers();
    match (headers.get(FETCH_SITE), headers.get(ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == public.as_str(),
        (None, None) => false,
    }
}

/// Whether a page of another site has made a browser send this. Programs send none of these headers.
pub(crate) fn is_of_another_site(headers: &HeaderMap) -> bool {
    let header = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match header(FETCH_SITE) {
        Some(site) => !matches!(site, "same-origin" | "none"),
        // A browser that does not say so names the page of a form in its origin.
        None => header(ORIGIN).is_some_and(|origin| {
            let own = origin.split_once("://").map(|(_, host)| host) == header(HOST);
            let kind = header(CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default();
            !own && OF_FORMS.contains(&kind.trim().to_ascii_lowercase().as_str())
        }),
    }
}
