//! Request bodies as arguments of handlers.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use crate::http::shared::bodies::json;
use crate::http::shared::body;

use super::error::V1Error;
use super::raw_body;

/// A body of shape `T`. Unknown fields, duplicate fields and wrong types are errors that name the field.
pub(crate) struct JsonBody<T>(pub(crate) T);

/// A body that may be absent: then it is the default.
pub(crate) struct MaybeJsonBody<T>(pub(crate) T);

/// The future of an extractor of a body.
pub(crate) type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, V1Error>>>>;

/// Reads a whole body. A repetition of the request is recognised by it.
pub(crate) fn read(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Bytes, V1Error>> + use<> {
    let (reading, noted) = (body::read(request, payload), request.clone());
    async move {
        let bytes = reading.await?;
        raw_body::note(&noted, &bytes);
        Ok(bytes)
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
