// SPDX-License-Identifier: MIT

//! An OtpMint in memory, for the tests of your app: challenges, factors, relayed messages and receipts of one tenant.
//! Nothing is sent, and its time passes when you say so.
//!
//! It has no limits for recipients and addresses (use [`Fake::refuse_next`]), no hosted pages and no webhooks. The same
//! contract is tested with it and with a real server.

mod bodies;
mod book;
mod factors;
mod messages;
mod problems;
mod routes;
mod signer;
mod totp;
mod views;

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::Timestamp;

use self::book::Book;
pub use self::book::Message;
use self::factors::FactorBook;
use self::messages::MessageBook;
use self::problems::Refused;
use self::routes::Kept;
use self::signer::Signer;
use crate::client::Client;
use crate::error::Error;
use crate::holder::Holder;
use crate::receipts::ReceiptVerifier;
use crate::settings::Builder;
use crate::transport::{Lost, Request, Response, Transport};

/// What the fake is reached with.
const BASE_URL: &str = "https://otpmint.test";
const SECRET_KEY: &str = "otpm_test_fake";
const AUDIENCE: &str = "tnt_fake";

/// The OtpMint in memory. A clone is the same one.
#[derive(Clone)]
pub struct Fake(Arc<Mutex<State>>);

struct State {
    book: Book,
    factors: FactorBook,
    relayed: MessageBook,
    signer: Signer,
    kept: HashMap<String, Kept>,
    refusals: VecDeque<Refused>,
    losing: u32,
    answers: u32,
}

impl Default for Fake {
    fn default() -> Self {
        Self::new()
    }
}

impl Fake {
    /// A fake whose codes are `42` repeated, as in a sandbox: 424242. Its time is the present, and stands still.
    #[must_use]
    pub fn new() -> Self {
        Self::at(crate::transport::now())
    }

    /// The same at another time.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        let state = State {
            book: Book::new(now),
            factors: FactorBook::default(),
            relayed: MessageBook::default(),
            signer: Signer::new(),
            kept: HashMap::new(),
            refusals: VecDeque::new(),
            losing: 0,
            answers: 0,
        };
        Self(Arc::new(Mutex::new(state)))
    }

    /// How many answers a challenge takes; 5 by default.
    #[must_use]
    pub fn attempts(self, attempts: u32) -> Self {
        self.state().book.attempts = attempts;
        self
    }

    /// The code for each challenge, by the length that the mint asks for.
    #[must_use]
    pub fn code(self, code: impl Fn(usize) -> String + Send + 'static) -> Self {
        self.state().book.code = Box::new(code);
        self
    }

    /// A client of the fake, to be given to your app.
    #[must_use]
    pub fn client(&self) -> Client {
        self.builder().client(SECRET_KEY).expect("the fake's own settings are good")
    }

    /// A client of a holder of this key.
    ///
    /// # Errors
    ///
    /// [`Kind::NotFound`](crate::Kind::NotFound) for what cannot be one.
    pub fn holder(&self, key: &str) -> Result<Holder, Error> {
        self.builder().holder(key)
    }

    /// Checks the receipts of the fake, by its clock.
    #[must_use]
    pub fn receipt_verifier(&self) -> ReceiptVerifier {
        let clock = self.clone();
        let verifier = self.builder().receipt_verifier(AUDIENCE).expect("the fake's own settings are good");
        verifier.clock(move || clock.now())
    }

    /// For a client that your app makes itself, with [`Fake::secret_key`].
    #[must_use]
    pub fn builder(&self) -> Builder {
        Builder::new(BASE_URL).transport(Arc::new(self.clone()))
    }

    /// That of the tenant.
    #[must_use]
    pub fn secret_key(&self) -> &'static str {
        SECRET_KEY
    }

    /// The time of the fake.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.state().book.now
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        let mut state = self.state();
        state.book.now = state.book.now.checked_add(by).unwrap_or(Timestamp::MAX);
    }

    /// What would have been sent, oldest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.state().book.messages.clone()
    }

    /// What the user's authenticator app shows now, if there is such a factor. It is accepted once: [`Fake::advance`] by
    /// 30 seconds for the next one.
    #[must_use]
    pub fn app_code(&self, factor: &str) -> Option<String> {
        let mut state = self.state();
        let now = state.book.now;
        state.factors.app_code(factor, now)
    }

    /// Refuses the next request before anything is done, such as with 429 and `sends_per_recipient`. Several are
    /// refused one after the other.
    pub fn refuse_next(&self, status: u16, code: &str, retry_after: Option<u32>) {
        self.state().refusals.push_back(Refused::any(status, code, retry_after));
    }

    /// Carries out the next request, and loses its answer: the connection breaks.
    pub fn lose_next_answer(&self) {
        self.state().losing += 1;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn answer(&self, request: &Request) -> Result<Response, Lost> {
        let Some(path) = request.url.strip_prefix(BASE_URL).filter(|path| path.starts_with('/')) else {
            return Err(Lost("this is another server than the fake".to_owned()));
        };
        let mut state = self.state();
        let mut answer = state.route(request, path);
        state.answers += 1;
        answer.headers.push(("X-Request-Id".to_owned(), format!("fake-{:08}", state.answers)));
        if state.losing > 0 {
            state.losing -= 1;
            return Err(Lost("the fake loses this answer".to_owned()));
        }
        Ok(answer)
    }
}

impl Transport for Fake {
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Response, Lost>> + Send + '_>> {
        Box::pin(async move { self.answer(&request) })
    }
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fake")
    }
}
