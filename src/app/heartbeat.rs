//! The first heartbeat of this process, and what makes the next ones.

use std::sync::Arc;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::JoinHandle;

use crate::domain::node::NodeKind;
use crate::service::{Heartbeat, NodeEnd};
use crate::store::Store;

use super::ambient::Ambient;
use super::node::Seat;
use super::start_error::StartError;

/// Makes the first renewal of a process that shares its store, and returns what makes the next ones. A
/// process that is alone needs none.
pub(super) async fn begin(
    store: &Arc<dyn Store>,
    seat: &Seat,
    ambient: &Ambient,
    kind: NodeKind,
) -> Result<Option<Arc<Heartbeat>>, StartError> {
    let Some(lease) = seat.lease.filter(|_| !seat.membership.is_alone()) else { return Ok(None) };
    let (store, membership) = (Arc::clone(store), Arc::clone(&seat.membership));
    store.guard(Arc::clone(&membership));
    let comparison = ambient.nodes.comparison();
    let heartbeat = Heartbeat::new(store, ambient.clock.clone(), membership, (lease, kind), comparison);
    heartbeat.beat().await.map_err(StartError::Node)?;
    match seat.membership.skew() {
        skew if skew.is_too_great() => Err(StartError::Node(NodeEnd::ClockDiffers(skew))),
        _ => Ok(Some(Arc::new(heartbeat))),
    }
}

/// A heartbeat that goes on by itself.
pub(super) struct Beating {
    heartbeat: Arc<Heartbeat>,
    task: JoinHandle<NodeEnd>,
}

impl Beating {
    /// Starts what makes the next renewals.
    pub(super) fn start(heartbeat: Arc<Heartbeat>) -> Self {
        let beating = Arc::clone(&heartbeat);
        Self { heartbeat, task: tokio::spawn(async move { beating.run().await }) }
    }

    /// What is beating.
    pub(super) fn heartbeat(&self) -> &Arc<Heartbeat> {
        &self.heartbeat
    }

    /// Completes when the process is no node of its store any more.
    pub(super) async fn ended(&mut self) -> NodeEnd {
        // A heartbeat that broke off renews nothing any more.
        (&mut self.task).await.unwrap_or(NodeEnd::TakenOver)
    }

    /// Stops it. The number is kept until others take it over.
    pub(super) fn stop(&self) {
        self.task.abort();
    }

    /// Gives up the number. Otherwise others find out in a few seconds.
    pub(super) async fn leave(&self) {
        self.heartbeat.leave().await;
    }
}

/// The heartbeat of a command, which gives up its number when it is dropped.
pub struct CommandHeartbeat(Beating);

impl CommandHeartbeat {
    pub(super) fn start(heartbeat: Arc<Heartbeat>) -> Self {
        Self(Beating::start(heartbeat))
    }
}

impl Drop for CommandHeartbeat {
    fn drop(&mut self) {
        self.0.stop();
        if let Ok(runtime) = Handle::try_current()
            && runtime.runtime_flavor() == RuntimeFlavor::MultiThread
        {
            tokio::task::block_in_place(|| runtime.block_on(self.0.leave()));
        }
    }
}
