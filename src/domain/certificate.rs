//! The server's own certificate, as far as others ask about it.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use crate::domain::time::Timestamp;

/// How the server's certificate stands. Shared by what replaces it and what reports it.
#[derive(Debug, Default)]
pub struct CertificateStanding {
    /// In milliseconds since 1970; 0 while there is none.
    ends: AtomicI64,
    has_failed: AtomicBool,
}

/// What a report says in one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CertificateState {
    /// It is valid.
    Valid,
    /// It is valid, but the next one could not be taken.
    NotReplaced,
    /// It has expired.
    Expired,
    /// There is none yet.
    Missing,
}

impl CertificateState {
    /// Returns the word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::NotReplaced => "not_replaced",
            Self::Expired => "expired",
            Self::Missing => "missing",
        }
    }
}

impl CertificateStanding {
    /// Records that a certificate is served until this moment.
    pub fn serve_until(&self, ends: Timestamp) {
        self.ends.store(ends.as_millis(), Ordering::Relaxed);
        self.has_failed.store(false, Ordering::Relaxed);
    }

    /// Records that the next one could not be taken.
    pub fn fail(&self) {
        self.has_failed.store(true, Ordering::Relaxed);
    }

    /// Returns when the certificate expires, if there is one.
    pub fn ends(&self) -> Option<Timestamp> {
        let ends = self.ends.load(Ordering::Relaxed);
        (ends != 0).then(|| Timestamp::from_millis(ends))
    }

    /// Returns how it stands at `now`.
    pub fn state(&self, now: Timestamp) -> CertificateState {
        match self.ends() {
            None => CertificateState::Missing,
            Some(ends) if ends <= now => CertificateState::Expired,
            Some(_) if self.has_failed.load(Ordering::Relaxed) => CertificateState::NotReplaced,
            Some(_) => CertificateState::Valid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_valid_until_it_ends_and_a_failure_is_remembered_until_the_next_one() {
        let (standing, at) = (CertificateStanding::default(), Timestamp::from_millis);
        assert_eq!(standing.state(at(1)), CertificateState::Missing);
        standing.serve_until(at(10));
        assert_eq!(standing.state(at(9)), CertificateState::Valid);
        assert_eq!(standing.state(at(10)), CertificateState::Expired);
        standing.fail();
        assert_eq!(standing.state(at(9)), CertificateState::NotReplaced);
        standing.serve_until(at(20));
        assert_eq!(standing.state(at(10)), CertificateState::Valid);
    }
}
