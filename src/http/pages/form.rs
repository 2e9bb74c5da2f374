//! The forms of the pages (<https://url.spec.whatwg.org/#application/x-www-form-urlencoded>).

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::{FromRequest, HttpRequest};
use zeroize::Zeroizing;

use crate::http::shared::{answer, body};

/// A form. It has no `Debug`, because the input may be the code. An absent field is an empty text, which is
/// neither a code nor an address nor a channel.
pub(crate) struct VisitorForm {
    /// The code.
    pub(crate) code: Zeroizing<String>,
    /// The recipient's address.
    pub(crate) to: String,
    /// The word of a channel.
    pub(crate) channel: String,
    /// The mark of a page that waits before an answer.
    pub(crate) pause: String,
    /// What its script has found.
    pub(crate) work: String,
}

impl VisitorForm {
    fn parse(body: &[u8]) -> Self {
        let field = |wanted: &str| {
            let found = form_urlencoded::parse(body).find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        Self {
            code: Zeroizing::new(field("code")),
            to: field("to"),
            channel: field("channel"),
            pause: field("pause"),
            work: field("work"),
        }
    }
}

impl FromRequest for VisitorForm {
    type Error = actix_web::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (reading, request) = (body::read(request, payload), request.clone());
        Box::pin(async move {
            let read = reading.await.map(|bytes| Self::parse(&bytes));
            read.map_err(|problem| {
                let response = answer::problem(&request, &problem);
                InternalError::from_response(problem.code(), response).into()
            })
        })
    }
}
