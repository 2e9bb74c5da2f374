//! The kinds of spans, and everything that each may say. None says a path, a query, a header, a key, a recipient or
//! a code.

use std::any::type_name_of_val;
use std::borrow::Cow;

use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;

use crate::domain::BoxFuture;
use crate::domain::deliveries::report::TryResult;
use crate::domain::trace::TraceContext;
use crate::domain::webhooks::webhook::WebhookResponse;

use super::span::Span;

/// The methods that a span names; any other is `_OTHER`.
const METHODS: [&str; 9] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE"];

/// A request to this server.
#[derive(Debug)]
pub struct RequestSpan {
    span: Span,
    method: &'static str,
}

impl RequestSpan {
    /// Begins the span, in the trace of the caller if it sent one.
    /// `is_https` tells whether the server is reached with TLS, its own or a proxy's.
    pub fn begin(method: &str, parent: Option<TraceContext>, is_https: impl FnOnce() -> bool) -> Self {
        let method = METHODS.into_iter().find(|known| *known == method).unwrap_or("_OTHER");
        let attributes = || {
            let scheme = if is_https() { "https" } else { "http" };
            vec![KeyValue::new("http.request.method", method), KeyValue::new("url.scheme", scheme)]
        };
        let name = Cow::Borrowed(if method == "_OTHER" { "HTTP" } else { method });
        Self { span: Span::at_edge(name, SpanKind::Server, parent, attributes), method }
    }

    /// The span.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Notes the answer: its status, and the route if there is one.
    pub fn answered(&self, route: impl FnOnce() -> Option<String>, status: u16) {
        if self.span.is_none() {
            return;
        }
        if let Some(route) = route() {
            self.span.rename(|| format!("{} {route}", self.method));
            self.span.set("http.route", route);
        }
        self.span.set("http.response.status_code", i64::from(status));
        if status >= 500 {
            self.span.fail(&status.to_string());
        }
    }
}

/// A verb of the store: until its transaction begins it waits, from then on it commits.
#[derive(Debug)]
pub struct VerbSpan {
    phase: Span,
    verb: Span,
}

impl VerbSpan {
    /// No span.
    pub const NONE: Self = Self { phase: Span::NONE, verb: Span::NONE };

    /// Begins the span of a verb that is queued, named after the function that made the closure `run`.
    pub fn queued<F>(system: &'static str, run: &F) -> Self {
        let verb = Self::verb(system, run);
        Self { phase: verb.below("wait"), verb }
    }

    /// Begins the span of a verb that only reads.
    pub fn read<F>(system: &'static str, run: &F) -> ReadSpan {
        ReadSpan(Self::verb(system, run))
    }

    fn verb<F>(system: &'static str, run: &F) -> Span {
        let name = maker(type_name_of_val(run));
        Span::inside(Cow::Borrowed(name), SpanKind::Client, || {
            vec![KeyValue::new("db.system.name", system), KeyValue::new("db.operation.name", name)]
        })
    }

    /// Notes that its transaction has begun, and runs the verb. A verb may run more than once.
    pub fn apply<T>(&mut self, work: impl FnOnce() -> T) -> T {
        // One ends before the other begins.
        self.phase = Span::NONE;
        self.phase = self.verb.below("commit");
        self.verb.enter(work)
    }

    /// Ends it, recorded or not.
    pub fn settled(self, is_recorded: bool) {
        if !is_recorded {
            self.verb.fail("store");
        }
    }
}

/// A verb of the store that only reads.
#[derive(Debug)]
pub struct ReadSpan(Span);

impl ReadSpan {
    /// Reads in the span: begins it, and ends with the result.
    pub fn around<T, E>(
        self,
        read: impl FnOnce() -> BoxFuture<'static, Result<T, E>>,
    ) -> BoxFuture<'static, Result<T, E>>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        let reading = read();
        if self.0.is_none() {
            return reading;
        }
        Box::pin(async move {
            let done = reading.await;
            if done.is_err() {
                self.0.fail("store");
            }
            done
        })
    }
}

/// Returns the name of the function in which a closure of this type was written.
fn maker(closure: &'static str) -> &'static str {
    let function = closure.split_once("::{{closure}}").map_or(closure, |(function, _)| function);
    function.rsplit("::").next().unwrap_or(function)
}

/// A try at delivering a message.
#[derive(Debug)]
pub struct DeliverySpan(Span);

impl DeliverySpan {
    /// Begins the span of a try that follows `tries` others, in the trace of the request that caused the message.
    pub fn begin(cause: Option<TraceContext>, channel: &'static str, tries: u32) -> Self {
        let Some(cause) = cause else { return Self(Span::NONE) };
        let name = Cow::Owned(format!("deliver {channel}"));
        Self(Span::at_edge(name, SpanKind::Client, Some(cause), || {
            vec![
                KeyValue::new("otpmint.channel", channel),
                KeyValue::new("otpmint.delivery.try", i64::from(tries) + 1),
            ]
        }))
    }

    /// The span.
    pub fn span(&self) -> &Span {
        &self.0
    }

    /// Notes the outcome.
    pub fn ended(&self, result: &TryResult) {
        if let Some(tried) = &result.tried {
            self.0.set("otpmint.route", tried.route.to_string());
        }
        if let Some(reason) = result.outcome.failure() {
            self.0.fail(reason.as_str());
        }
    }
}

/// A request to a tenant's webhook.
#[derive(Debug)]
pub struct WebhookSpan(Span);

impl WebhookSpan {
    /// Begins the span of a try that follows `tries` others, in the trace of what caused the event.
    pub fn begin(cause: Option<TraceContext>, (host, port): (&str, u16), tries: u32) -> Self {
        let Some(cause) = cause else { return Self(Span::NONE) };
        Self(Span::at_edge(Cow::Borrowed("POST"), SpanKind::Client, Some(cause), || {
            vec![
                KeyValue::new("http.request.method", "POST"),
                KeyValue::new("http.request.resend_count", i64::from(tries)),
                KeyValue::new("server.address", host.to_owned()),
                KeyValue::new("server.port", i64::from(port)),
            ]
        }))
    }

    /// The span.
    pub fn span(&self) -> &Span {
        &self.0
    }

    /// Notes the status of the response, or why there is none.
    pub fn ended(&self, response: WebhookResponse) {
        match response {
            WebhookResponse::Status(status) => {
                self.0.set("http.response.status_code", i64::from(status));
                if !response.is_success() {
                    self.0.fail(&status.to_string());
                }
            }
            WebhookResponse::None(reason) => self.0.fail(reason.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_is_named_after_the_function_that_made_its_closure() {
        for (closure, name) in [
            (
                "otpmint::store::sql::hooks::<impl otpmint::store::X for S<E>>::add_hook::{{closure}}",
                "add_hook",
            ),
            ("<S<E> as X>::issue::{{closure}}::{{closure}}", "issue"),
            ("fn_item", "fn_item"),
        ] {
            assert_eq!(maker(closure), name);
        }
        let run = || ();
        assert_eq!(maker(type_name_of_val(&run)), "a_verb_is_named_after_the_function_that_made_its_closure");
    }
}
