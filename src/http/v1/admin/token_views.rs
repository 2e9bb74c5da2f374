//! Operator tokens, as the operators' API shows them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::operator::Role;
use crate::domain::operator_token::TokenInfo;
use crate::domain::time::Timestamp;

use crate::http::shared::description::examples;
use crate::http::shared::description::operation::Example;
use crate::http::v1::page;

/// An operator token, without the token itself.
#[derive(Serialize, ToSchema)]
#[schema(as = AdminToken)]
pub(crate) struct AdminTokenView {
    /// Its name; `default` is the one of the settings or of `operator.token`.
    #[schema(max_length = 32, pattern = "^[a-z0-9._-]+$")]
    name: String,
    /// `owner`, `support` or `read_only`.
    #[schema(pattern = "^(owner|support|read_only)$", max_length = 9)]
    role: &'static str,
    /// Its last four characters.
    #[schema(max_length = 16)]
    hint: String,
    /// When it was made, or last replaced.
    created_at: Timestamp,
    /// When it expires; null for one that does not.
    #[schema(required)]
    expires_at: Option<Timestamp>,
    /// When it was last used, to the minute; null if it never was.
    #[schema(required)]
    last_used_at: Option<Timestamp>,
}

/// The operator tokens, in the order of their names. Those that have expired are listed until they are revoked.
#[derive(Serialize, ToSchema)]
#[schema(as = AdminTokens)]
pub(crate) struct AdminTokensView {
    /// The tokens.
    #[schema(max_items = 101)]
    pub(crate) data: Vec<AdminTokenView>,
    #[schema(required, schema_with = page::next)]
    pub(crate) next: Option<String>,
}

/// The token that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = NewAdminToken)]
pub(crate) struct NewAdminTokenView {
    #[serde(flatten)]
    pub(crate) token: AdminTokenView,
    /// The token itself. It is shown only once.
    #[schema(pattern = "^otpo_", max_length = 54)]
    pub(crate) secret: String,
}

impl AdminTokenView {
    pub(crate) fn of(info: &TokenInfo) -> Self {
        Self {
            name: info.name.to_string(),
            role: info.role.as_str(),
            hint: info.hint.clone(),
            created_at: info.created_at,
            expires_at: info.expires_at,
            last_used_at: info.used_at,
        }
    }
}

impl Example for AdminTokenView {
    fn example() -> Self {
        Self {
            name: "support-desk".to_owned(),
            role: Role::Support.as_str(),
            hint: "PeUi".to_owned(),
            created_at: examples::at("08:30:00"),
            expires_at: None,
            last_used_at: None,
        }
    }
}

impl Example for AdminTokensView {
    fn example() -> Self {
        Self { data: vec![AdminTokenView::example()], next: page::NO_MORE }
    }
}

impl Example for NewAdminTokenView {
    fn example() -> Self {
        Self { token: AdminTokenView::example(), secret: "otpo_8Jx2kVnTq4WmRz7Yb1Lc9HdFgS3aPeUi".to_owned() }
    }
}
