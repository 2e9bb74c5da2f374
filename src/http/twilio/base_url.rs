//! The address under which the caller reaches this server: SDKs follow the links in answers.

use actix_web::HttpRequest;

use crate::http::state::AppState;

/// The path of this face.
pub(super) const ROOT: &str = "/v2";

/// Returns the address of this face: the public one, if there is one, or the one that was called.
pub(super) fn of(state: &AppState, request: &HttpRequest) -> String {
    match state.services.pages.public_url() {
        Some(origin) => format!("{origin}{ROOT}"),
        None => {
            let connection = request.connection_info();
            format!("{}://{}{ROOT}", connection.scheme(), connection.host())
        }
    }
}
