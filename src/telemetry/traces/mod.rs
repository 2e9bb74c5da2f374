//! Traces: spans that leave over OTLP, the protocol of OpenTelemetry.
//!
//! A span says only what the functions in `kinds.rs` put into it: no log line, no span of another library and no
//! header ends up in one by itself. Nothing is recorded before [`start`], and then nothing but traces that are
//! sampled. Names and attributes follow the semantic conventions of OpenTelemetry; ours begin with `otpmint.`.

mod export;
mod kinds;
mod queue;
mod span;
mod start;

pub use export::{Collector, NotTaken};
pub use kinds::{DeliverySpan, ReadSpan, RequestSpan, VerbSpan, WebhookSpan};
pub use span::{Span, carry, current};
pub use start::{TraceSettings, Traces, start};
