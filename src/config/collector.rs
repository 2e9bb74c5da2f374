//! Where traces are sent.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};

use crate::domain::host::is_loopback;
use crate::domain::outbound_url::OutboundUrl;

use super::check::SettingProblem;
use super::sections::Telemetry;

/// The path of traces below the endpoint (OTLP 1.8 §OTLP/HTTP Request).
const PATH: &str = "v1/traces";

/// The most characters of the names that traces give to the server.
const MAX_NAME: usize = 200;

/// Where traces are sent.
#[derive(Clone, Debug)]
pub struct TraceCollector {
    /// The URL of its traces.
    pub url: OutboundUrl,
    /// Names and values of headers for it.
    pub headers: Vec<(String, SecretString)>,
}

/// The collector; `None` if there are no traces.
pub(super) fn collector(telemetry: &Telemetry) -> Result<Option<TraceCollector>, SettingProblem> {
    if !(0.0..=1.0).contains(&telemetry.sample_ratio) {
        return Err(("telemetry.sample_ratio", format!("{} is not within 0 and 1", telemetry.sample_ratio)));
    }
    name("telemetry.service_name", &telemetry.service_name)?;
    if telemetry.service_name.is_empty() {
        return Err(("telemetry.service_name", "must not be empty".to_owned()));
    }
    name("telemetry.service_instance", &telemetry.service_instance)?;
    let headers = headers(telemetry.otlp_headers.expose_secret())?;
    if telemetry.otlp_endpoint.is_empty() {
        return Ok(None);
    }
    Ok(Some(TraceCollector { url: url(&telemetry.otlp_endpoint)?, headers }))
}

/// What the operator should change, though the settings are valid.
pub(super) fn warning(telemetry: &Telemetry) -> Option<String> {
    let url = url(&telemetry.otlp_endpoint).ok()?;
    let is_open = !url.is_secure() && !is_loopback(&url.host());
    (is_open && !telemetry.otlp_headers.expose_secret().is_empty()).then(|| {
        format!(
            "telemetry.otlp_headers go to {} in clear text: use https:// in telemetry.otlp_endpoint",
            url.authority()
        )
    })
}

fn url(endpoint: &str) -> Result<OutboundUrl, SettingProblem> {
    let is_web = endpoint.starts_with("http://") || endpoint.starts_with("https://");
    let is_plain = is_web && !endpoint.contains(['?', '#', '@']) && OutboundUrl::kept(endpoint).is_some();
    let url = is_plain.then(|| OutboundUrl::kept(&format!("{}/{PATH}", endpoint.trim_end_matches('/'))));
    let problem = "must be a URL such as http://127.0.0.1:4318, without user, query and fragment";
    url.flatten().ok_or_else(|| ("telemetry.otlp_endpoint", problem.to_owned()))
}

/// Parses `name=value,name=value`, values percent-encoded, as the environment variables of OpenTelemetry have them.
fn headers(text: &str) -> Result<Vec<(String, SecretString)>, SettingProblem> {
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let parsed: Option<Vec<_>> = entries.map(header).collect();
    parsed.ok_or_else(|| {
        // What is wrong may be a secret, so it is not shown.
        let problem =
            "must be names and values of headers such as authorization=Bearer%20…, separated by commas";
        ("telemetry.otlp_headers", problem.to_owned())
    })
}

fn header(entry: &str) -> Option<(String, SecretString)> {
    let (name, value) = entry.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    let is_name = !name.is_empty() && name.bytes().all(is_token);
    let value = percent_decode_str(value).decode_utf8().ok().map(Cow::into_owned)?;
    let is_value = value.bytes().all(|b| matches!(b, b' '..=b'~'));
    (is_name && is_value).then(|| (name.to_ascii_lowercase(), SecretString::from(value)))
}

fn name(path: &'static str, text: &str) -> Result<(), SettingProblem> {
    let is_short = text.chars().count() <= MAX_NAME && !text.chars().any(char::is_control);
    is_short.then_some(()).ok_or_else(|| {
        (path, format!("must have at most {MAX_NAME} characters, none of them a control character"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn telemetry(endpoint: &str, headers: &str) -> Telemetry {
        Telemetry {
            otlp_endpoint: endpoint.to_owned(),
            otlp_headers: headers.to_owned().into(),
            sample_ratio: 1.0,
            service_name: "otpmint".to_owned(),
            service_instance: String::new(),
        }
    }

    #[test]
    fn traces_go_below_the_endpoint() {
        for (endpoint, url) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("https://otel.example/", "https://otel.example/v1/traces"),
            ("https://otel.example/otlp/x", "https://otel.example/otlp/x/v1/traces"),
        ] {
            assert_eq!(collector(&telemetry(endpoint, "")).unwrap().unwrap().url.as_str(), url);
        }
        assert!(collector(&telemetry("", "")).unwrap().is_none());
    }

    #[test]
    fn other_endpoints_are_refused() {
        for endpoint in
            ["127.0.0.1:4318", "grpc://a:4317", "http://", "http://u:p@a", "https://a?key=x", "https://a#x"]
        {
            assert_eq!(
                collector(&telemetry(endpoint, "")).unwrap_err().0,
                "telemetry.otlp_endpoint",
                "{endpoint}"
            );
        }
    }

    #[test]
    fn headers_are_read_as_opentelemetry_writes_them() {
        let found = collector(&telemetry("http://a", "Authorization=Bearer%20abc, x-team = a%2Cb=c%25,"))
            .unwrap()
            .unwrap();
        let found: Vec<_> =
            found.headers.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect();
        assert_eq!(found, [("authorization", "Bearer abc"), ("x-team", "a,b=c%")]);
        for broken in ["s3cret", "=s3cret", "a b=s3cret", "a=s3cret%0d%0aX: y", "a=%ff"] {
            let (path, problem) = collector(&telemetry("http://a", broken)).unwrap_err();
            assert_eq!(path, "telemetry.otlp_headers", "{broken}");
            assert!(!problem.contains("s3cret"), "{problem}");
        }
    }

    #[test]
    fn secrets_in_clear_text_are_told() {
        assert!(
            warning(&telemetry("http://otel.internal:4318", "a=b")).unwrap().contains("otel.internal:4318")
        );
        for harmless in
            [("http://otel.internal", ""), ("http://127.0.0.1:4318", "a=b"), ("https://otel.internal", "a=b")]
        {
            assert_eq!(warning(&telemetry(harmless.0, harmless.1)), None, "{harmless:?}");
        }
    }
}
