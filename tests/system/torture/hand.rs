//! Carries out operations and records their outcomes.

use std::thread;
use std::time::Duration;

use crate::support::client::Reply;
use crate::torture::asked::is_to_be_repeated;
use crate::torture::history::{Action, Answer, Effect, Operation};
use crate::torture::line::{Line, Request};
use crate::torture::world::{Credential, Unavailable, World};

/// Between two tries of the same request.
const PAUSE: Duration = Duration::from_millis(5);

/// The subject of an operation.
#[derive(Clone, Copy, Debug)]
pub struct What<'a> {
    pub action: Action,
    pub challenge: Option<usize>,
    pub credential: Option<&'a Credential>,
}

/// How to make a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    /// Once; without an answer the outcome is unknown.
    Plain,
    /// With an `Idempotency-Key`, until it is answered.
    Insisting,
    /// The same, and once more after that.
    Repeating,
}

/// A client that does one thing after the other.
pub struct Hand<'a> {
    pub world: &'a World,
    line: Line<'a>,
    pub log: Vec<Operation>,
}

impl<'a> Hand<'a> {
    pub fn new(world: &'a World) -> Hand<'a> {
        Hand { world, line: Line::new(world), log: Vec::new() }
    }

    /// Sends the request, and records what `read` makes of the answer; it gets the number of the try that was
    /// answered.
    pub fn perform(
        &mut self,
        what: What,
        mut request: Request,
        manner: Manner,
        mut read: impl FnMut(&Reply, usize) -> Answer,
    ) -> Option<Answer> {
        self.line.connect();
        let invoked = self.world.ticker.now();
        if manner != Manner::Plain {
            request.headers.push(format!("Idempotency-Key: \"operation-{}\"", invoked.tick));
        }
        let mut tries = 1;
        let answer = self.ask(&request, manner, &mut tries, &mut read);
        let completed = self.world.ticker.now();
        let mut operation = Operation {
            action: what.action,
            challenge: what.challenge,
            credential: what.credential.map(|credential| credential.number),
            invoked,
            completed,
            answer: answer.clone(),
            repeated: None,
        };
        self.world.note(answer.is_some());
        // A request that changed nothing may be decided differently the next time.
        if manner == Manner::Repeating && operation.effect() == Effect::Sure {
            tries += 1;
            self.line.connect();
            operation.repeated = self.ask(&request, manner, &mut tries, &mut read);
        }
        self.log.push(operation);
        answer
    }

    fn ask(
        &mut self,
        request: &Request,
        manner: Manner,
        tries: &mut usize,
        read: &mut impl FnMut(&Reply, usize) -> Answer,
    ) -> Option<Answer> {
        loop {
            let answer = self.line.exchange(request).map(|reply| read(&reply, *tries));
            let is_settled = answer.as_ref().is_some_and(|answer| !is_to_be_repeated(answer));
            if manner == Manner::Plain || is_settled || self.world.is_abandoned() {
                return answer.filter(|answer| !self.is_unknown(answer));
            }
            *tries += 1;
            thread::sleep(PAUSE);
            self.line.connect();
        }
    }

    fn is_unknown(&self, answer: &Answer) -> bool {
        self.world.unavailable == Unavailable::Unknown
            && matches!(answer, Answer::Refused(code) if code == "store_unavailable")
    }
}
