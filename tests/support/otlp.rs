//! An OpenTelemetry collector: takes traces over OTLP with HTTP, and keeps every byte.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

use super::eventually;

/// How it treats requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    /// Takes them.
    Takes,
    /// Reads them and answers with this status.
    Refuses(u16),
    /// Never answers.
    Silent,
}

/// A collector, until the end of the process.
pub struct Collector {
    port: u16,
    manner: Arc<Mutex<Manner>>,
    received: Arc<Mutex<Vec<Received>>>,
}

/// A request that it has read.
#[derive(Clone, Debug)]
pub struct Received {
    pub head: String,
    pub body: Vec<u8>,
}

impl Collector {
    /// Listens.
    pub fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let (manner, received) = (Arc::new(Mutex::new(manner)), Arc::<Mutex<Vec<_>>>::default());
        let (how, kept) = (Arc::clone(&manner), Arc::clone(&received));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (how, kept) = (Arc::clone(&how), Arc::clone(&kept));
                thread::spawn(move || serve(stream, &how, &kept));
            }
        });
        Self { port, manner, received }
    }

    /// What `telemetry.otlp_endpoint` is to be.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on it treats requests like this.
    pub fn set_manner(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// The requests that it has read.
    pub fn requests(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Everything that it has read.
    pub fn bytes(&self) -> Vec<u8> {
        self.requests()
            .into_iter()
            .flat_map(|received| [received.head.into_bytes(), received.body].concat())
            .collect()
    }

    fn decoded(&self) -> Vec<ExportTraceServiceRequest> {
        let decode =
            |received: &Received| ExportTraceServiceRequest::decode(received.body.as_slice()).expect("OTLP");
        self.requests().iter().map(decode).collect()
    }

    /// The spans of a trace.
    pub fn trace(&self, trace: &str) -> Vec<Span> {
        self.spans().into_iter().filter(|span| hex(&span.trace_id) == trace).collect()
    }

    /// All spans.
    pub fn spans(&self) -> Vec<Span> {
        let resources = self.decoded().into_iter().flat_map(|request| request.resource_spans);
        resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect()
    }

    /// Who sent the first spans.
    pub fn resource(&self) -> Resource {
        let first = self.decoded().into_iter().flat_map(|request| request.resource_spans).next();
        first.and_then(|spans| spans.resource).expect("a resource")
    }

    /// Waits for a span of this name in a trace.
    #[track_caller]
    pub fn wait_for(&self, trace: &str, name: &str) -> Span {
        let found = || self.trace(trace).into_iter().find(|span| span.name == name);
        eventually(Duration::from_secs(15), found).unwrap_or_else(|| {
            let names: Vec<_> =
                self.spans().iter().map(|span| format!("{} {}", hex(&span.trace_id), span.name)).collect();
            panic!("no {name:?} in {trace}; there are {names:#?}")
        })
    }
}

fn serve(stream: TcpStream, manner: &Mutex<Manner>, kept: &Mutex<Vec<Received>>) {
    let Ok(received) = read(&stream) else { return };
    let status = match *manner.lock().unwrap() {
        Manner::Takes => 200,
        Manner::Refuses(status) => status,
        Manner::Silent => {
            thread::sleep(Duration::from_secs(3_600));
            return;
        }
    };
    if status == 200 {
        kept.lock().unwrap().push(received);
    }
    let _ = write!(&stream, "HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n");
}

fn read(stream: &TcpStream) -> io::Result<Received> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    Ok(Received { head, body })
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An attribute as text.
pub fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    let found = attributes.iter().find(|entry| entry.key == key)?.value.clone()?.value?;
    Some(match found {
        Value::StringValue(text) => text,
        Value::IntValue(number) => number.to_string(),
        other => format!("{other:?}"),
    })
}
