//! What is asked of the server: one case, one kind of request.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::ValueEnum;

use super::client::write_request;
use super::preload::Preloaded;

/// Wrong answers to one challenge: one fewer than the default policy allows, so that it lives on.
const WRONG_ANSWERS: usize = 4;

/// What is measured. Another one, such as a mint that does not wait, needs a name, a request and
/// the status that it is answered with. They are measured in this
/// order: the wrong answers come before their challenges are used up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum Case {
    /// `GET /livez`: what the HTTP server itself costs, and so the ceiling of the others.
    Noop,
    /// `POST /otp`: answered when the mail server has accepted the mail.
    Mint,
    /// `POST /verify-otp` with a wrong code.
    VerifyWrong,
    /// `POST /verify-otp` with the right code.
    VerifyRight,
}

impl Case {
    /// Every case.
    pub(super) fn all() -> Vec<Self> {
        Self::value_variants().to_vec()
    }

    /// The name in the table and in the JSON.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Noop => "noop",
            Self::Mint => "mint",
            Self::VerifyWrong => "verify_wrong",
            Self::VerifyRight => "verify_right",
        }
    }

    /// The status of the answer; every other one is an error.
    pub(super) const fn status(self) -> u16 {
        match self {
            Self::Noop | Self::Mint => 200,
            Self::VerifyWrong => 403,
            Self::VerifyRight => 201,
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The requests of one case, shared by all connections.
pub(super) struct Requests {
    case: Case,
    preloaded: Arc<Preloaded>,
    rows: Range<usize>,
    next: AtomicUsize,
}

impl Requests {
    /// Requests about the challenges in `rows`, each of which may be used up.
    pub(super) fn new(case: Case, preloaded: Arc<Preloaded>, rows: Range<usize>) -> Self {
        Self { case, preloaded, rows, next: AtomicUsize::new(0) }
    }

    pub(super) fn case(&self) -> Case {
        self.case
    }

    /// How many there are at most; `None` when there is always a next one.
    pub(super) fn limit(&self) -> Option<usize> {
        match self.case {
            Case::Noop | Case::Mint => None,
            Case::VerifyWrong => Some(self.rows.len() * WRONG_ANSWERS),
            Case::VerifyRight => Some(self.rows.len()),
        }
    }

    /// Writes the next request; `false` when no challenge is left for one.
    pub(super) fn write_next(&self, out: &mut Vec<u8>) -> bool {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        if self.limit().is_some_and(|limit| number >= limit) {
            return false;
        }
        match self.case {
            Case::Noop => write_request(out, "/livez", None),
            Case::Mint => self.write_mint(out, number),
            Case::VerifyWrong => {
                let row = self.rows.start + number % self.rows.len();
                self.write_verify(out, row, &self.preloaded.wrong_code(row));
            }
            Case::VerifyRight => {
                let row = self.rows.start + number;
                self.write_verify(out, row, &self.preloaded.code(row));
            }
        }
        true
    }

    /// Each for another recipient, as no recipient is sent many codes in a few seconds.
    fn write_mint(&self, out: &mut Vec<u8>, number: usize) {
        let (from, key) = (self.rows.start, &self.preloaded.secret_key);
        let body = format!(r#"{{"mail":"user{number}@mint{from}.example","secretKey":"{key}"}}"#);
        write_request(out, "/otp", Some(&body));
    }

    fn write_verify(&self, out: &mut Vec<u8>, row: usize, code: &str) {
        let key = self.preloaded.key(row);
        write_request(out, "/verify-otp", Some(&format!(r#"{{"shareableKey":"{key}","otp":"{code}"}}"#)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests(case: Case) -> Requests {
        Requests::new(case, Arc::new(Preloaded::example(4)), 2..4)
    }

    fn count(case: Case) -> usize {
        let (requests, mut out) = (requests(case), Vec::new());
        (0..100).take_while(|_| requests.write_next(&mut out)).count()
    }

    #[test]
    fn a_challenge_is_answered_no_more_often_than_it_can_be() {
        assert_eq!(count(Case::VerifyRight), 2);
        assert_eq!(count(Case::VerifyWrong), 8);
        assert_eq!(count(Case::Mint), 100);
    }

    #[test]
    fn a_wrong_code_is_not_the_right_one() {
        let preloaded = Preloaded::example(3);
        assert!((0..3).all(|row| preloaded.code(row) != preloaded.wrong_code(row)));
        assert_eq!(preloaded.code(2).len(), 6);
    }

    #[test]
    fn requests_are_those_of_the_api() {
        let mut out = Vec::new();
        assert!(requests(Case::VerifyRight).write_next(&mut out));
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("POST /verify-otp HTTP/1.1\r\n"), "{text}");
        assert!(text.ends_with(r#"{"shareableKey":"key2","otp":"000002"}"#), "{text}");
    }
}
