//! Accepts connections and gives each a session.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;

use crate::session;
use crate::shared::Shared;

/// The task that accepts connections. It ends, with their sessions, when this is dropped.
pub(crate) struct Task(AbortHandle);

impl Task {
    pub(crate) fn spawn(listener: TcpListener, shared: Arc<Shared>) -> Self {
        Self(tokio::spawn(accept(listener, shared)).abort_handle())
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    sessions.spawn(session::serve(Arc::clone(&shared), stream));
                }
                // Most likely out of file descriptors: give sessions a moment to end.
                Err(_) => sleep(Duration::from_millis(50)).await,
            },
            Some(_) = sessions.join_next() => {}
        }
    }
}
