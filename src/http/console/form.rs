//! Forms as arguments of handlers: with the token of the session, or of a page without a session.

use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpRequest};

use crate::domain::operator::Power;

use crate::http::shared::body;

use super::form_fields::FormFields;
use super::power::{Extraction, Powered, managing};
use super::refused::Refused;
use super::session::{allowed, foreign_form, rejected, signed};
use super::step_up;

/// The field with the token of the session.
const TOKEN: &str = "form";

/// A form from a page of the session that sends it, by itself of an owner or a tenant, which has stepped up where the
/// route demands it. It has no `Debug`, because it may contain a password.
pub(crate) struct Form(FormFields);

/// A form of a page that needs no session.
pub(crate) struct OpenForm(FormFields);

impl std::ops::Deref for Form {
    type Target = FormFields;

    fn deref(&self) -> &FormFields {
        &self.0
    }
}

impl std::ops::Deref for OpenForm {
    type Target = FormFields;

    fn deref(&self) -> &FormFields {
        &self.0
    }
}

impl FromRequest for OpenForm {
    type Error = Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = read(request, payload);
        Box::pin(async move { Ok(Self(reading.await?)) })
    }
}

impl Powered for Form {
    fn for_power(request: &HttpRequest, payload: &mut Payload, power: Power) -> Extraction<Self> {
        let (reading, request) = (read(request, payload), request.clone());
        Box::pin(async move {
            let fields = reading.await?;
            let signed = signed(&request).await?;
            if !signed.is_own_form(fields.text(TOKEN)) {
                return Err(foreign_form());
            }
            allowed(&request, power).await?;
            step_up::require(&request, &signed, &fields).await?;
            Ok(Self(fields))
        })
    }
}

managing!(Form);

fn read(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<FormFields, Error>> + use<> {
    let reading = body::read(request, payload);
    async move {
        let read = reading.await;
        read.map(|bytes| FormFields::parse(&bytes)).map_err(|problem| rejected(Refused::of(problem).alone()))
    }
}
