//! Sends traces to the collector of the settings.

use std::time::Duration;

use secrecy::ExposeSecret;

use crate::config::{Settings, TraceCollector};
use crate::delivery::net::http::{BodyRule, HttpClient, HttpLimits, HttpRequest, InvalidHeader};
use crate::domain::BoxFuture;
use crate::domain::network::{OutboundRule, PortRule};
use crate::telemetry::traces::{self, Collector, NotTaken, TraceSettings, Traces};

use super::ambient::Ambient;
use super::senders::trust;
use super::start_error::StartError;

const LIMITS: HttpLimits = HttpLimits {
    connect: Duration::from_secs(5),
    total: Duration::from_secs(10),
    head: 16 * 1_024,
    body: BodyRule::Ignored,
};

/// The name that is drawn for this server: digits, and how many of them.
const INSTANCE: ([char; 10], usize) = (['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], 20);

/// Starts to record traces, if the settings name a collector. Must be called within a Tokio runtime.
pub fn start_traces(settings: &Settings, ambient: &Ambient) -> Result<Option<Traces>, StartError> {
    let collector = settings.collector().map_err(|error| StartError::Config(error.to_string()))?;
    let Some(collector) = collector else { return Ok(None) };
    let telemetry = &settings.telemetry;
    let drawn = || ambient.entropy.text(&INSTANCE.0, INSTANCE.1);
    let known = Some(telemetry.service_instance.clone()).filter(|name| !name.is_empty());
    let names = TraceSettings {
        sample_ratio: telemetry.sample_ratio,
        service: telemetry.service_name.clone(),
        instance: known.unwrap_or_else(drawn),
    };
    Ok(traces::start(&names, Box::new(OtlpCollector::new(settings, collector)?)))
}

/// A collector that speaks OTLP over HTTP.
struct OtlpCollector {
    http: HttpClient,
    collector: TraceCollector,
}

impl OtlpCollector {
    /// The operator named the collector, so it may be anywhere.
    fn new(settings: &Settings, collector: TraceCollector) -> Result<Self, StartError> {
        let anywhere = ["0.0.0.0/0", "::/0"].map(str::to_owned);
        let rule = OutboundRule::new(&anywhere, &[collector.url.host()], PortRule::Any);
        let rule = rule.map_err(|error| StartError::Config(format!("telemetry.otlp_endpoint: {error}")))?;
        let otlp = Self { http: HttpClient::new(rule, trust(settings)?), collector };
        // A header that may not be set is found now and not with the first trace.
        let unfit =
            |_| StartError::Config("telemetry.otlp_headers: has a header that may not be set".to_owned());
        otlp.request(Vec::new()).map(|_| otlp).map_err(unfit)
    }

    fn request(&self, body: Vec<u8>) -> Result<HttpRequest, InvalidHeader> {
        let request = HttpRequest::post(self.collector.url.clone(), "application/x-protobuf", body);
        let mut headers = self.collector.headers.iter();
        headers.try_fold(request, |request, (name, value)| request.with_header(name, value.expose_secret()))
    }

    async fn send(&self, body: Vec<u8>) -> Result<(), NotTaken> {
        let request = self.request(body).map_err(|error| NotTaken::Ever(error.to_string()))?;
        match self.http.send(request, &LIMITS).await {
            Ok(response) => taken(response.status),
            Err(failure) => Err(NotTaken::Now(failure.error.as_str().to_owned())),
        }
    }
}

/// What a status means (OTLP §Failures).
fn taken(status: u16) -> Result<(), NotTaken> {
    let refusal = format!("status {status}");
    match status {
        200..=299 => Ok(()),
        429 | 502..=504 => Err(NotTaken::Now(refusal)),
        _ => Err(NotTaken::Ever(refusal)),
    }
}

impl Collector for OtlpCollector {
    fn post(&self, request: Vec<u8>) -> BoxFuture<'_, Result<(), NotTaken>> {
        Box::pin(self.send(request))
    }
}
