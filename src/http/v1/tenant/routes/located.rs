//! The fields of routes that cannot be used.

use crate::service::RouteRefusal;

use crate::http::v1::error::V1Error;

/// The error for a refusal of a route that is the whole body.
impl From<RouteRefusal> for V1Error {
    fn from(refusal: RouteRefusal) -> Self {
        located(refusal, |_| String::new())
    }
}

/// The error for a refusal. `place` returns where in the body the route with this number is.
pub(crate) fn located(refusal: RouteRefusal, place: impl FnOnce(usize) -> String) -> V1Error {
    match refusal {
        RouteRefusal::Refused(refusal) => refusal.into(),
        RouteRefusal::Invalid(at, why) => {
            V1Error::field(format!("{}/{}", place(at), why.field), why.to_string())
        }
    }
}
