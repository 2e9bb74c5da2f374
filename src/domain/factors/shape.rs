//! How the codes of an authenticator app are made (RFC 6238).

/// The shortest period, in seconds.
pub const MIN_PERIOD: u32 = 15;
/// The longest period, in seconds.
pub const MAX_PERIOD: u32 = 60;

/// The hash function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TotpAlgorithm {
    /// The one that every app supports.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl TotpAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// Returns the word used in JSON, in URIs and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// Returns the algorithm that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == word)
    }
}

/// Algorithm, length and period of codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TotpShape {
    algorithm: TotpAlgorithm,
    digits: u8,
    period: u32,
}

/// The error for a shape that is not supported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidShape {
    /// The number of digits.
    #[error("digits is 6 or 8")]
    Digits,
    /// The period.
    #[error("period is from {MIN_PERIOD} to {MAX_PERIOD} seconds")]
    Period,
}

impl TotpShape {
    /// What every app supports, and some silently use instead of anything else.
    pub const STANDARD: Self = Self { algorithm: TotpAlgorithm::Sha1, digits: 6, period: 30 };

    /// Creates a shape.
    pub const fn new(algorithm: TotpAlgorithm, digits: u8, period: u32) -> Result<Self, InvalidShape> {
        if !matches!(digits, 6 | 8) {
            return Err(InvalidShape::Digits);
        }
        if period < MIN_PERIOD || period > MAX_PERIOD {
            return Err(InvalidShape::Period);
        }
        Ok(Self { algorithm, digits, period })
    }

    /// Returns the hash function.
    pub const fn algorithm(self) -> TotpAlgorithm {
        self.algorithm
    }

    /// Returns the number of digits.
    pub const fn digits(self) -> u8 {
        self.digits
    }

    /// Returns the seconds for which a code is shown.
    pub const fn period(self) -> u32 {
        self.period
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_one_that_apps_have() {
        assert_eq!(TotpShape::new(TotpAlgorithm::Sha1, 6, 30), Ok(TotpShape::STANDARD));
        for digits in [0, 5, 7, 9] {
            assert_eq!(TotpShape::new(TotpAlgorithm::Sha1, digits, 30), Err(InvalidShape::Digits));
        }
        for period in [0, 14, 61] {
            assert_eq!(TotpShape::new(TotpAlgorithm::Sha1, 8, period), Err(InvalidShape::Period));
        }
    }

    #[test]
    fn every_algorithm_is_found_by_its_word() {
        for algorithm in TotpAlgorithm::ALL {
            assert_eq!(TotpAlgorithm::parse(algorithm.as_str()), Some(algorithm));
        }
    }
}
