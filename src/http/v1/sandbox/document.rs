//! The description of the sandbox.

use utoipa::OpenApi;

use super::{keys, outbox};

/// The sandbox's resources.
#[derive(OpenApi)]
#[openapi(
    tags((name = "sandbox", description = "Test keys, and what they would have sent.")),
    paths(keys::add, keys::sandbox, outbox::read, outbox::empty),
    components(schemas(
        keys::NewTestKey,
        keys::TestKeyView,
        outbox::SandboxOutboxView,
        outbox::SandboxMailView,
        outbox::RemovedMailsView,
    ))
)]
pub(crate) struct SandboxDoc;
