//! `otpmint dev`: the first minute with the product, exactly as printed.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::support::client::{Wire, get, request};
use crate::support::eventually;
use crate::support::lab::{need, need_command};
use crate::support::server::Server;

/// A running `dev`, whose temporary files are in `folder`.
fn start(folder: &Path) -> Server {
    start_with(folder, &[], Duration::from_secs(5))
}

/// One with these arguments, which is ready within `limit`.
fn start_with(folder: &Path, more: &[&str], limit: Duration) -> Server {
    let server = Server::new("");
    let listen = server.address();
    let server = server
        .command(|serve| {
            let usual = [serve[0].as_str(), "dev", "--listen", &listen];
            usual.into_iter().chain(more.iter().copied()).map(str::to_owned).collect()
        })
        .env("TMPDIR", &folder.display().to_string())
        .start();
    // It answers a moment before its tenant exists, and prints when everything does.
    let said = eventually(limit, || server.output().contains("Ctrl-C").then_some(()));
    assert!(said.is_some(), "{}", server.output());
    server
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

/// The indented lines after the first numbered step: what a reader pastes into a shell.
fn printed_commands(said: &str) -> String {
    let steps = said.split_once("\n1. ").expect("numbered steps").1;
    steps.lines().filter_map(|line| line.strip_prefix("  ")).map(|line| format!("{line}\n")).collect()
}

/// The commands on the landing page, as its buttons copy them.
fn shown_commands(page: &str) -> String {
    let pieces = page.split("<pre id=\"step-").skip(1);
    let texts =
        pieces.map(|piece| piece.split_once('>').and_then(|(_, rest)| rest.split_once("</pre>")).unwrap().0);
    let plain = |text: &str| {
        let signs = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
        signs.iter().fold(text.to_owned(), |text, (escaped, sign)| text.replace(escaped, sign))
    };
    texts.map(|text| plain(text) + "\n").collect()
}

/// Sends a form as curl does, or with these headers: the status, and the redirect target.
fn post(server: &Server, path: &str, form: &str, headers: &[&str]) -> (u16, String) {
    let headers = [&["Content-Type: application/x-www-form-urlencoded"], headers].concat();
    let mut wire = Wire::open(&server.address()).unwrap();
    wire.send(request("POST", path, &headers, form)).unwrap();
    let reply = wire.reply().unwrap();
    (reply.status, reply.header("location").unwrap_or_default().to_owned())
}

/// The rows of the delivery log about `to`, oldest first.
fn log_of(server: &Server, to: &str) -> Vec<String> {
    let page = get(&server.address(), &format!("/dev/log?q={to}")).unwrap().body;
    let rows = page.split("<span class=\"what\">").skip(1).filter_map(|row| row.split_once("</span>"));
    let mut rows: Vec<String> = rows.map(|(what, _)| what.to_owned()).collect();
    rows.reverse();
    rows
}

#[test]
fn the_printed_commands_mint_verify_and_register_as_they_are_printed() {
    let Some(()) = need(need_command("curl").and_then(|()| need_command("bash"))) else { return };
    let folder = TempDir::new().unwrap();
    let server = start(folder.path());
    // Printed once it listens, which may be a moment after it answers.
    let said = eventually(Duration::from_secs(5), || Some(server.output()).filter(|s| s.contains("Ctrl-C")));
    let commands = shown_commands(&get(&server.address(), "/").unwrap().body);
    assert_eq!(commands, printed_commands(&said.expect("the first steps")));
    let shell = Command::new("bash").args(["-euc", &commands]).output().unwrap();
    let printed = String::from_utf8_lossy(&shell.stdout).into_owned();
    assert!(shell.status.success(), "{commands}\n{printed}{}", String::from_utf8_lossy(&shell.stderr));
    let lines: Vec<&str> = printed.lines().collect();
    let [key, code, wrong, right, text, registered, secret] = lines[..] else { panic!("{printed}") };
    assert!(key.len() >= 10 && code.len() == 6, "{printed}");
    assert!(wrong.contains("code_mismatch") && wrong.ends_with(" 403"), "{printed}");
    assert!(right.contains("\"status\":\"verified\"") && right.contains("\"receipt\":\"ey"), "{printed}");
    assert!(right.ends_with(" 200"), "{printed}");
    assert!(text.starts_with("\"text\":\"") && text.contains("Dev App"), "{printed}");
    assert_eq!(registered, "Registration of secretKey succeeded.");
    assert!(secret.starts_with("secretKey: otpm_"), "{printed}");

    let page = get(&server.address(), "/dev/inbox").unwrap();
    assert_eq!(page.status, 200);
    assert!(page.body.contains("jane@example.com") && page.body.contains(code), "{}", page.body);
}

#[test]
fn everything_that_the_landing_page_lists_is_there() {
    let folder = TempDir::new().unwrap();
    let server = start(folder.path());
    let page = get(&server.address(), "/").unwrap();
    assert_eq!(page.status, 200, "{}", page.body);
    let offers = page.body.split_once("class=\"offers\"").unwrap().1.split_once("</ul>").unwrap().0;
    let paths: Vec<&str> =
        offers.split("href=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect();
    assert!(paths.len() >= 7 && paths.contains(&"/metrics"), "{offers}");
    for path in paths {
        // The console redirects to its sign-in page.
        let status = get(&server.address(), path).unwrap().status;
        assert!(status == 200 || (path == "/console" && status == 303), "{path}: {status}");
    }
    let metrics = get(&server.address(), "/metrics").unwrap();
    assert!(metrics.body.contains("otpmint_http_requests_total"), "{}", metrics.body);
}

#[test]
fn a_form_sends_a_code_and_the_log_tells_its_way() {
    let folder = TempDir::new().unwrap();
    let server = start(folder.path());
    let mint = |form: &str| post(&server, "/dev/mint", form, &[]);
    assert_eq!(mint("to=ann%40example.com"), (303, "/?told=sent".to_owned()));
    let page = get(&server.address(), "/?told=sent").unwrap().body;
    assert!(page.contains("The code has arrived") && page.contains("ann@example.com"), "{page}");
    assert!(page.contains("data-copy=\""), "{page}");
    assert_eq!(log_of(&server, "ann"), ["queued", "try 1", "250 2.0.0 caught", "sent"]);

    assert_eq!(mint("to=nobody"), (303, "/?told=not_an_address".to_owned()));
    let (status, there) = mint("to=ben%40example.com&then=page");
    assert!(status == 303 && there.starts_with("/c/"), "{there}");
    assert_eq!(get(&server.address(), &there).unwrap().status, 200);
}

#[test]
fn the_next_mail_can_be_made_to_fail() {
    let folder = TempDir::new().unwrap();
    let server = start(folder.path());
    let switch = |form: &str| assert_eq!(post(&server, "/dev/trouble", form, &[]).0, 303, "{form}");
    let mint = |form: &str| post(&server, "/dev/mint", form, &[]).1;
    switch("fate=permanent");
    assert_eq!(mint("to=ann%40example.com"), "/?told=failed");
    let log = log_of(&server, "ann");
    let [queued, first, answer, end] = &log[..] else { panic!("{log:?}") };
    assert_eq!((queued.as_str(), first.as_str()), ("queued", "try 1"));
    assert!(answer.starts_with("550 ") && end.starts_with("failed: "), "{answer} {end}");

    switch("fate=temporary");
    assert_eq!(mint("to=ben%40example.com"), "/?told=sent");
    let log = log_of(&server, "ben");
    let [_, _, answer, pause, second, taken, end] = &log[..] else { panic!("{log:?}") };
    assert!(answer.starts_with("451 ") && pause.contains("the next try is in"), "{log:?}");
    assert_eq!([second, taken, end], ["try 2", "250 2.0.0 caught", "sent"]);
}

#[test]
fn strangers_see_nothing_and_their_forms_do_nothing() {
    let folder = TempDir::new().unwrap();
    let server = start(folder.path());
    for path in ["/", "/metrics", "/dev/returned", "/dev/inbox", "/dev/log"] {
        let mut wire = Wire::open(&server.address()).unwrap();
        wire.send(request("GET", path, &[], "").replace("localhost", "rebound.example")).unwrap();
        let reply = wire.reply().unwrap();
        assert_eq!(reply.status, 421, "{path}");
        assert!(!reply.body.contains("dev-only"), "{path}: {}", reply.body);
    }
    for header in ["Origin: http://evil.example", "Sec-Fetch-Site: cross-site"] {
        assert_eq!(post(&server, "/dev/mint", "to=ann%40example.com", &[header]).0, 403, "{header}");
    }
    assert!(log_of(&server, "ann").is_empty());
    let page = get(&server.address(), "/").unwrap();
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
}

#[test]
fn a_link_cannot_put_a_command_into_the_shell_of_whoever_follows_it() {
    let folder = TempDir::new().unwrap();
    let server = start(folder.path());
    let page = |result: &str| {
        get(&server.address(), &format!("/dev/returned?otpmint_result={result}")).unwrap().body
    };
    assert!(page("Abc-123_x").contains("'{\"result\":\"Abc-123_x\"}'"), "{}", page("Abc-123_x"));
    for result in ["%27;id;%27", "$(id)", "%60id%60", "a%20b", "%22", ""] {
        assert!(!page(result).contains("/v1/results"), "{result}");
    }
}

#[test]
fn an_open_event_stream_does_not_keep_it_and_its_folder_goes_with_it() {
    let folder = TempDir::new().unwrap();
    let mut server = start(folder.path());
    assert!(!is_empty(folder.path()));
    let mut stream = Wire::open(&server.address()).unwrap();
    let accept = "Accept: text/event-stream";
    stream
        .send(request("GET", "/dev/events", &[accept], "").replace("localhost", &server.address()))
        .unwrap();
    assert_eq!(stream.reply().unwrap().status, 200);
    server.signal("INT");
    let ended = server.wait(Duration::from_secs(3)).expect("it ends within three seconds");
    assert_eq!(ended.code(), Some(0), "{}", server.output());
    assert!(is_empty(folder.path()), "it left its temporary folder behind");
}

#[test]
fn it_refuses_to_be_reached_from_elsewhere() {
    let folder = TempDir::new().unwrap();
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:5000"] {
        let mut server = Server::new("")
            .command(|serve| [serve[0].as_str(), "dev", "--listen", listen].map(str::to_owned).to_vec())
            .env("TMPDIR", &folder.path().display().to_string());
        server.spawn();
        assert_eq!(server.wait(Duration::from_secs(10)).expect("it refuses").code(), Some(2), "{listen}");
        assert!(server.log().contains("this machine only"), "{}", server.log());
    }
    assert!(is_empty(folder.path()));
}

#[test]
fn the_demo_has_a_month_of_three_tenants_a_route_that_fails_and_somebody_locked_out() {
    let folder = TempDir::new().unwrap();
    let server = start_with(folder.path(), &["--demo"], Duration::from_secs(60));
    let told = |path: &str| -> serde_json::Value {
        let token = "Authorization: Bearer otpo_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo";
        let mut wire = Wire::open(&server.address()).unwrap();
        wire.send(request("GET", path, &[token], "")).unwrap();
        let reply = wire.reply().unwrap();
        assert_eq!(reply.status, 200, "{path}");
        serde_json::from_str(&reply.body).unwrap()
    };
    let tenants = told("/v1/admin/tenants");
    let names: Vec<_> = tenants["data"].as_array().unwrap().iter().map(|tenant| &tenant["name"]).collect();
    for name in ["Acme Shop", "Blue Bank", "Fern Travel"] {
        assert!(names.iter().any(|known| *known == name), "{names:?}");
    }
    for event in ["delivery_failed", "locked_out", "verified", "mismatched"] {
        let audit = told(&format!("/v1/admin/audit?event={event}&limit=1"));
        assert_eq!(audit["data"].as_array().unwrap().len(), 1, "{event}");
    }
    let days = told("/v1/admin/stats?group_by=day");
    let busy = days["data"].as_array().unwrap().iter().filter(|day| day["minted"].as_u64() > Some(5)).count();
    assert!(busy >= 29, "{days}");
}
