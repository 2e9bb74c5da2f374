//! The task of a session: reads, answers, and watches the time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};
use zeroize::Zeroizing;

use super::failure::Cause;
use super::life::{Life, Shared, Why};
use super::limits::SmppLimits;
use super::pdu::{Command, InvalidPdu, Pdu};
use super::pending::{Answered, Awaited, Overdue};
use super::receipt::{self, Delivered, Receipt};
use super::wire::Wire;
use super::writer::{Write, write_all};

/// The status of an answer to a request that we do not know (§5.1.3).
const UNKNOWN_COMMAND: u32 = 0x03;
/// That of an answer to what we cannot take now: the centre delivers it once more.
const LATER: u32 = 0x64;
/// How long the centre may take to hear that the session is over.
const FAREWELL: Duration = Duration::from_secs(1);

/// What the task of a session works with.
pub(super) struct SessionLoop {
    shared: Arc<Shared>,
    limits: SmppLimits,
    writes: mpsc::Sender<Write>,
    receipts: mpsc::Sender<Receipt>,
    /// When the centre was heard last.
    heard: Instant,
}

/// Why the loop ends.
enum End {
    /// Both sides have taken leave.
    Farewell,
    /// The session cannot go on.
    Failed(Cause),
}

impl From<Cause> for End {
    fn from(cause: Cause) -> Self {
        Self::Failed(cause)
    }
}

impl SessionLoop {
    /// Creates the task.
    pub(super) fn new(
        shared: Arc<Shared>,
        limits: SmppLimits,
        writes: mpsc::Sender<Write>,
        receipts: mpsc::Sender<Receipt>,
    ) -> Self {
        Self { shared, limits, writes, receipts, heard: Instant::now() }
    }

    /// Runs the session to its end.
    pub(super) async fn run(mut self, wire: Wire, queue: mpsc::Receiver<Write>) {
        let Wire { mut incoming, outgoing } = wire;
        let (failed, mut failure) = oneshot::channel();
        let mut writes = true;
        let mut writer = tokio::spawn(write_all(outgoing, queue, self.shared.life.subscribe(), failed));
        let end = loop {
            let next = self.next_moment();
            let step = tokio::select! {
                read = incoming.next() => read.map_err(End::from).and_then(|pdu| self.take(&pdu)),
                cause = &mut failure, if writes => {
                    writes = false;
                    // Answers may have arrived before the connection broke.
                    self.shared.leave(Why::Failed(cause.unwrap_or(Cause::Ended)));
                    Ok(())
                }
                () = self.shared.wake.notified() => Ok(()),
                () = sleep_until(next) => Ok(()),
            };
            if let Err(end) = step.and_then(|()| self.look()) {
                break end;
            }
        };
        self.end(end);
        if timeout(FAREWELL, &mut writer).await.is_err() {
            // It is stuck with a centre that does not read.
            writer.abort();
        }
    }

    /// Ends the session for everybody who waits.
    fn end(&self, end: End) {
        let cause = match end {
            End::Farewell => Cause::Ended,
            End::Failed(cause) => cause,
        };
        let mut state = self.shared.state();
        self.shared.life.send_modify(|life| {
            let why = match life {
                Life::Leaving(why) | Life::Over(why) => why.clone(),
                Life::Open => Why::Failed(cause.clone()),
            };
            *life = Life::Over(why);
        });
        state.pending.end(&cause);
    }

    fn life(&self) -> Life {
        self.shared.life.borrow().clone()
    }

    /// Returns when something is to be done even if nothing happens.
    fn next_moment(&self) -> Instant {
        let state = self.shared.state();
        let overdue = state.pending.next();
        let enquiry = (!state.pending.has_enquiries()).then_some(self.heard + self.limits.enquire);
        let idle = (self.life() == Life::Open).then_some(state.last_message + self.limits.idle);
        let moments = [overdue, enquiry, idle].into_iter().flatten();
        moments.min().unwrap_or(self.heard + self.limits.enquire)
    }

    /// Does what is due.
    fn look(&self) -> Result<(), End> {
        let now = Instant::now();
        let (overdue, is_idle) = {
            let mut state = self.shared.state();
            (state.pending.expire(now), now >= state.last_message + self.limits.idle)
        };
        match overdue {
            Overdue::Nothing => {}
            Overdue::Message => self.shared.leave(Why::Failed(Cause::TimedOut)),
            Overdue::Session => return Err(End::Failed(Cause::TimedOut)),
        }
        if is_idle {
            self.shared.leave(Why::Idle);
        }
        let (has_messages, has_enquiries) = {
            let state = self.shared.state();
            (state.pending.has_messages(), state.pending.has_enquiries())
        };
        match self.life() {
            Life::Leaving(_) if !has_messages && !has_enquiries => {
                self.ask(Command::UNBIND, Awaited::Farewell)
            }
            _ if !has_enquiries && now >= self.heard + self.limits.enquire => {
                self.ask(Command::ENQUIRE_LINK, Awaited::Enquiry)
            }
            _ => Ok(()),
        }
    }

    fn ask(&self, command: Command, awaited: Awaited) -> Result<(), End> {
        let sequence = self.shared.state().pending.expect(awaited, self.limits.answer);
        self.write(&Pdu::request(command, sequence, Zeroizing::default()))
    }

    fn write(&self, pdu: &Pdu) -> Result<(), End> {
        let write = Write { octets: pdu.encode(), stage: None };
        // A centre that asks and does not read the answers is not waited for.
        self.writes.try_send(write).map_err(|_| End::Failed(Cause::TimedOut))
    }

    /// Takes a PDU.
    fn take(&mut self, pdu: &Pdu) -> Result<(), End> {
        self.heard = Instant::now();
        match pdu.command {
            answer if answer.is_answer() => self.take_answer(pdu),
            Command::DELIVER_SM => {
                let status = self.take_delivered(pdu);
                // Without an id, which is unused (§4.6.2).
                self.write(&Pdu::answer_to(pdu, status, &[0]))
            }
            Command::ENQUIRE_LINK => self.write(&Pdu::answer_to(pdu, 0, &[])),
            Command::UNBIND => {
                self.write(&Pdu::answer_to(pdu, 0, &[]))?;
                Err(End::Failed(Cause::Ended))
            }
            Command::OUTBIND | Command::ALERT_NOTIFICATION => Ok(()),
            _ => {
                let nack =
                    Pdu { command: Command::GENERIC_NACK, ..Pdu::answer_to(pdu, UNKNOWN_COMMAND, &[]) };
                self.write(&nack)
            }
        }
    }

    fn take_answer(&self, pdu: &Pdu) -> Result<(), End> {
        let mut state = self.shared.state();
        match state.pending.take(pdu).map_err(Cause::from)? {
            Answered::Message => {
                state.has_worked = true;
                Ok(())
            }
            Answered::Other => Ok(()),
            Answered::Farewell => Err(End::Farewell),
        }
    }

    /// Takes what the centre delivers. Returns the status of the answer.
    fn take_delivered(&self, pdu: &Pdu) -> u32 {
        match receipt::read(&pdu.body) {
            Ok(Delivered::Receipt(receipt)) => match self.receipts.try_send(receipt) {
                Ok(()) => 0,
                Err(_) => LATER,
            },
            Ok(Delivered::Other) => {
                tracing::debug!("a message centre delivered something other than a receipt");
                0
            }
            // It would be no better a second time.
            Err(InvalidPdu::Length(_) | InvalidPdu::Body | InvalidPdu::Answer) => {
                tracing::debug!("a message centre delivered something that cannot be read");
                0
            }
        }
    }
}
