//! Entities, their factors, and answers to these: identities with authenticator apps.

mod body;
mod challenges;
mod entities;
mod handlers;
pub(super) mod resources;
mod view;
