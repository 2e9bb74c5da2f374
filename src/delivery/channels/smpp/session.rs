//! Sessions: messages and their answers over a connection that is logged in.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

use super::failure::{Cause, Phase, SmppFailure};
use super::life::{Life, Shared, Why};
use super::limits::SmppLimits;
use super::pdu::{Command, Pdu};
use super::pending::{Answer, Awaited, AwaitedMessage};
use super::receipt::Receipt;
use super::session_loop::SessionLoop;
use super::wire::Wire;
use super::writer::{Stage, Write};
use crate::delivery::ports::budget::Budget;

/// A session. It ends when it is dropped.
pub(super) struct Session {
    shared: Arc<Shared>,
    writes: mpsc::Sender<Write>,
    window: Arc<Semaphore>,
    limits: SmppLimits,
}

impl Session {
    /// Starts a session over a wire that is logged in. Receipts go to `receipts`.
    pub(super) fn start(
        wire: Wire,
        window: u16,
        limits: &SmppLimits,
        receipts: mpsc::Sender<Receipt>,
    ) -> Self {
        let window = usize::from(window);
        let shared = Arc::new(Shared::new());
        // Room for the window, and for the answers to as much as the centre may say at once.
        let (writes, queue) = mpsc::channel(window + 256);
        let session_loop = SessionLoop::new(Arc::clone(&shared), limits.clone(), writes.clone(), receipts);
        tokio::spawn(session_loop.run(wire, queue));
        Self { shared, writes, window: Arc::new(Semaphore::new(window)), limits: limits.clone() }
    }

    /// Sends a message, and returns the centre's id of it. Ends within the budget.
    pub(super) async fn submit(
        &self,
        body: Zeroizing<Vec<u8>>,
        budget: Budget,
    ) -> Result<Option<String>, SmppFailure> {
        let waiting = timeout_at(budget.begin, Arc::clone(&self.window).acquire_owned());
        let permit = match waiting.await {
            Ok(permit) => permit.map_err(|_| Cause::Ended.at(Phase::Waiting))?,
            Err(_) => return Err(Cause::TimedOut.at(Phase::Waiting)),
        };
        let (sender, receiver) = oneshot::channel();
        let sequence = self.expect(Awaited::Message(AwaitedMessage { answer: sender, _place: permit }))?;
        let stage = Stage::default();
        let octets = Pdu::request(Command::SUBMIT_SM, sequence, body).encode();
        if self.writes.try_send(Write { octets, stage: Some(stage.clone()) }).is_err() {
            self.shared.state().pending.forget(sequence);
            return Err(Cause::Ended.at(Phase::Waiting));
        }
        let answer = self.answer(receiver, &stage, budget).await;
        answer.map_err(|cause| match cause {
            Cause::Answered(_) => cause.at(Phase::Submitted),
            cause if stage.withdraw() => {
                self.shared.state().pending.forget(sequence);
                cause.at(Phase::Waiting)
            }
            cause => cause.at(Phase::Submitted),
        })
    }

    fn expect(&self, awaited: Awaited) -> Result<u32, SmppFailure> {
        let mut state = self.shared.state();
        // Under the lock: the loop gives up what is pending after it has said that the session is over.
        if *self.shared.life.borrow() != Life::Open {
            return Err(Cause::Ended.at(Phase::Waiting));
        }
        state.last_message = Instant::now();
        let sequence = state.pending.expect(awaited, self.limits.answer);
        self.shared.wake.notify_one();
        Ok(sequence)
    }

    async fn answer(&self, mut receiver: oneshot::Receiver<Answer>, stage: &Stage, budget: Budget) -> Answer {
        let answer = match timeout_at(budget.begin, &mut receiver).await {
            Ok(answer) => answer,
            // What was not begun by now is not begun at all.
            Err(_) if stage.withdraw() => return Err(Cause::TimedOut),
            Err(_) => timeout_at(budget.end, receiver).await.map_err(|_| Cause::TimedOut)?,
        };
        answer.unwrap_or(Err(Cause::Ended))
    }

    /// Returns whether the session takes messages.
    pub(super) fn is_open(&self) -> bool {
        *self.shared.life.borrow() == Life::Open
    }

    /// Returns whether any message was answered.
    pub(super) fn has_worked(&self) -> bool {
        self.shared.state().has_worked
    }

    /// Takes no more messages, and ends when those that it has are answered.
    pub(super) fn leave(&self) {
        self.shared.leave(Why::Asked);
    }

    /// Waits until the session takes no more messages. Returns why.
    pub(super) async fn left(&self) -> Why {
        self.reached(|life| !matches!(life, Life::Open)).await
    }

    /// Waits until the session is over.
    pub(super) async fn over(&self) {
        self.reached(|life| matches!(life, Life::Over(_))).await;
    }

    async fn reached(&self, is_far_enough: impl FnMut(&Life) -> bool) -> Why {
        let mut life = self.shared.life.subscribe();
        match life.wait_for(is_far_enough).await.as_deref() {
            Ok(Life::Leaving(why) | Life::Over(why)) => why.clone(),
            Ok(Life::Open) | Err(_) => Why::Asked,
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.leave();
    }
}
