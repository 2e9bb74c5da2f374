//! Waits for something new.

use mail_catcher::InboxEvent;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;

use super::desk::Desk;

/// The changes of what the pages show, from when this was made.
pub(super) struct Changes {
    mails: broadcast::Receiver<InboxEvent>,
    phones: watch::Receiver<()>,
    log: watch::Receiver<()>,
}

impl Changes {
    /// Those from now on.
    pub(super) fn of(desk: &Desk) -> Self {
        let Desk { catcher, phones, log } = desk;
        Self { mails: catcher.subscribe(), phones: phones.subscribe(), log: log.subscribe() }
    }

    /// Waits for the next one. However many have come meanwhile, they are one. Returns `false` if there will
    /// be no more.
    pub(super) async fn next(&mut self) -> bool {
        tokio::select! {
            event = self.mails.recv() => {
                self.mails = self.mails.resubscribe();
                event != Err(RecvError::Closed)
            }
            changed = self.phones.changed() => changed.is_ok(),
            changed = self.log.changed() => changed.is_ok(),
        }
    }
}
