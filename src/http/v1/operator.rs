//! Identifies the operator by `Authorization: Bearer <operator token>`.

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, ResponseError};

use crate::domain::operator::Power;
use crate::service::{Operator, Refusal};

use crate::http::shared::bearer::bearer;
use crate::http::shared::middleware::MiddlewareResult;
use crate::http::shared::problems::table::requests::NOT_FOUND;
use crate::http::state::AppState;

use super::bearer::pass;
use super::error::V1Error;
use super::revision;

/// The authenticated operator, or why there is none.
#[derive(Clone)]
struct OperatorIdentity(Result<Operator, V1Error>);

fn proved(request: &HttpRequest, power: Power) -> Result<Operator, V1Error> {
    let identity = request.extensions_mut().remove::<OperatorIdentity>();
    let missing = || Err(V1Error::refused(&Refusal::OperatorTokenNeeded));
    let operator = identity.map_or_else(missing, |OperatorIdentity(proved)| proved)?;
    operator.require(power).map_err(|refusal| V1Error::refused(&refusal))?;
    Ok(operator.under(revision::conditions(request)))
}

/// Defines an operator as an argument of handlers: a handler without one cannot reach the operator's use cases, and
/// the operator's role must allow what the handler does. While the routes are switched off, they answer 404.
macro_rules! operator {
    ($($(#[$doc:meta])* $name:ident: $power:ident;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name(pub(crate) Operator);

        impl FromRequest for $name {
            type Error = V1Error;
            type Future = std::future::Ready<Result<Self, V1Error>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                std::future::ready(proved(request, Power::$power).map(Self))
            }
        }
    )*};
}

operator! {
    /// An operator who may do everything.
    Administrator: Manage;
    /// An operator who may help a user of a tenant.
    Supporter: Help;
    /// An operator who may look.
    Onlooker: Look;
}

/// Identifies the operator before anything is counted, as for tenants.
pub(crate) async fn identify(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    if !state.admin {
        return Ok(request.into_response(V1Error::from(&NOT_FOUND).error_response()));
    }
    let _permit = match state.enter_as_operator() {
        Ok(permit) => permit,
        Err(problem) => return Ok(request.into_response(V1Error::from(problem).error_response())),
    };
    let client_ip = state.clients.address(&request);
    let proved = match bearer(&request) {
        Some(token) => state.operator(&token, client_ip).await,
        None => Err(Refusal::OperatorTokenNeeded),
    };
    let key = state.clients.key_after(proved.is_ok(), client_ip);
    request.extensions_mut().insert(OperatorIdentity(proved.map_err(|refusal| V1Error::refused(&refusal))));
    pass(request, key, client_ip, next).await
}
