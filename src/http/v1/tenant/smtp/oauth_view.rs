//! Logins with OAuth in answers.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::tenants::oauth::{GrantKind, OAuthLogin, StoppedLogin, TokenRefusal};
use crate::domain::time::Timestamp;

use crate::http::shared::description::schemas::one_of;

/// A login with OAuth, without its secrets.
#[derive(Serialize, ToSchema)]
#[schema(as = OAuthLogin)]
pub(crate) struct OAuthView {
    #[schema(schema_with = grant)]
    grant: &'static str,
    /// Where access tokens are issued.
    #[schema(max_length = 2000)]
    token_url: String,
    /// What the tokens are for.
    #[schema(max_length = 1000)]
    scope: String,
    /// The app.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 320)]
    client_id: Option<String>,
    /// The service account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 320)]
    client_email: Option<String>,
    /// The name of the service account's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    key_id: Option<String>,
    /// Why nothing is sent over the account until you change or test it; null while it is in use.
    #[schema(required)]
    failure: Option<LoginFailureView>,
}

/// A refusal of the token endpoint. No token is asked for until the account is changed, or a test of it succeeds.
#[derive(Serialize, ToSchema)]
#[schema(as = OAuthFailure)]
pub(crate) struct LoginFailureView {
    #[schema(schema_with = refusal)]
    error: &'static str,
    /// When it was refused.
    #[schema(value_type = Timestamp)]
    at: String,
    /// What to change.
    #[schema(max_length = 400)]
    advice: &'static str,
}

fn grant() -> RefOr<Schema> {
    one_of("What proves that a token may be given out.", GrantKind::ALL.map(GrantKind::as_str))
}

fn refusal() -> RefOr<Schema> {
    one_of("The reason, as the token endpoint gave it.", TokenRefusal::ALL.map(TokenRefusal::as_str))
}

impl OAuthView {
    pub(crate) fn of(login: &OAuthLogin, stopped: Option<&StoppedLogin>) -> Self {
        let client = login.grant.client().to_owned();
        let (client_id, client_email) = match login.grant.kind() {
            GrantKind::ServiceAccount => (None, Some(client)),
            GrantKind::ClientCredentials | GrantKind::RefreshToken => (Some(client), None),
        };
        Self {
            grant: login.grant.kind().as_str(),
            token_url: login.token_url.as_str().to_owned(),
            scope: login.scope.clone(),
            client_id,
            client_email,
            key_id: login.grant.key_id().map(ToOwned::to_owned),
            failure: stopped.map(|stopped| LoginFailureView {
                error: stopped.refusal.as_str(),
                at: stopped.since.to_string(),
                advice: stopped.refusal.advice(),
            }),
        }
    }
}
