//! Request bodies as arguments of handlers.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use crate::http::shared::bodies::json;
use crate::http::shared::body;

use super::error::V1Error;
use super::idempotency;

/// A body of shape `T`. Unknown fields, duplicate fields and wrong types are errors that name the field.
pub(crate) struct JsonBody<T>(pub(crate) T);

/// A body that may be absent: then it is the default.
pub(crate) struct MaybeJsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for MaybeJsonBody<T> {
    type Error = V1Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, V1Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (reading, noted) = (body::read(request, payload), request.clone());
        Box::pin(async move {
            let bytes = reading.await?;
            idempotency::note_body(&noted, &bytes);
            Ok(Self(if bytes.is_empty() { T::default() } else { json::parse(&bytes)? }))
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = V1Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, V1Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (reading, noted) = (body::read(request, payload), request.clone());
        Box::pin(async move {
            let bytes = reading.await?;
            idempotency::note_body(&noted, &bytes);
            Ok(Self(json::parse(&bytes)?))
        })
    }
}
