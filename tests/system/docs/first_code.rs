//! The first code of the quickstart in each language, taken from the page and run as a newcomer runs it. The fifth, in the
//! shell, is run with the commands of the other pages.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use super::dev_server;
use super::shell::Shell;
use crate::support::documents::root;
use crate::support::lab::{Missing, need, need_command};

#[test]
fn the_first_code_in_python_is_verified() {
    let present = need_command("python3").and_then(|()| python("import otpmint, httpx"));
    let Some(_) = need(present) else { return };
    verify("python", "ada@example.com", "Welcome!", |sample| python(sample).expect("it was there"));
}

#[test]
fn the_first_code_in_typescript_is_verified() {
    let compiled = root().join("clients/typescript/dist/index.js").is_file();
    let present = need_command("node").and(compiled.then_some(()).ok_or_else(|| missing("typescript")));
    let Some(()) = need(present) else { return };
    verify("ts", "jane@example.com", "verified", |sample| {
        // It has no types to be removed. The package finds itself by its name from its own folder.
        let mut node = Command::new("node");
        node.args(["--input-type=module", "-e", sample]).current_dir(root().join("clients/typescript"));
        node
    });
}

#[test]
fn the_first_code_in_go_is_verified() {
    let Some(()) = need(need_command("go")) else { return };
    let module = tempfile::tempdir().unwrap();
    let client = "github.com/otpmint/otpmint/clients/go";
    let folder = root().join("clients/go");
    let text = format!(
        "module app\n\ngo 1.19\n\nrequire {client} v0.0.0\n\nreplace {client} => {}\n",
        folder.display()
    );
    fs::write(module.path().join("go.mod"), text).unwrap();
    verify("go", "jane@example.com", "verified", |sample| {
        fs::write(module.path().join("main.go"), sample).unwrap();
        let mut go = Command::new("go");
        go.args(["run", "."]).current_dir(module.path()).env("GOPROXY", "off").env("GOTOOLCHAIN", "local");
        go.env("GOCACHE", root().join("target/clients-go"));
        go
    });
}

#[test]
fn the_first_code_in_rust_is_verified() {
    let program =
        env::current_exe().ok().and_then(|test| Some(test.ancestors().nth(2)?.join("examples/first_code")));
    let program = program.filter(|program| program.is_file()).ok_or_else(|| missing("rust"));
    let Some(program) = need(program) else { return };
    // The program is compiled from a file that has this sample.
    verify("rust", "jane@example.com", "Verified", |sample| {
        let file = fs::read_to_string(root().join("clients/rust/examples/first_code.rs")).unwrap();
        let rest = |text: &str| text.split_once("let client").unwrap().1.to_owned();
        assert_eq!(rest(&file).trim_end(), rest(sample).trim_end());
        Command::new(&program)
    });
}

fn missing(client: &str) -> Missing {
    Missing(format!("clients/{client} is not built (clients/{client}/check does it)"))
}

/// Python with the client and what it needs, where one of the checks has installed that.
fn python(program: &str) -> Result<Command, Missing> {
    let installed = fs::read_dir(root().join("target/clients-python")).into_iter().flatten().flatten();
    let mut folders = vec![root().join("clients/python/src"), root().join("target/examples/python")];
    folders.extend(installed.map(|entry| entry.path()).filter(|path| path.join("httpx").is_dir()));
    let command = |program: &str| {
        let mut python = Command::new("python3");
        python.env("PYTHONPATH", env::join_paths(&folders).unwrap_or_default()).args(["-c", program]);
        python
    };
    let imports = command("import otpmint, httpx").output().is_ok_and(|output| output.status.success());
    imports.then(|| command(program)).ok_or_else(|| missing("python"))
}

/// Runs the sample in this language, types the code that it has sent, and looks at its last word.
#[track_caller]
fn verify(language: &str, to: &str, last: &str, run: impl FnOnce(&str) -> Command) {
    let Some(()) = need(need_command("bash").and(need_command("curl"))) else { return };
    let (mut shell, port) = dev_server();
    let server = format!("http://127.0.0.1:{}", port.number());
    let page = fs::read_to_string(root().join("docs/quickstart.md")).unwrap();
    let start = format!("\n```{language}\n");
    let sample =
        page.split_once(&start).and_then(|(_, rest)| rest.split_once("\n```\n")).expect("a sample").0;
    assert!(sample.lines().count() <= 30, "the first code in {language} has become long");
    let mut program = run(&sample.replace("http://127.0.0.1:5000", &server));
    program.env("OTPMINT_URL", &server).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = program.spawn().expect("the program starts");
    let code = code(&mut shell, &server, to);
    writeln!(program.stdin.take().unwrap(), "{code}").unwrap();
    let (mut said, mut wrong) = (String::new(), String::new());
    program.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    program.stderr.take().unwrap().read_to_string(&mut wrong).unwrap();
    assert!(program.wait().unwrap().success(), "{said}{wrong}");
    assert!(said.trim_end().ends_with(last), "{said}{wrong}");
}

/// The code that was sent, as soon as it was. A compiler may have to finish first.
fn code(shell: &mut Shell, server: &str, to: &str) -> String {
    for _ in 0..30 {
        let said = shell.run(&format!("curl -s '{server}/dev/inbox.json?wait=5&to={to}'"));
        let found = said.split_once("\"code\":\"").and_then(|(_, rest)| rest.split_once('"'));
        if let Some((code, _)) = found {
            return code.to_owned();
        }
    }
    panic!("no code came to {to}")
}
