//! What a caller of a hosted verification service expects: services, and one pending verification for each recipient.

pub(in crate::service) mod services;
pub(in crate::service) mod verifications;

pub use services::{ServiceDraft, VerifyService, VerifyServices};
pub use verifications::{
    CheckedAnswer, Conclusion, SeenVerification, VerificationAnswer, VerificationRequest, Verifications,
};
