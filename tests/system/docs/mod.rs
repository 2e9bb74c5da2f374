//! The documents match the program: every command in them runs, and every answer in them is the real one.

mod cluster;
mod first_code;
mod quickstart;
mod shell;

use std::fs;
use std::time::{Duration, SystemTime};

use mail_catcher::{Credentials, MailCatcher, Options, TlsMode};
use shell::Shell;

use crate::support::client::get;
use crate::support::documents::markdown::{Block, Document};
use crate::support::documents::{codes, root};
use crate::support::eventually;
use crate::support::lab::{need, need_command};
use crate::support::ports::Port;

const DEV: &str = "run against otpmint dev";
const SERVE: &str = "run as otpmint serve";
/// How long a start may take, on a machine that is busy with other tests.
const START: Duration = Duration::from_secs(30);

#[test]
fn the_server_explains_every_code() {
    let Some(()) = need(need_command("bash").and(need_command("curl"))) else { return };
    let (mut shell, port) = dev_server();
    let address = format!("127.0.0.1:{}", port.number());
    let ask = "curl -s -o page -w '%{http_code} %{content_type}'";
    for code in codes() {
        let said = shell.run(&format!("{ask} http://{address}/problems/{code}"));
        assert_eq!(said, "200 text/plain; charset=utf-8", "{code}");
        assert!(shell.file("page").is_some_and(|page| page.starts_with(&format!("{code}\n\n"))), "{code}");
    }
    let said = shell.run(&format!("{ask} http://{address}/problems/made_up"));
    assert!(said.starts_with("404 "), "{said}");
}

/// A shell with `otpmint dev` behind it, and its port.
fn dev_server() -> (Shell, Port) {
    let port = Port::lease();
    let address = format!("127.0.0.1:{}", port.number());
    let mut shell = Shell::start(env!("CARGO_BIN_EXE_otpmint"));
    shell.run(&format!("otpmint dev --listen {address} >welcome 2>&1 &"));
    let is_welcome = || shell.file("welcome").filter(|text| text.contains("Ctrl-C"));
    assert!(eventually(START, is_welcome).is_some(), "it prints its first steps");
    (shell, port)
}

#[test]
fn what_the_documents_do_with_a_development_server_happens() {
    for page in ["README.md", "docs/api.md", "docs/channels.md", "docs/quickstart.md", "docs/sandbox.md"] {
        let document = Document::read(&root().join(page));
        let Some(()) = need(need_command("bash").and(need_command("curl"))) else { return };
        let (mut shell, port) = dev_server();
        let address = format!("127.0.0.1:{}", port.number());
        let here = |text: &str| text.replace("127.0.0.1:5000", &address);
        let blocks = document.marked(DEV);
        assert!(!blocks.is_empty(), "{page} runs nothing");
        for block in blocks {
            run(&mut shell, block, here);
        }
    }
}

#[test]
fn what_the_readme_does_with_a_mail_server_happens() {
    let Some(()) = need(need_command("bash").and(need_command("curl"))) else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = Options {
        tls: TlsMode::StartTls,
        credentials: Some(Credentials::new("app@example.com", "the password")),
        ..Options::default()
    };
    let catcher = runtime.block_on(MailCatcher::start(options, || SystemTime::UNIX_EPOCH)).unwrap();
    let (listen, metrics) = (Port::lease(), Port::lease());
    let address = format!("127.0.0.1:{}", listen.number());
    let smtp = catcher.address().port().to_string();
    let mut shell = Shell::start(env!("CARGO_BIN_EXE_otpmint"));
    fs::write(shell.home().join("ca.pem"), catcher.ca_pem()).unwrap();
    shell.run(&format!(
        "export OTPMINT_SERVER__LISTEN={address} OTPMINT_SERVER__METRICS_LISTEN=127.0.0.1:{} \
         OTPMINT_OUTBOUND__ALLOW_HOSTS=localhost OTPMINT_OUTBOUND__ALLOW_PORTS={smtp} \
         OTPMINT_OUTBOUND__CA_FILE=ca.pem",
        metrics.number()
    ));
    let document = Document::read(&root().join("README.md"));
    for block in document.marked(SERVE) {
        let code = catcher.mails().first().and_then(|mail| mail.code().map(str::to_owned));
        let here = |text: &str| {
            text.replace("127.0.0.1:5000", &address)
                .replace("smtp.example.com", "localhost")
                .replace("\"smtp_port\": 587", &format!("\"smtp_port\": {smtp}"))
                .replace(SERVING, &format!("{SERVING} >log 2>&1 &"))
                .replace("123456", code.as_deref().unwrap_or("123456"))
        };
        run(&mut shell, block, here);
        if block.source.contains("otpmint serve") {
            wait_until_ready(&address);
        }
    }
    assert_eq!(catcher.received(), 1);
}

const SERVING: &str = "otpmint serve --config otpmint.toml";

#[track_caller]
fn run(shell: &mut Shell, block: &Block, here: impl Fn(&str) -> String) {
    let said = shell.run(&here(&block.source));
    block.assert_output(&said, here);
}

#[track_caller]
fn wait_until_ready(address: &str) {
    let is_ready = || get(address, "/readyz").ok().filter(|reply| reply.status == 200);
    assert!(eventually(START, is_ready).is_some(), "no server is ready on {address}");
}
