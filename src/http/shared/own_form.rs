//! Checks that a form comes from a page of this server.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::ORIGIN;

use crate::domain::web_origin::WebOrigin;

const FETCH_SITE: &str = "sec-fetch-site";

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
