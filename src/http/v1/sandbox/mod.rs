//! The sandbox: keys to it, and what it would have sent.

pub(super) mod keys;
pub(super) mod outbox;

use utoipa::OpenApi;

/// The sandbox's resources.
#[derive(OpenApi)]
#[openapi(
    tags((name = "sandbox", description = "Test keys, and what they would have sent.")),
    paths(keys::add, keys::sandbox, outbox::read, outbox::empty),
    components(schemas(
        keys::NewTestKey,
        keys::TestKeyView,
        outbox::OutboxView,
        outbox::MailView,
        outbox::RemovedView,
    ))
)]
pub(super) struct SandboxDoc;
