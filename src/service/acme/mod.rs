//! Certificates from an authority that issues them by itself (ACME, RFC 8555).

mod challenges;
mod records;

pub use challenges::AcmeChallenges;
pub use records::AcmeRecords;
