//! Factors: authenticator apps of the users of tenants.

pub mod answer;
pub mod factor;
pub mod guard;
pub mod identity;
pub mod sandbox;
pub mod shape;
