//! Request bodies as arguments of handlers.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use crate::http::shared::bodies::json;
use crate::http::shared::body;
use crate::http::shared::origin::is_of_another_site;
use crate::http::shared::problems::table::requests::UNSUPPORTED_MEDIA;

use super::error::V1Error;
use super::raw_body;

/// A body of shape `T`. Unknown fields, duplicate fields and wrong types are errors that name the field.
pub(crate) struct JsonBody<T>(pub(crate) T);

/// A body that may be absent: then it is the default.
pub(crate) struct MaybeJsonBody<T>(pub(crate) T);

/// The future of an extractor of a body.
pub(crate) type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, V1Error>>>>;

/// The media types of a JSON body.
const JSON: [&str; 2] = ["application/json", "application/merge-patch+json"];

/// What curl and others say of a text when nobody has told them its type. From a page of another site that would
/// be a request without a preflight, which could use up attempts.
const UNTOLD: [&str; 2] = ["application/x-www-form-urlencoded", "text/plain"];

/// Reads a whole body of JSON. A repetition of the request is recognised by it.
pub(crate) fn read(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Bytes, V1Error>> + use<> {
    let accepted = if is_of_another_site(request.headers()) { &JSON[..] } else { &[JSON, UNTOLD].concat() };
    let checked = check_media(request, accepted);
    let (reading, noted) = (body::read(request, payload), request.clone());
    async move {
        checked?;
        let bytes = reading.await?;
        raw_body::note(&noted, &bytes);
        Ok(bytes)
    }
}

/// Refuses a body in an encoding (RFC 9110 §8.4), or one that says to be of another type. One that says nothing is
/// taken for what it has to be.
pub(crate) fn check_media(request: &HttpRequest, accepted: &[&str]) -> Result<(), V1Error> {
    let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    let is_plain = header(CONTENT_ENCODING).is_none_or(|encoding| encoding.eq_ignore_ascii_case("identity"));
    let is_accepted = header(CONTENT_TYPE).is_none_or(|kind| {
        let essence = kind.split(';').next().unwrap_or_default().trim();
        accepted.iter().any(|accepted| accepted.eq_ignore_ascii_case(essence))
    });
    match is_plain && is_accepted {
        true => Ok(()),
        false => Err((&UNSUPPORTED_MEDIA).into()),
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = V1Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = read(request, payload);
        Box::pin(async move { Ok(Self(json::parse(&reading.await?)?)) })
    }
}

impl<T: DeserializeOwned + Default + 'static> FromRequest for MaybeJsonBody<T> {
    type Error = V1Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = read(request, payload);
        Box::pin(async move {
            let bytes = reading.await?;
            Ok(Self(if bytes.is_empty() { T::default() } else { json::parse(&bytes)? }))
        })
    }
}
