//! The task that writes, so that nobody who waits for an answer leaves half a PDU behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::{mpsc, oneshot, watch};
use zeroize::Zeroizing;

use super::failure::Cause;
use super::life::Life;
use super::wire::Outgoing;

/// A PDU that is to be written.
pub(super) struct Write {
    pub(super) octets: Zeroizing<Vec<u8>>,
    /// Of a message: its owner may withdraw it.
    pub(super) stage: Option<Stage>,
}

/// How far the writing of a PDU is. It is begun or withdrawn, and never both.
#[derive(Clone, Default)]
pub(super) struct Stage(Arc<AtomicU8>);

const QUEUED: u8 = 0;
const BEGUN: u8 = 1;
const WITHDRAWN: u8 = 2;

impl Stage {
    /// Begins, unless it was withdrawn.
    fn begin(&self) -> bool {
        self.step(BEGUN)
    }

    /// Withdraws the PDU. Returns `false` if it is too late: some of it may have been sent.
    pub(super) fn withdraw(&self) -> bool {
        self.step(WITHDRAWN)
    }

    fn step(&self, to: u8) -> bool {
        self.0.compare_exchange(QUEUED, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// Writes until `life` is over or a write fails, which it reports, and closes the connection.
pub(super) async fn write_all(
    mut outgoing: Outgoing,
    mut queue: mpsc::Receiver<Write>,
    mut life: watch::Receiver<Life>,
    failed: oneshot::Sender<Cause>,
) {
    let mut over = Box::pin(async move { life.wait_for(|life| matches!(life, Life::Over(_))).await.is_ok() });
    loop {
        let write = tokio::select! {
            _ = &mut over => break,
            write = queue.recv() => write,
        };
        let Some(Write { octets, stage }) = write else { break };
        if stage.is_some_and(|stage| !stage.begin()) {
            continue;
        }
        if let Err(error) = outgoing.write(&octets).await {
            // The session may be over already.
            let _ = failed.send(error.into());
            return;
        }
    }
    // What is still to be said, such as a farewell; messages stay unsent.
    while let Ok(Write { octets, stage: None }) = queue.try_recv() {
        if outgoing.write(&octets).await.is_err() {
            return;
        }
    }
    outgoing.close().await;
}
