//! Starting and ending traces.

use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::export::{Collector, Exporter};
use super::queue::queue;
use super::span::TRACER;

/// How traces are made.
#[derive(Clone, PartialEq, Debug)]
pub struct TraceSettings {
    /// The share of traces that are recorded, of those that begin here. Whether one that a caller began is recorded,
    /// the caller has decided.
    pub sample_ratio: f64,
    /// `service.name`.
    pub service: String,
    /// `service.instance.id`: this process among others of the service.
    pub instance: String,
}

/// Traces that leave the process.
pub struct Traces {
    stop: oneshot::Sender<()>,
    exporting: JoinHandle<()>,
}

/// Starts to record traces, and to send them to the collector. Must be called within a Tokio runtime. There is one
/// recorder for the process, and the first call sets it up; `None` for any other.
pub fn start(settings: &TraceSettings, collector: Box<dyn Collector>) -> Option<Traces> {
    let (intake, spans) = queue();
    let resource = resource(settings);
    let provider = SdkTracerProvider::builder()
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sample_ratio))))
        .with_resource(resource.clone())
        .with_span_processor(intake)
        .build();
    let scope = InstrumentationScope::builder("otpmint").with_version(env!("CARGO_PKG_VERSION")).build();
    TRACER.set(provider.tracer_with_scope(scope)).ok()?;
    let (stop, stopped) = oneshot::channel();
    let exporter = Exporter { spans, collector, resource: (&resource).into(), stop: stopped, is_down: false };
    Some(Traces { stop, exporting: tokio::spawn(exporter.run()) })
}

fn resource(settings: &TraceSettings) -> Resource {
    Resource::builder_empty()
        .with_service_name(settings.service.clone())
        .with_attributes([
            KeyValue::new("service.instance.id", settings.instance.clone()),
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        ])
        .build()
}

impl Traces {
    /// Sends what is left, for as long as `limit` at most.
    pub async fn end(self, limit: Duration) {
        let Self { stop, mut exporting } = self;
        // It may have ended already.
        let _ = stop.send(());
        if tokio::time::timeout(limit, &mut exporting).await.is_err() {
            exporting.abort();
        }
    }
}
