//! `/v1/admin/tokens`: operator tokens with names. Only an owner's token makes and revokes them.

use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use secrecy::ExposeSecret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::operator::Role;
use crate::domain::operator_token::TokenName;
use crate::domain::time::Timestamp;
use crate::service::{NewToken, OperatorRefusal, Refusal};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::idempotency;
use crate::http::v1::operator::Administrator;
use crate::http::v1::page;

use super::token_views::{AdminTokenView, AdminTokensView, NewAdminTokenView};

/// What is wrong with a name.
pub(crate) const WRONG_NAME: (&str, &str) =
    ("/name", "1 to 32 lower-case letters, digits and `.`, `_`, `-`, and not `default`");

/// `GET /v1/admin/tokens`: all tokens.
pub(crate) async fn list(state: Data<AppState>, Administrator(_): Administrator) -> V1Result {
    let found = state.services.operator_tokens.list().await?;
    let data = found.iter().map(AdminTokenView::of).collect();
    Ok(HttpResponse::Ok().json(AdminTokensView { data, next: page::NO_MORE }))
}

/// `POST /v1/admin/tokens`: makes a token.
pub(crate) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
    JsonBody(body): JsonBody<TokenBody>,
) -> V1Result {
    let new = body.read(state.services.now())?;
    idempotency::making_as_operator(&state.clone(), &request.clone(), operator, move |operator| async move {
        let tokens = &state.services.operator_tokens;
        let (info, secret) = tokens.add_by(&operator, new, ClientIp::of(&request)).await?;
        let location = format!("/v1/admin/tokens/{}", info.name);
        let secret = secret.expose_secret().to_owned();
        let view = NewAdminTokenView { token: AdminTokenView::of(&info), secret };
        Ok(idempotency::has_secret(HttpResponse::Created().insert_header((LOCATION, location)).json(view)))
    })
    .await
}

/// `DELETE /v1/admin/tokens/{name}`: revokes a token.
pub(crate) async fn revoke(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
    name: Path<String>,
) -> V1Result {
    let name = TokenName::parse(&name).filter(|parsed| parsed.as_str() == name.as_str());
    let name = name.ok_or(Refusal::from(OperatorRefusal::UnknownToken))?;
    state.services.operator_tokens.revoke_by(&operator, &name, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A token to make.
#[derive(Deserialize, ToSchema)]
#[schema(as = AdminTokenRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenBody {
    /// Its name, which the audit trail shows for what is done with it.
    #[schema(min_length = 1, max_length = 32, pattern = "^[a-z0-9._-]+$", example = "support-desk")]
    name: String,
    role: RoleWord,
    /// When it expires (RFC 3339); never if absent.
    #[schema(format = "date-time", nullable = false, example = "2027-11-21T00:00:00Z")]
    expires_at: Option<String>,
}

/// `owner`: everything. `support`: look, and unlock recipients. `read_only`: look.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = OperatorRole)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RoleWord {
    Owner,
    Support,
    ReadOnly,
}

impl RoleWord {
    const fn role(self) -> Role {
        match self {
            Self::Owner => Role::Owner,
            Self::Support => Role::Support,
            Self::ReadOnly => Role::ReadOnly,
        }
    }
}

impl TokenBody {
    fn read(self, now: Timestamp) -> Result<NewToken, V1Error> {
        let name = TokenName::parse(&self.name).filter(|name| name.as_str() == self.name);
        let name = name.filter(|name| !name.is_of_settings());
        let end = |text: String| Timestamp::parse(&text).filter(|end| *end > now);
        let wrong = || V1Error::field("/expires_at", "a moment to come, such as 2027-11-21T00:00:00Z");
        Ok(NewToken {
            name: name.ok_or_else(|| V1Error::field(WRONG_NAME.0, WRONG_NAME.1))?,
            role: self.role.role(),
            expires_at: self.expires_at.map(|text| end(text).ok_or_else(wrong)).transpose()?,
        })
    }
}
