//! Spans, and the place in a trace where code runs.

use std::borrow::Cow;
use std::sync::OnceLock;

use opentelemetry::trace::{
    FutureExt, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt, TraceState, Tracer, WithContext,
};
use opentelemetry::{Context, KeyValue, SpanId, TraceFlags, TraceId, Value};
use opentelemetry_sdk::trace::SdkTracer;

use crate::domain::trace::TraceContext;

/// Makes the spans of this process, from the moment when traces are started.
pub(super) static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// A span, which ends when it is dropped. It is nothing where no trace is recorded.
#[derive(Debug)]
pub struct Span(Option<Context>);

impl Span {
    /// No span.
    pub const NONE: Self = Self(None);

    /// Begins a span of a trace that another program has begun, or of a new one.
    pub(super) fn at_edge(
        name: Cow<'static, str>,
        kind: SpanKind,
        parent: Option<TraceContext>,
        attributes: impl FnOnce() -> Vec<KeyValue>,
    ) -> Self {
        if TRACER.get().is_none() {
            return Self::NONE;
        }
        let parent = parent
            .map_or_else(Context::new, |parent| Context::new().with_remote_span_context(remote(parent)));
        Self::begin(name, kind, &parent, attributes())
    }

    /// Begins a span of the trace in which the caller runs, if that is recorded.
    pub(super) fn inside(
        name: Cow<'static, str>,
        kind: SpanKind,
        attributes: impl FnOnce() -> Vec<KeyValue>,
    ) -> Self {
        if TRACER.get().is_none() {
            return Self::NONE;
        }
        Context::map_current(|parent| match is_recorded(parent) {
            true => Self::begin(name, kind, parent, attributes()),
            false => Self::NONE,
        })
    }

    /// Begins a span below this one.
    pub(super) fn below(&self, name: &'static str) -> Self {
        let begin = |parent| Self::begin(Cow::Borrowed(name), SpanKind::Internal, parent, Vec::new());
        self.0.as_ref().map_or(Self::NONE, begin)
    }

    fn begin(name: Cow<'static, str>, kind: SpanKind, parent: &Context, attributes: Vec<KeyValue>) -> Self {
        let Some(tracer) = TRACER.get() else { return Self::NONE };
        let span = SpanBuilder { name, ..SpanBuilder::default() }.with_kind(kind).with_attributes(attributes);
        let span = parent.with_span(tracer.build_with_context(span, parent));
        Self(Some(span).filter(is_recorded))
    }

    pub(super) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn set(&self, key: &'static str, value: impl Into<Value>) {
        if let Some(context) = &self.0 {
            context.span().set_attribute(KeyValue::new(key, value));
        }
    }

    pub(super) fn rename(&self, name: impl FnOnce() -> String) {
        if let Some(context) = &self.0 {
            context.span().update_name(name());
        }
    }

    /// Marks the span as failed, for a reason of one word.
    pub(super) fn fail(&self, reason: &str) {
        if let Some(context) = &self.0 {
            context.span().set_attribute(KeyValue::new("error.type", reason.to_owned()));
            context.span().set_status(Status::error(""));
        }
    }

    /// Lets `future` run in this span.
    pub fn around<F: Future>(&self, future: F) -> WithContext<F> {
        future.with_context(self.0.clone().unwrap_or_default())
    }

    /// Runs `work` in this span.
    pub fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        let _guard = self.0.clone().map(Context::attach);
        work()
    }

    /// Returns the place in the trace of what this span does elsewhere.
    pub fn context(&self) -> Option<TraceContext> {
        self.0.as_ref().map(place)
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(context) = &self.0 {
            // Others may run in it for longer, as recording an outcome does.
            context.span().end();
        }
    }
}

/// Returns where the caller runs, if that trace is recorded.
pub fn current() -> Option<TraceContext> {
    TRACER.get()?;
    Context::map_current(|context| is_recorded(context).then(|| place(context)))
}

/// Lets a future that is spawned run where its caller runs.
pub fn carry<F: Future>(future: F) -> WithContext<F> {
    future.with_current_context()
}

fn is_recorded(context: &Context) -> bool {
    context.span().span_context().is_sampled()
}

fn place(context: &Context) -> TraceContext {
    let span = context.span();
    let context = span.span_context();
    TraceContext {
        trace: u128::from_be_bytes(context.trace_id().to_bytes()),
        span: u64::from_be_bytes(context.span_id().to_bytes()),
        is_sampled: context.is_sampled(),
    }
}

fn remote(context: TraceContext) -> SpanContext {
    SpanContext::new(
        TraceId::from_bytes(context.trace.to_be_bytes()),
        SpanId::from_bytes(context.span.to_be_bytes()),
        TraceFlags::default().with_sampled(context.is_sampled),
        true,
        // The entries of other vendors (`tracestate`) are neither kept nor passed on.
        TraceState::NONE,
    )
}
