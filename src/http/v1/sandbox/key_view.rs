//! Test keys in answers.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::tenants::credential::{KeyHandle, KeyInfo, Scope};
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::service::TestKey;

use crate::http::shared::bodies::secret_key::ScopeName;
use crate::http::shared::description::examples;
use crate::http::shared::description::operation::Example;

/// A new test key, with its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = TestKey)]
pub(crate) struct TestKeyView {
    /// The handle of the key.
    key: KeyHandle,
    /// The sandbox that the key opens: the `aud` of its receipts.
    tenant: TenantHandle,
    /// The name of the key.
    #[schema(max_length = 100)]
    name: String,
    /// What the key may be used for.
    #[schema(max_items = 4, value_type = Vec<ScopeName>)]
    scopes: Vec<&'static str>,
    /// The last four characters of the key.
    #[schema(max_length = 4)]
    hint: String,
    /// When the key was made.
    created_at: Timestamp,
    /// When the key ends; null for a key that was not replaced.
    #[schema(required)]
    expires_at: Option<Timestamp>,
    /// The key itself. It is shown only once.
    #[schema(pattern = "^otpm_test_[0-9A-Za-z]{49}$", max_length = 59)]
    secret: String,
}

impl TestKeyView {
    pub(super) fn of(made: &TestKey) -> Self {
        Self { secret: made.secret.expose().to_owned(), ..Self::known(made.sandbox.clone(), &made.info) }
    }

    /// The same answer without the secret.
    pub(crate) fn without_secret(sandbox: TenantHandle, info: &KeyInfo) -> Value {
        // A struct of texts always serialises.
        let mut view = serde_json::to_value(Self::known(sandbox, info)).unwrap_or_default();
        view.as_object_mut().map(|view| view.remove("secret"));
        view
    }

    fn known(sandbox: TenantHandle, info: &KeyInfo) -> Self {
        Self {
            key: info.handle.clone(),
            tenant: sandbox,
            name: info.name.clone(),
            scopes: info.scopes.iter().map(Scope::as_str).collect(),
            hint: info.hint.clone(),
            created_at: info.created_at,
            expires_at: info.terms.expires_at,
            secret: String::new(),
        }
    }
}

impl Example for TestKeyView {
    fn example() -> Self {
        Self {
            key: examples::key("key_7d3k9m2x5q8v4bnp"),
            tenant: examples::sandbox(),
            name: "ci".to_owned(),
            scopes: vec!["mint", "verify", "manage"],
            hint: "86NF".to_owned(),
            created_at: examples::at("08:30:00"),
            expires_at: None,
            secret: "otpm_test_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo2E86NF".to_owned(),
        }
    }
}
