//! The requests of one case, in the form of the API.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::cases::Case;
use super::client::{Head, write_request};
use crate::rig::preloaded::{Known, Preloaded};

/// Wrong answers to one challenge: one fewer than the default policy allows, so that it stays pending.
const WRONG_ANSWERS: usize = 4;

/// Queued mints in one round. The outbox has 10 000 places (`delivery.queue`), of which one tenant gets half;
/// one more would be refused.
pub(crate) const QUEUED: usize = 4_500;

/// The requests of one case, shared by all connections.
pub(crate) struct Requests {
    case: Case,
    preloaded: Arc<Preloaded>,
    rows: Range<usize>,
    limit: Option<usize>,
    next: AtomicUsize,
    minted: Option<Mutex<Vec<Known>>>,
}

impl Requests {
    /// Requests about the challenges in `rows`, each of which may be used up.
    pub(crate) fn new(case: Case, preloaded: Arc<Preloaded>, rows: Range<usize>) -> Self {
        let limit = match case {
            Case::Noop | Case::Status | Case::MintNone | Case::Mint => None,
            Case::MintQueued => Some(QUEUED),
            Case::VerifyWrong => Some(rows.len() * WRONG_ANSWERS),
            Case::VerifyRight => Some(rows.len()),
        };
        Self { case, preloaded, rows, limit, next: AtomicUsize::new(0), minted: None }
    }

    /// `count` mints whose challenges can be answered later: [`Requests::take_minted`].
    pub(crate) fn minting(preloaded: Arc<Preloaded>, count: usize) -> Self {
        let requests = Self::new(Case::MintNone, preloaded, 0..0);
        Self { limit: Some(count), minted: Some(Mutex::default()), ..requests }
    }

    pub(crate) fn case(&self) -> Case {
        self.case
    }

    /// How many there are at most; `None` if there is always a next one.
    pub(crate) fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// The challenges in `rows` that the requests so far have used.
    pub(crate) fn used(&self) -> usize {
        self.next.load(Ordering::Relaxed).min(self.rows.len())
    }

    /// Writes the next request; `false` if no challenge is left for one.
    pub(crate) fn write_next(&self, out: &mut Vec<u8>) -> bool {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        if self.limit.is_some_and(|limit| number >= limit) {
            return false;
        }
        // Each challenge once before any is used again.
        let row = self.rows.start + number % self.rows.len().max(1);
        match self.case {
            Case::Noop => write_request(out, Head::get("/livez"), ""),
            Case::Status => self.write_status(out, row),
            Case::VerifyWrong => self.write_verify(out, row, &self.preloaded.wrong_code(row)),
            Case::VerifyRight => self.write_verify(out, row, &self.preloaded.code(row)),
            Case::Mint => self.write_compat_mint(out),
            Case::MintNone => {
                self.write_mint(out, &self.preloaded.secret_keys.reveal, r#","channel":"none""#)
            }
            Case::MintQueued => self.write_mint(out, &self.preloaded.secret_keys.usual, ""),
        }
        true
    }

    /// Records each right answer.
    pub(crate) fn learn(&self, answer: &[u8]) {
        if let (Some(minted), Some(known)) = (&self.minted, Known::minted(answer)) {
            minted.lock().unwrap_or_else(PoisonError::into_inner).push(known);
        }
    }

    /// The challenges that were minted.
    pub(crate) fn take_minted(&self) -> Vec<Known> {
        let Some(minted) = &self.minted else { return Vec::new() };
        std::mem::take(&mut minted.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn write_compat_mint(&self, out: &mut Vec<u8>) {
        let (to, key) = (self.preloaded.next_recipient(), &self.preloaded.secret_keys.usual);
        write_request(out, Head::post("/otp"), &format!(r#"{{"mail":"{to}","secretKey":"{key}"}}"#));
    }

    fn write_mint(&self, out: &mut Vec<u8>, key: &str, channel: &str) {
        let to = self.preloaded.next_recipient();
        let head = Head { bearer: Some(key), ..Head::post("/v1/challenges") };
        write_request(out, head, &format!(r#"{{"to":"{to}"{channel}}}"#));
    }

    fn write_status(&self, out: &mut Vec<u8>, row: usize) {
        let path = format!("/v1/challenges/{}", self.preloaded.key(row));
        let head = Head { bearer: Some(&self.preloaded.secret_keys.usual), ..Head::get(&path) };
        write_request(out, head, "");
    }

    fn write_verify(&self, out: &mut Vec<u8>, row: usize, code: &str) {
        let key = self.preloaded.key(row);
        let body = format!(r#"{{"shareableKey":"{key}","otp":"{code}"}}"#);
        write_request(out, Head::post("/verify-otp"), &body);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests(case: Case) -> Requests {
        Requests::new(case, Arc::new(Preloaded::example(4)), 2..4)
    }

    fn count(requests: &Requests) -> usize {
        let mut out = Vec::new();
        (0..10_000).take_while(|_| requests.write_next(&mut out)).count()
    }

    #[test]
    fn a_challenge_is_answered_no_more_often_than_it_can_be() {
        assert_eq!(count(&requests(Case::VerifyRight)), 2);
        assert_eq!(count(&requests(Case::VerifyWrong)), 8);
        assert_eq!(count(&requests(Case::MintQueued)), QUEUED);
        assert_eq!(count(&requests(Case::Mint)), 10_000);
    }

    #[test]
    fn what_was_used_can_be_replaced() {
        let answers = requests(Case::VerifyWrong);
        assert_eq!(answers.used(), 0);
        count(&answers);
        assert_eq!(answers.used(), 2);
        let minting = Requests::minting(Arc::new(Preloaded::example(0)), 3);
        assert_eq!(count(&minting), 3);
        minting.learn(br#"{"key":"aaaaaaaaaaaaaaaaaaaaaab","code":"000042"}"#);
        assert_eq!(minting.take_minted().len(), 1);
    }

    #[test]
    fn requests_are_those_of_the_api() {
        let text = |case| {
            let mut out = Vec::new();
            assert!(requests(case).write_next(&mut out));
            String::from_utf8(out).unwrap()
        };
        let verify = text(Case::VerifyRight);
        assert!(verify.starts_with("POST /verify-otp HTTP/1.1\r\n"), "{verify}");
        let body = r#"{"shareableKey":"aaaaaaaaaaaaaaaaaaaaaa2","otp":"000002"}"#;
        assert!(verify.ends_with(body), "{verify}");
        let status = text(Case::Status);
        assert!(status.starts_with("GET /v1/challenges/aaaaaaaaaaaaaaaaaaaaaa2 HTTP/1.1\r\n"), "{status}");
        assert!(status.contains("\r\nAuthorization: Bearer usual\r\n"), "{status}");
        let mint = text(Case::MintNone);
        assert!(mint.contains("Bearer reveal\r\n") && mint.ends_with(r#""channel":"none"}"#), "{mint}");
    }
}
