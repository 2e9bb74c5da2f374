//! Requests to every route of a server in this process.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use otpmint::app::{Ambient, Prepared};
use otpmint::config;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// The key of the tenant.
const KEY: &str = "kV7-reddish-Maple-42-orbit";

/// Routes that the description of the API does not have.
const OTHERS: [(&str, &str); 8] = [
    ("POST", "/console/sign-in"),
    ("GET", "/console/setup/{key}"),
    ("POST", "/c/{key}/verify"),
    ("GET", "/c/{key}"),
    ("GET", "/f/{key}"),
    ("POST", "/callbacks/{route}/{key}"),
    ("GET", "/callbacks/{route}/{key}"),
    ("GET", "/problems"),
];

const TYPES: [&str; 4] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "application/x-www-form-urlencoded; charset=utf-8",
];

struct Running {
    address: SocketAddr,
    routes: Vec<(String, String)>,
    _data: TempDir,
    _runtime: Runtime,
}

static RUNNING: LazyLock<Running> = LazyLock::new(|| {
    let data = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder");
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let mut settings = config::load(None, std::iter::empty()).expect("the defaults");
    settings.data_dir = data.path().join("data");
    settings.server.listen = "127.0.0.1:0".to_owned();
    settings.server.public_url = "http://localhost:5000".to_owned();
    settings.server.metrics_listen = String::new();
    settings.server.workers = 1;
    settings.delivery.wait_seconds = 1;
    settings.registration.mode = config::Mode::Open;
    settings.limits.enabled = false;
    settings.outbound.allow_hosts = vec!["localhost".to_owned()];
    let app = runtime.block_on(async {
        let prepared = Prepared::build(&settings, &Ambient::system(), None).await;
        prepared.unwrap_or_else(|error| panic!("{error}")).serve()
    });
    let running = Running { address: app.address(), routes: routes(), _data: data, _runtime: runtime };
    running._runtime.spawn(app.run_until(std::future::pending::<()>()));
    let body = format!(
        r#"{{"secretKey":"{KEY}","smtp_host":"localhost","smtp_port":25,"smtp_mail":"a@b.example","smtp_password":"pass-word"}}"#
    );
    let head = format!(
        "POST /reg_secretkey HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = exchange(running.address, &[head.as_bytes(), body.as_bytes()].concat());
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    running
});

/// Every route, except those that make the server connect somewhere.
fn routes() -> Vec<(String, String)> {
    let description: Value = serde_json::from_str(otpmint::http::openapi()).expect("JSON");
    let paths = description["paths"].as_object().expect("paths");
    let described = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flat_map(|methods| methods.keys());
        methods.map(|method| (method.to_uppercase(), path.clone()))
    });
    let others = OTHERS.map(|(method, path)| (method.to_owned(), path.to_owned()));
    // A HEAD has no body, whatever its length is said to be.
    let is_quick =
        |method: &str, path: &str| method != "HEAD" && !path.contains("test") && !path.ends_with("check");
    let all: Vec<_> = described.chain(others).filter(|(method, path)| is_quick(method, path)).collect();
    assert!(all.len() > 60, "{} routes", all.len());
    all
}

/// Sends a request over the kept connection, or over a new one if the server has closed that.
fn exchange(address: SocketAddr, request: &[u8]) -> String {
    static KEPT: Mutex<Option<TcpStream>> = Mutex::new(None);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let answer = kept.as_mut().and_then(|stream| ask(stream, request));
    if let Some(answer) = answer {
        return answer;
    }
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a setting");
    stream.set_nodelay(true).expect("a setting");
    ask(kept.insert(stream), request).unwrap_or_default()
}

/// Returns the answer as far as it was read; `None` if there is none.
fn ask(stream: &mut TcpStream, request: &[u8]) -> Option<String> {
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(request);
    let (mut answer, mut piece) = (Vec::new(), [0; 16 * 1_024]);
    loop {
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
        let head = end.map(|end| String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase());
        let length = head.as_deref().map(|head| {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            length.unwrap_or(0)
        });
        // An export comes in chunks, the last of which is empty (RFC 9112 §7.1).
        let is_chunked = head.as_deref().is_some_and(|head| head.contains("transfer-encoding: chunked"));
        if let (Some(end), Some(length)) = (end, length)
            && answer.len() >= end + 4 + length
            && (!is_chunked || answer.ends_with(b"\r\n0\r\n\r\n"))
        {
            break;
        }
        match stream.read(&mut piece) {
            Ok(count) if count > 0 => answer.extend(&piece[..count]),
            _ => break,
        }
    }
    (!answer.is_empty()).then(|| String::from_utf8_lossy(&answer).into_owned())
}

/// Sends a request: a byte for the route, one for its headers, what stands for the parameters of the path, and
/// behind a zero the body. No request may break the server, or remain without an answer.
pub fn request(bytes: &[u8]) {
    let [route, variant, rest @ ..] = bytes else { return };
    let running = &*RUNNING;
    let (method, path) = &running.routes[usize::from(*route) % running.routes.len()];
    let (parameter, body) = rest.split_at(rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len()));
    let body = body.get(1..).unwrap_or_default();
    let parameter: String = parameter
        .iter()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'?' | b'&' | b'=' => {
                char::from(*byte).to_string()
            }
            other => format!("%{other:02x}"),
        })
        .collect();
    let mut target = String::new();
    for (number, part) in path.split(['{', '}']).enumerate() {
        target += if number % 2 == 0 { part } else { &parameter };
    }
    let media_type = TYPES[usize::from(*variant) % TYPES.len()];
    let credentials = match variant / 4 % 4 {
        0 => String::new(),
        1 => "Authorization: Bearer wrong\r\n".to_owned(),
        _ => format!("Authorization: Bearer {KEY}\r\n"),
    };
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: localhost:5000\r\nContent-Type: {media_type}\r\n{credentials}Content-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = exchange(running.address, &[head.as_bytes(), body].concat());
    let status = answer.split(' ').nth(1).unwrap_or_default();
    assert!(status.len() == 3 && status != "500", "{method} {target} {media_type}: {answer:?}");
}
