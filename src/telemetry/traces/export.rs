//! The exporter: sends what has ended to the collector, in batches.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::trace::SpanData;
use prost::Message;
use tokio::sync::mpsc::Receiver;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::domain::BoxFuture;

use super::queue::count;

/// Spans in one request.
const BATCH: usize = 512;

/// How long a span waits for others to go with.
const GATHER: Duration = Duration::from_secs(1);

/// The pauses between tries at one batch. After the last it is given up, since newer ones wait.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// Where traces go.
pub trait Collector: Send + Sync {
    /// Posts an `ExportTraceServiceRequest`, within a time limit of its own.
    fn post(&self, request: Vec<u8>) -> BoxFuture<'_, Result<(), NotTaken>>;
}

/// Why a collector did not take a request.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotTaken {
    /// It may later.
    #[error("{0}")]
    Now(String),
    /// It never will.
    #[error("{0}")]
    Ever(String),
}

/// Sends spans until it is told to stop, and then those that are left.
pub(super) struct Exporter {
    pub(super) spans: Receiver<SpanData>,
    pub(super) collector: Box<dyn Collector>,
    pub(super) resource: ResourceAttributesWithSchema,
    pub(super) stop: oneshot::Receiver<()>,
    /// Whether the log knows that the collector takes nothing.
    pub(super) is_down: bool,
}

impl Exporter {
    pub(super) async fn run(mut self) {
        while let Some(batch) = self.gather().await {
            self.deliver(batch).await;
        }
        // Whoever stopped it waits only for a moment, so nothing is tried twice any more.
        loop {
            let mut batch = Vec::new();
            while batch.len() < BATCH
                && let Ok(span) = self.spans.try_recv()
            {
                batch.push(span);
            }
            if batch.is_empty() {
                return;
            }
            let (count, request) = (batch.len(), self.encode(batch));
            let done = self.collector.post(request).await;
            self.note(count, done.as_ref().err());
        }
    }

    /// Waits for spans. Returns `None` once it is to stop.
    async fn gather(&mut self) -> Option<Vec<SpanData>> {
        let mut batch = Vec::with_capacity(BATCH);
        tokio::select! {
            biased;
            _ = &mut self.stop => return None,
            first = self.spans.recv() => batch.push(first?),
        }
        // A stop is noticed with the next batch at the latest.
        let _ = timeout(GATHER, async {
            while batch.len() < BATCH
                && let Some(span) = self.spans.recv().await
            {
                batch.push(span);
            }
        })
        .await;
        Some(batch)
    }

    async fn deliver(&mut self, batch: Vec<SpanData>) {
        let (count, request) = (batch.len(), self.encode(batch));
        let mut pauses = PAUSES.into_iter();
        loop {
            let failure = self.collector.post(request.clone()).await.err();
            match (&failure, pauses.next()) {
                (Some(NotTaken::Now(_)), Some(pause)) if !self.is_stopping(pause).await => {}
                _ => return self.note(count, failure.as_ref()),
            }
        }
    }

    /// Waits. Returns early, with `true`, if it is to stop.
    async fn is_stopping(&mut self, pause: Duration) -> bool {
        timeout(pause, &mut self.stop).await.is_ok()
    }

    fn encode(&self, batch: Vec<SpanData>) -> Vec<u8> {
        let resource_spans = group_spans_by_resource_and_scope(batch, &self.resource);
        ExportTraceServiceRequest { resource_spans }.encode_to_vec()
    }

    /// Counts a batch, and logs when the collector begins to fail and when it works again.
    fn note(&mut self, spans: usize, failure: Option<&NotTaken>) {
        count(if failure.is_none() { "sent" } else { "failed" }, spans);
        match (failure, self.is_down) {
            (Some(error), false) => tracing::warn!(%error, "the collector does not take traces"),
            (None, true) => tracing::info!("the collector takes traces again"),
            _ => {}
        }
        self.is_down = failure.is_some();
    }
}
