//! What a caller of a hosted verification service expects: services, and one pending verification for each recipient.

mod attempts;
mod limit_edits;
mod rate_limits;
pub(in crate::service) mod safe_numbers;
pub(in crate::service) mod services;
pub(in crate::service) mod verifications;

pub use attempts::{Attempt, AttemptQuery};
pub use rate_limits::{LimitBucket, RateLimit};
pub use safe_numbers::{SafeNumber, SafeNumbers};
pub use services::{ServiceDraft, VerifyService, VerifyServices};
pub use verifications::{
    CheckedAnswer, Conclusion, SeenVerification, VerificationAnswer, VerificationRequest, Verifications,
};
