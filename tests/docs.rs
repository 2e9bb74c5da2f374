//! The documents match the program: every command in them runs, every answer in them is the real one, every
//! setting and every code is documented, and every link leads somewhere.

#[path = "docs/markdown.rs"]
mod markdown;
#[path = "docs/quickstart.rs"]
mod quickstart;
#[path = "docs/shell.rs"]
mod shell;
mod support;
#[path = "docs/widget.rs"]
mod widget;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use mail_catcher::{Credentials, MailCatcher, Options, TlsMode};
use markdown::{Block, Document};
use shell::Shell;
use support::eventually;
use support::lab::{need, need_command};
use support::ports::Port;

const DEV: &str = "run against otpmint dev";
const SERVE: &str = "run as otpmint serve";
/// How long a start may take, on a machine that is busy with other tests.
const START: Duration = Duration::from_secs(30);

const WELCOME: &str = "the output of otpmint dev";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn documents() -> Vec<PathBuf> {
    let markdown = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let all = markdown(root().to_owned()).chain(markdown(root().join("docs")));
    let found: Vec<_> = all.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    assert!(found.len() >= 9, "{found:?}");
    found
}

#[test]
fn every_setting_is_in_the_configuration_page_with_its_default_and_its_variable() {
    let page = read("docs/configuration.md");
    let defaults: config::Config = config::Config::builder()
        .add_source(config::File::from_str(otpmint::config::DEFAULT, config::FileFormat::Toml))
        .build()
        .unwrap();
    let mut missing = Vec::new();
    let mut expected = 0;
    for (path, value) in settings() {
        assert!(defaults.get::<config::Value>(&path).is_ok(), "{path} is read wrongly by this test");
        let variable = format!("OTPMINT_{}", path.to_uppercase().replace('.', "__"));
        let row = page.lines().find(|line| line.starts_with(&format!("| `{path}` | `{value}` |")));
        if !row.is_some_and(|row| row.contains(&format!("`{variable}`"))) {
            missing.push(format!("| `{path}` | `{value}` | … `{variable}` |"));
        }
        expected += 1;
    }
    assert!(missing.is_empty(), "docs/configuration.md lacks:\n{}", missing.join("\n"));
    let rows = page.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, expected, "docs/configuration.md has settings that do not exist");
}

/// Path and value of each setting, as written in the default file.
fn settings() -> Vec<(String, String)> {
    let mut section = String::new();
    let mut found = Vec::new();
    for line in otpmint::config::DEFAULT.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
        } else if let Some((key, value)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            found.push((format!("{section}{key}"), value.to_owned()));
        }
    }
    found
}

/// Every value of `code`.
fn codes() -> Vec<String> {
    use otpmint::domain::deliveries::delivery::DeliveryError;
    let source = read("src/http/shared/problems/problem.rs")
        + &read("src/http/shared/problems/known.rs")
        + &read("src/http/shared/problems/refusals.rs")
        + &read("src/domain/limits/limit.rs");
    let found: Vec<_> = quoted_words(&source).into_iter().filter(|w| !w.starts_with("otpmint_")).collect();
    assert!(found.len() > 25, "{found:?}");
    let words = found.into_iter().chain(DeliveryError::ALL.map(DeliveryError::as_str));
    words.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
}

#[test]
fn every_code_of_an_answer_is_in_the_tables_of_codes() {
    let page = read("docs/api.md");
    let missing: Vec<_> =
        codes().into_iter().filter(|word| !page.contains(&format!("\n| `{word}` |"))).collect();
    assert!(missing.is_empty(), "docs/api.md lacks {missing:?}");
}

#[test]
fn every_code_and_nothing_else_has_a_section_in_the_page_of_problems() {
    let page = read("docs/problems.md");
    let mut sections: Vec<_> = page.split("\n## ").skip(1).collect();
    for section in &sections {
        assert!(section.trim_end().split("\n\n").count() >= 3, "what it means, and what to do: {section}");
    }
    sections.sort_unstable();
    let explained: Vec<_> = sections.iter().filter_map(|section| section.lines().next()).collect();
    assert_eq!(explained, codes());
}

#[test]
fn the_server_explains_every_code() {
    let Some(()) = need(need_command("bash").and(need_command("curl"))) else { return };
    let (mut shell, port, _) = dev_server();
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

/// A shell with `otpmint dev` behind it, its port, and what it printed.
fn dev_server() -> (Shell, Port, String) {
    let port = Port::lease();
    let address = format!("127.0.0.1:{}", port.number());
    let mut shell = Shell::start(env!("CARGO_BIN_EXE_otpmint"));
    shell.run(&format!("otpmint dev --listen {address} >welcome 2>&1 &"));
    let welcome = eventually(START, || shell.file("welcome").filter(|text| text.contains("Ctrl-C")));
    (shell, port, welcome.unwrap_or_else(|| "nothing".to_owned()))
}

#[test]
fn every_route_is_in_the_page_of_the_api() {
    let described: serde_json::Value = serde_json::from_str(otpmint::http::openapi()).unwrap();
    let page = read("docs/api.md");
    let mut missing = Vec::new();
    for (path, operations) in described["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let route = format!("{} {path}", method.to_uppercase());
            if !page.contains(&format!("`{route}`")) {
                missing.push(route);
            }
        }
    }
    assert!(missing.is_empty(), "docs/api.md lacks {missing:?}");
}

#[test]
fn the_committed_description_of_the_api_is_that_of_the_code() {
    let same = read("docs/openapi.json") == otpmint::http::openapi();
    assert!(
        same,
        "docs/openapi.json is out of date. Bring it up with:\n\n    cargo run -- openapi > docs/openapi.json\n"
    );
}

#[test]
fn every_route_that_the_api_page_names_is_in_the_description_of_the_api() {
    let description: serde_json::Value = serde_json::from_str(otpmint::http::openapi()).unwrap();
    let page = read("docs/api.md");
    let routes = page.lines().filter_map(|line| line.strip_prefix("### `"));
    let routes: Vec<_> = routes.filter_map(|rest| rest.split_once('`')?.0.split_once(' ')).collect();
    assert!(routes.len() >= 3, "{routes:?}");
    let is_there = |(method, path): &(&str, &str)| {
        !description["paths"][*path][method.to_lowercase()]["operationId"].is_null()
    };
    let missing: Vec<_> = routes.iter().filter(|route| !is_there(route)).collect();
    assert!(missing.is_empty(), "the description lacks {missing:?}");
}

/// Every "snake_case" text of a source.
fn quoted_words(source: &str) -> Vec<&str> {
    let is_word =
        |text: &&str| text.contains('_') && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    source.split('"').filter(is_word).collect()
}

#[test]
fn every_metric_is_in_the_operations_page() {
    let page = read("docs/operations.md");
    let source = read("src/telemetry.rs");
    let names = quoted_words(&source).into_iter().filter(|word| word.starts_with("otpmint_"));
    let missing: Vec<_> = names.filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/operations.md lacks {missing:?}");
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut broken = Vec::new();
    for path in documents() {
        let document = Document::read(&path);
        for link in document.links() {
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { path.clone() } else { path.with_file_name("").join(file) };
            let leads = target.exists()
                && (heading.is_empty() || Document::read(&target).anchors().iter().any(|a| a == heading));
            if !leads {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_file_that_the_documents_name_in_code_exists() {
    let mut missing = Vec::new();
    for path in documents() {
        for name in Document::read(&path).named_files() {
            if !root().join(&name).exists() {
                missing.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn what_the_documents_do_with_a_development_server_happens() {
    for page in ["README.md", "docs/api.md", "docs/quickstart.md", "docs/sandbox.md"] {
        let document = Document::read(&root().join(page));
        let Some(()) = need(need_command("bash").and(need_command("curl"))) else { return };
        let (mut shell, port, welcome) = dev_server();
        let address = format!("127.0.0.1:{}", port.number());
        let here = |text: &str| text.replace("127.0.0.1:5000", &address);
        for block in document.marked(WELCOME) {
            block.assert_output(&welcome, here);
        }
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
    let ready = eventually(START, || std::net::TcpStream::connect(address).ok());
    assert!(ready.is_some(), "nothing listens on {address}");
}
