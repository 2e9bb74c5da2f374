//! Receipts on their way to whoever records them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::message_id;
use super::owner::Owner;
use super::receipt::Receipt;
use super::sent::Sent;
use crate::delivery::ports::reports::DeliveryReports;
use crate::domain::deliveries::provider_report::{ProviderReport, ReportOutcome, ReportedMessage};

/// How many receipts of an account wait for their message at most.
const MANY: usize = 1_000;

/// Hands the receipts of an account on. One whose message is not known yet is kept for a while: it may have
/// overtaken the answer to the message, or the record of it.
pub(super) struct Receipts {
    pub(super) owner: Owner,
    pub(super) sent: Arc<Sent>,
    pub(super) reports: Arc<dyn DeliveryReports>,
    /// The pauses after which a receipt is matched once more.
    pub(super) pauses: [Duration; 3],
}

/// A receipt whose message is not known yet.
struct Unmatched {
    due: Instant,
    receipt: Receipt,
}

impl Receipts {
    /// Runs until no more receipts can come and none waits.
    pub(super) async fn run(self, mut incoming: mpsc::Receiver<Receipt>) {
        // One queue for each pause, so that each is in the order of time.
        let mut unmatched: [VecDeque<Unmatched>; 3] = Default::default();
        let mut is_open = true;
        while is_open || unmatched.iter().any(|queue| !queue.is_empty()) {
            let next = unmatched.iter().filter_map(|queue| Some(queue.front()?.due)).min();
            tokio::select! {
                receipt = incoming.recv(), if is_open => match receipt {
                    Some(receipt) => self.try_again(receipt, 0, &mut unmatched).await,
                    None => is_open = false,
                },
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => {
                    for at in 0..unmatched.len() {
                        for receipt in due(&mut unmatched[at]) {
                            self.try_again(receipt, at + 1, &mut unmatched).await;
                        }
                    }
                }
            }
        }
    }

    /// Records a receipt that was tried `tries` times before, or keeps it until the next time.
    async fn try_again(&self, receipt: Receipt, tries: usize, unmatched: &mut [VecDeque<Unmatched>; 3]) {
        let is_last = tries >= unmatched.len();
        if self.record(&receipt, is_last).await {
            return;
        }
        match unmatched.get_mut(tries) {
            Some(queue) => {
                if queue.len() >= MANY {
                    queue.pop_front();
                }
                queue.push_back(Unmatched { due: Instant::now() + self.pauses[tries], receipt });
            }
            None => tracing::debug!(owner = ?self.owner, "a receipt belongs to no message"),
        }
    }

    /// Records a receipt, if its message is known. If it is not for long, the message may be one from before
    /// a start of this program.
    async fn record(&self, receipt: &Receipt, is_last: bool) -> bool {
        let plain = || is_last.then(|| message_id::plain(&receipt.id));
        let Some(id) = self.sent.find(receipt).or_else(plain) else { return false };
        let report = ProviderReport {
            route: self.owner.route.clone(),
            message: ReportedMessage::Accepted { tenant: self.owner.tenant, id },
            fate: receipt.fate,
            code: None,
        };
        self.reports.record(report).await != ReportOutcome::Unknown
    }
}

/// Takes the receipts that are to be matched once more.
fn due(queue: &mut VecDeque<Unmatched>) -> Vec<Receipt> {
    let now = Instant::now();
    let count = queue.iter().take_while(|unmatched| unmatched.due <= now).count();
    queue.drain(..count).map(|unmatched| unmatched.receipt).collect()
}
