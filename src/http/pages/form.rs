//! What a form of a page sends (<https://url.spec.whatwg.org/#application/x-www-form-urlencoded>).

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::{FromRequest, HttpRequest};
use zeroize::Zeroizing;

use super::super::{answer, body};

/// The field that holds what was typed.
const CODE: &str = "code";

/// A form that was sent. It has no `Debug`: what was typed may be the code.
pub(super) struct Form {
    code: Zeroizing<String>,
}

impl Form {
    /// What was typed; nothing where the field was left out, which is no code.
    pub(super) fn code(&self) -> &str {
        &self.code
    }

    fn parse(body: &[u8]) -> Self {
        let field = form_urlencoded::parse(body).find(|(name, _)| name == CODE);
        Self { code: Zeroizing::new(field.map(|(_, value)| value.into_owned()).unwrap_or_default()) }
    }
}

impl FromRequest for Form {
    type Error = actix_web::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (reading, request) = (body::read(request, payload), request.clone());
        Box::pin(async move {
            let read = reading.await.map(|bytes| Self::parse(&bytes));
            read.map_err(|problem| {
                let told = answer::problem(&request, &problem);
                InternalError::from_response(problem.code, told).into()
            })
        })
    }
}
