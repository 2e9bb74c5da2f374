//! The requests of a session that have no answer yet.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::Instant;

use super::failure::Cause;
use super::fields::Fields;
use super::message_id;
use super::opening::FIRST_SEQUENCE;
use super::pdu::{Command, InvalidPdu, LAST_SEQUENCE, Pdu};
use super::status::Status;

/// The answer to a message: the centre's id of it, which some leave out.
pub(super) type Answer = Result<Option<String>, Cause>;

/// What is waited for.
pub(super) enum Awaited {
    /// The answer to a message.
    Message(AwaitedMessage),
    /// A sign that the centre is still there.
    Enquiry,
    /// Its farewell.
    Farewell,
}

/// A message without an answer.
pub(super) struct AwaitedMessage {
    pub(super) answer: oneshot::Sender<Answer>,
    /// Its place in the window, which it has until then.
    pub(super) _place: OwnedSemaphorePermit,
}

/// What an answer was for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Answered {
    /// A message.
    Message,
    /// An enquiry, or nothing that is still waited for.
    Other,
    /// Our farewell.
    Farewell,
}

/// What was not answered in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Overdue {
    /// Nothing.
    Nothing,
    /// A message. The centre may have lost it alone.
    Message,
    /// A request that any centre answers at once.
    Session,
}

/// The requests without an answer.
pub(super) struct Pending {
    waiting: HashMap<u32, Entry>,
    last: u32,
}

struct Entry {
    until: Instant,
    awaited: Awaited,
}

impl Default for Pending {
    fn default() -> Self {
        Self { waiting: HashMap::new(), last: FIRST_SEQUENCE }
    }
}

impl Pending {
    /// Expects an answer within `limit`. Returns the sequence number for the request.
    pub(super) fn expect(&mut self, awaited: Awaited, limit: Duration) -> u32 {
        loop {
            self.last = if self.last >= LAST_SEQUENCE { 1 } else { self.last + 1 };
            if !self.waiting.contains_key(&self.last) {
                break;
            }
        }
        self.waiting.insert(self.last, Entry { until: Instant::now() + limit, awaited });
        self.last
    }

    /// Expects an answer no longer: the request was not sent.
    pub(super) fn forget(&mut self, sequence: u32) {
        self.waiting.remove(&sequence);
    }

    /// Takes an answer. One that is late is for nobody.
    pub(super) fn take(&mut self, pdu: &Pdu) -> Result<Answered, InvalidPdu> {
        let Some(Entry { awaited, .. }) = self.waiting.remove(&pdu.sequence) else {
            return Ok(Answered::Other);
        };
        let request = match awaited {
            Awaited::Message(..) => Command::SUBMIT_SM,
            Awaited::Enquiry => Command::ENQUIRE_LINK,
            Awaited::Farewell => Command::UNBIND,
        };
        let is_refusal = pdu.command == Command::GENERIC_NACK && pdu.status != 0;
        if pdu.command != request.answer() && !is_refusal {
            return Err(InvalidPdu::Answer);
        }
        Ok(match awaited {
            Awaited::Message(AwaitedMessage { answer, .. }) => {
                // Whoever waited may have given up.
                let _ = answer.send(read(pdu));
                Answered::Message
            }
            Awaited::Enquiry => Answered::Other,
            Awaited::Farewell => Answered::Farewell,
        })
    }

    /// Gives up what is overdue.
    pub(super) fn expire(&mut self, now: Instant) -> Overdue {
        let mut overdue = Overdue::Nothing;
        for (_, entry) in self.waiting.extract_if(|_, entry| entry.until <= now) {
            overdue = match (entry.awaited, overdue) {
                (Awaited::Message(AwaitedMessage { answer, .. }), overdue) => {
                    let _ = answer.send(Err(Cause::TimedOut));
                    if overdue == Overdue::Session { overdue } else { Overdue::Message }
                }
                (Awaited::Enquiry | Awaited::Farewell, _) => Overdue::Session,
            };
        }
        overdue
    }

    /// Gives up everything.
    pub(super) fn end(&mut self, cause: &Cause) {
        for (_, entry) in self.waiting.drain() {
            if let Awaited::Message(AwaitedMessage { answer, .. }) = entry.awaited {
                let _ = answer.send(Err(cause.clone()));
            }
        }
    }

    /// Returns when the next request is overdue.
    pub(super) fn next(&self) -> Option<Instant> {
        self.waiting.values().map(|entry| entry.until).min()
    }

    /// Returns whether a message waits for its answer.
    pub(super) fn has_messages(&self) -> bool {
        self.waiting.values().any(|entry| matches!(entry.awaited, Awaited::Message(..)))
    }

    /// Returns whether an enquiry or a farewell waits for its answer.
    pub(super) fn has_enquiries(&self) -> bool {
        self.waiting.values().any(|entry| !matches!(entry.awaited, Awaited::Message(..)))
    }
}

/// Reads the answer to a message (§4.4.2).
fn read(pdu: &Pdu) -> Answer {
    if pdu.status != 0 {
        return Err(Cause::Answered(Status(pdu.status)));
    }
    let id = Fields::of(&pdu.body).text().ok().map(String::from_utf8_lossy);
    let id = id.map(|id| message_id::plain(&id)).filter(|id| !id.is_empty() && id.len() <= 65);
    Ok(id.filter(|id| id.bytes().all(|b| b.is_ascii_graphic())))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Semaphore;
    use zeroize::Zeroizing;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(5);

    fn message() -> (Awaited, oneshot::Receiver<Answer>) {
        let permit = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        let (sender, receiver) = oneshot::channel();
        (Awaited::Message(AwaitedMessage { answer: sender, _place: permit }), receiver)
    }

    fn answer(command: Command, status: u32, sequence: u32, body: &[u8]) -> Pdu {
        Pdu { command, status, sequence, body: Zeroizing::new(body.to_vec()) }
    }

    #[test]
    fn an_answer_goes_to_the_request_of_its_number_in_any_order() {
        let mut pending = Pending::default();
        let ((one, mut first), (two, mut second)) = (message(), message());
        let (one, two) = (pending.expect(one, LIMIT), pending.expect(two, LIMIT));
        let resp = Command::SUBMIT_SM.answer();
        assert_eq!(pending.take(&answer(resp, 0, two, b"00AB\0")), Ok(Answered::Message));
        assert!(first.try_recv().is_err() && pending.has_messages());
        assert_eq!(second.try_recv().unwrap(), Ok(Some("ab".to_owned())));
        assert_eq!(pending.take(&answer(resp, 0x58, one, b"")), Ok(Answered::Message));
        assert_eq!(first.try_recv().unwrap(), Err(Cause::Answered(Status(0x58))));
        assert_eq!(pending.take(&answer(resp, 0, one, b"1\0")), Ok(Answered::Other), "a second answer");
    }

    #[test]
    fn an_answer_of_another_kind_is_none() {
        let mut pending = Pending::default();
        let (awaited, mut receiver) = message();
        let sequence = pending.expect(awaited, LIMIT);
        let wrong = answer(Command::ENQUIRE_LINK.answer(), 0, sequence, b"");
        assert_eq!(pending.take(&wrong), Err(InvalidPdu::Answer));
        assert!(receiver.try_recv().is_err());
        let (awaited, mut receiver) = message();
        let sequence = pending.expect(awaited, LIMIT);
        pending.take(&answer(Command::GENERIC_NACK, 3, sequence, b"")).unwrap();
        assert_eq!(receiver.try_recv().unwrap(), Err(Cause::Answered(Status(3))));
    }

    #[test]
    fn what_is_overdue_is_given_up_and_numbers_begin_anew_at_the_end() {
        let mut pending = Pending { last: LAST_SEQUENCE - 1, ..Pending::default() };
        let (awaited, mut receiver) = message();
        assert_eq!(pending.expect(awaited, LIMIT), LAST_SEQUENCE);
        assert_eq!(pending.expect(Awaited::Enquiry, LIMIT * 2), 1);
        assert_eq!(pending.expire(Instant::now()), Overdue::Nothing);
        assert_eq!(pending.expire(Instant::now() + LIMIT), Overdue::Message);
        assert_eq!(receiver.try_recv().unwrap(), Err(Cause::TimedOut));
        assert!(pending.has_enquiries());
        assert_eq!(pending.expire(Instant::now() + LIMIT * 2), Overdue::Session);
    }
}
