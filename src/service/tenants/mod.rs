//! Tenants: authentication, registration and self-management.

pub(in crate::service) mod authenticate;
pub(in crate::service) mod authenticated;
mod deletion;
pub(in crate::service) mod directory;
pub(in crate::service) mod erasure;
pub(in crate::service) mod key_uses;
pub(in crate::service) mod layers;
pub(in crate::service) mod loaded;
pub(in crate::service) mod logo;
pub(in crate::service) mod names;
pub(in crate::service) mod profile;
mod register;
mod rotate;
mod sandbox;
pub(in crate::service) mod secret_keys;
mod server_limits;
mod unlock;

pub use crate::crypto::sids::key_sid;
pub use authenticate::{Authenticator, is_generated, with_underscores};
pub use authenticated::AuthenticatedTenant;
pub use erasure::{Erased, ErasureRequest, Erasures};
pub use layers::PolicyLayers;
pub use profile::{TenantDraft, TenantProfile, Tenants};
pub use register::{Caller, Registered, Registration};
pub use sandbox::{TestKey, TestKeyRequest};
pub use secret_keys::{KeyDraft, NewSecret, SecretKeys};
