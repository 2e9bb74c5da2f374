//! One spelling of each path.
//!
//! Routes would otherwise be matched after `%61` has become `a`, so that a proxy in front, which guards `/v1/admin` by
//! its text, would let `/v1/%61dmin` pass. RFC 3986 §6.2.2.2 calls both equivalent and asks nobody to send the second.

use std::sync::LazyLock;

use actix_router::Quoter;
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse, Url};
use actix_web::middleware::Next;

/// Decodes everything but what never has to be encoded: the unreserved characters of RFC 3986 §2.3.
static ROUTED: LazyLock<Quoter> = LazyLock::new(|| {
    Quoter::new(b"", b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%/+")
});

/// Matches routes with the letters and digits that were sent. Parameters are decoded as ever.
pub async fn one_spelling(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.uri().path().contains('%') {
        let url = Url::new_with_quoter(request.uri().clone(), &ROUTED);
        *request.match_info_mut().get_mut() = url;
    }
    next.call(request).await
}
