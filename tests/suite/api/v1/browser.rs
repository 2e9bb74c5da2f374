//! A real browser: a page of an allowed origin verifies; any other reads nothing and uses up nothing.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Backend, minted};
use crate::api::harness::{JANE, TestApp, wrong};
use crate::support::lab::{need, need_command};

/// Long enough for a browser to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the page does: each request as a page would make it, and one that it tries without a preflight.
const PAGE: &str = r#"<!DOCTYPE html><script type="module">
const told = [];
const ask = async (options) => {
  try {
    const answer = await fetch("URL", { method: "POST", ...options });
    told.push(answer.type === "opaque" ? "opaque" : { status: answer.status, ...await answer.json() });
  } catch (error) {
    told.push(error.name);
  }
};
const headers = { "Content-Type": "application/json" };
await ask({ mode: "no-cors", body: JSON.stringify({ code: "WRONG" }) });
await ask({ headers, body: JSON.stringify({ code: "WRONG" }) });
await ask({ headers, body: JSON.stringify({ code: "RIGHT" }) });
await fetch("/told", { method: "POST", body: JSON.stringify(told) });
</script>"#;

/// A server for one page, which passes on what the page reports.
fn serve(page: String) -> (SocketAddr, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, &page, &tell);
        }
    });
    (address, told)
}

fn answer(stream: TcpStream, page: &str, tell: &Sender<Value>) {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    while !head.ends_with("\r\n\r\n") {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or_default() == 0 {
            return;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap_or_default();
    if head.starts_with("POST /told") {
        // The test may have ended.
        let _ = tell.send(serde_json::from_slice(&body).unwrap_or_default());
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        page.len()
    );
    let _ = reader.get_mut().write_all(format!("{head}{page}").as_bytes());
}

/// A browser that ends with the test.
struct Browser(Child);

impl Browser {
    fn at(url: &str, home: &std::path::Path) -> Self {
        let child = Command::new("chromium")
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            .args(["--no-first-run", "--disable-background-networking", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", home.display()))
            .arg(url)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.expect("chromium starts"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the browser reports to a page of `host`.
fn told(host: &str, (address, told): &(SocketAddr, Receiver<Value>)) -> Value {
    let home = tempfile::tempdir().unwrap();
    let _browser = Browser::at(&format!("http://{host}:{}/", address.port()), home.path());
    told.recv_timeout(PATIENCE).expect("the page has run")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_lets_the_allowed_page_verify_and_no_other() {
    let Some(()) = need(need_command("chromium")) else { return };
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let url = format!("http://{}/v1/challenges/{key}/verify", app.app().address());
    let page = PAGE.replace("URL", &url).replace("WRONG", &wrong(&code)).replace("RIGHT", &code);
    let server = serve(page);
    super::cors::allow(&app, &tenant, &[&format!("http://localhost:{}", server.0.port())]).await;
    assert_eq!(told("127.0.0.1", &server), json!(["opaque", "TypeError", "TypeError"]));
    assert_eq!(backend.status(&key).await.json()["attempts_remaining"], 5);
    let told = told("localhost", &server);
    assert_eq!((&told[0], &told[1]["status"]), (&json!("opaque"), &json!(403)), "{told}");
    // What it sends without a preflight says to be text, and is not read.
    assert_eq!((&told[1]["code"], &told[1]["attempts_remaining"]), (&json!("code_mismatch"), &json!(4)));
    assert_eq!(told[2]["status"], "verified", "{told}");
    assert_eq!(told[2]["receipt"].as_str().map(|receipt| receipt.split('.').count()), Some(3));
}
