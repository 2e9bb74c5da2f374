//! Spans that have ended and wait to leave.

use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How many may wait: some megabytes. More are dropped, and counted.
const CAPACITY: usize = 8_192;

/// Takes each span that ends. It never waits: whoever ends a span is answering a request.
#[derive(Debug)]
pub(super) struct Intake(Sender<SpanData>);

/// Creates the two ends of the queue.
pub(super) fn queue() -> (Intake, Receiver<SpanData>) {
    let (sender, receiver) = channel(CAPACITY);
    (Intake(sender), receiver)
}

impl SpanProcessor for Intake {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        if self.0.try_send(span).is_err() {
            count("dropped", 1);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Counts spans that have left the process, in one way or another.
pub(super) fn count(outcome: &'static str, spans: usize) {
    metrics::counter!("otpmint_trace_spans_total", "outcome" => outcome).increment(spans as u64);
}
