//! The power that a handler needs, named by the types of its arguments.
//!
//! An argument by itself needs [`Power::Manage`]. What takes less says so: `Looking<Seat>`, `Helping<Form>`. So a handler
//! that says nothing is for owners, and for a tenant about itself.

use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpRequest};

use crate::domain::operator::Power;

/// An argument that is being extracted.
pub(crate) type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

/// An argument of a handler, for whoever has a power.
pub(crate) trait Powered: Sized + 'static {
    /// Extracts it, or answers 403 to whoever lacks the power.
    fn for_power(request: &HttpRequest, payload: &mut Payload, power: Power) -> Extraction<Self>;
}

/// Defines the arguments that need less than everything, each with its power.
macro_rules! powers {
    ($($(#[$doc:meta])* $name:ident => $power:ident;)*) => {
        $(
            $(#[$doc])*
            pub(crate) struct $name<T>(pub(crate) T);

            impl<T> Deref for $name<T> {
                type Target = T;

                fn deref(&self) -> &T {
                    &self.0
                }
            }

            impl<T: Powered> FromRequest for $name<T> {
                type Error = Error;
                type Future = Extraction<Self>;

                fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
                    let extracting = T::for_power(request, payload, Power::$power);
                    Box::pin(async move { Ok(Self(extracting.await?)) })
                }
            }
        )*
    };
}

powers! {
    /// For whoever may look.
    Looking => Look;
    /// For whoever may help a user.
    Helping => Help;
}

/// Implements the extraction of an argument by itself.
macro_rules! managing {
    ($($argument:ty),*) => {
        $(
            impl actix_web::FromRequest for $argument {
                type Error = actix_web::Error;
                type Future = crate::http::console::power::Extraction<Self>;

                fn from_request(
                    request: &actix_web::HttpRequest,
                    payload: &mut actix_web::dev::Payload,
                ) -> Self::Future {
                    use crate::http::console::power::Powered;
                    Self::for_power(request, payload, crate::domain::operator::Power::Manage)
                }
            }
        )*
    };
}
pub(crate) use managing;
