//! The resources of the sandbox.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::domain::limits::limit::Limit;
use crate::service::{KeyRefusal, Refusal};

use crate::http::shared::bodies::secret_key::WRONG_SCOPES;
use crate::http::shared::description::words;
use crate::http::v1::bearer;
use crate::http::v1::bearer::Tester;
use crate::http::v1::parameters::{in_query, in_query_like, limit};
use crate::http::v1::resource::{ResourceGroup, resource};
use crate::http::v1::spec::{V1Spec, managing, with_test_key};
use crate::http::v1::tenant::view::TenantView;

use super::key_view::TestKeyView;
use super::keys::{self, NewTestKeyBody};
use super::outbox::{self, SandboxOutboxView};

pub(crate) const GROUP: ResourceGroup = ResourceGroup {
    tag: "sandbox",
    about: "Test keys, and the messages that they would have sent.",
    resources: &[
        resource!("/v1/tenant/sandbox", bearer::identify, verify;
            GET keys::sandbox: "getSandbox", "Get the sandbox", "The tenant that test keys open.",
                managing()
                    .refuses([Refusal::AlreadySandbox, Refusal::NoSandbox])
                    .answers(StatusCode::OK, "The sandbox.", TenantView::sandbox());
        ),
        resource!("/v1/tenant/sandbox/keys", bearer::identify, verify;
            POST keys::add: "addSandboxKey", "Make a test key",
                "The first test key also makes the sandbox. The key is shown only once.",
                managing()
                    .takes::<NewTestKeyBody>(json!({ "name": "ci" }), ("/scopes", WRONG_SCOPES))
                    .refuses([Refusal::AlreadySandbox, KeyRefusal::TooMany.into()])
                    .created::<TestKeyView>("The key.")
                    .repeatable_with_secret();
        ),
        resource!("/v1/sandbox/outbox", bearer::identify, verify;
            GET outbox::read: "readSandboxOutbox", "Read the outbox",
                "The latest mails that the sandbox would have sent, newest first. They are kept for a day. Needs a \
                 test key.",
                testing()
                    .parameters(which())
                    .wrong_parameter(("limit", "a number from 1 to 100"))
                    .refuses([Refusal::UnknownChallenge])
                    .ok::<SandboxOutboxView>("The mails.");
            DELETE outbox::empty: "emptySandboxOutbox", "Empty the outbox",
                "Removes all mails from the outbox of the sandbox. Needs a test key.",
                testing().no_content("The outbox is empty.");
        ),
    ],
};

/// An operation for callers with a test key.
fn testing() -> V1Spec {
    with_test_key(Tester::SCOPES, Limit::VerifyPerAddress)
}

/// The filters of the list.
fn which() -> [Value; 3] {
    let address = json!({ "type": "string", "format": "email", "maxLength": 254 });
    [
        in_query_like("to", "Only mails to this recipient.", address, "delivered@otpmint.test"),
        in_query("challenge", "Only mails of the challenge with this shareable key.", words::shareable_key()),
        limit("The most mails of the answer.", 100, 10),
    ]
}
