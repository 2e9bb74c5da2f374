//! Routes to phones, and what the rules against toll fraud refuse, managed at the shell.

use serde_json::{Value, json};

use super::Home;
use crate::api::harness::Database;
use crate::delivery::providers::server::{Provider, Reply};
use crate::delivery::smpp::centre::{Centre, accepting};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const SECRET: &str = "hunter22-hunter22";

/// A home whose tenants may reach servers of this machine.
fn home(ca_pem: &str) -> Home {
    let home = Home::new();
    home.write("ca.pem", ca_pem);
    home.write("secret", &format!("{SECRET}\n"));
    home.write(
        "otpmint.toml",
        "[server]\nlisten = \"127.0.0.1:0\"\nmetrics_listen = \"\"\n[outbound]\nallow_hosts = [\"localhost\"]\n\
         plaintext_hosts = [\"localhost\"]\nwebhook_ports = \"any\"\nsmpp_ports = \"any\"\nca_file = \"ca.pem\"\n",
    );
    home
}

fn twilio(port: u16) -> Value {
    let base = format!("https://localhost:{port}");
    let settings =
        json!({ "account_sid": ACCOUNT, "from": "Acme", "voice_from": "+15550100", "base_url": base });
    json!({ "transport": "twilio", "settings": settings })
}

fn smpp(port: u16) -> Value {
    let settings =
        json!({ "host": "localhost", "port": port, "tls": "none", "system_id": "acme", "from": "Acme" });
    json!({ "transport": "smpp", "settings": settings })
}

/// Adds the route in `route.json`, and returns its handle.
fn add(home: &Home, tenant: &str, route: &Value, more: &[&str]) -> String {
    home.write("route.json", &route.to_string());
    let add = ["tenant", "route", "add", tenant, "--settings", "route.json", "--secret-file", "secret"];
    let added = home.run(&[&add, more, &["--no-check"]].concat());
    assert!(!added.is(0).out.contains(SECRET), "{}", added.out);
    added.value("added")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_is_added_listed_checked_and_removed() {
    let provider = Provider::start([
        Reply::Json(200, format!(r#"{{"sid":"{ACCOUNT}"}}"#)),
        Reply::Json(200, format!(r#"{{"sid":"{ACCOUNT}"}}"#)),
        Reply::Json(401, r#"{"code":20003}"#.to_owned()),
    ])
    .await;
    let home = home(&provider.ca_pem);
    let (tenant, _) = home.add_tenant();
    let route = add(&home, &tenant, &twilio(provider.port), &["--channel", "sms", "--name", "texts"]);
    let listed = home.run(&["tenant", "route", "list", &tenant]);
    let lines: Vec<_> = listed.is(0).out.lines().collect();
    assert!(lines[0].starts_with("ROUTE ") && lines[0].contains("  CHANNELS "), "{}", listed.out);
    assert!(lines[1].contains("smtp.example.com:587"), "the first route is tried first: {}", listed.out);
    assert!(
        lines[2].starts_with(&format!("{route}  twilio")) && lines[2].ends_with("texts"),
        "{}",
        listed.out
    );
    assert!(!listed.out.contains(SECRET), "{}", listed.out);
    let json = home.run(&["tenant", "route", "list", &tenant, "--json"]).is(0).out.clone();
    let second: Value = serde_json::from_str(json.lines().nth(1).unwrap()).unwrap();
    assert_eq!((&second["route"], &second["channels"]), (&json!(route), &json!(["sms"])));
    assert!(second["to"].as_str().unwrap().contains(ACCOUNT), "{json}");
    let check = ["tenant", "route", "check", &tenant, &route];
    let checked = home.run(&check);
    for step in [
        "ok    resolve  localhost",
        "ok    connect",
        "ok    tls",
        "ok    login    the provider takes the login",
    ] {
        assert!(checked.is(0).out.contains(step), "{step}: {}", checked.out);
    }
    let sent = home.run(&[&check[..], &["--to", "+4915123456789"]].concat());
    sent.fails(2, &["countr"]);
    home.run(&[&check[..], &["--to", "nobody"]].concat()).fails(2, &["--to"]);
    let doctor = home.run(&["doctor", "--tenant", &tenant]);
    let says = format!("ok    {route} localhost:{} takes the login of {tenant}", provider.port);
    assert!(doctor.out.contains(&says), "{doctor:?}");
    for note in ["lists no country", "server.public_url"] {
        assert!(doctor.out.contains(note), "{note}: {}", doctor.out);
    }
    let refused = home.run(&check);
    refused.fails(1, &["login", "authentication_failed", "check the account, the secret"]);
    assert!(refused.out.contains("ok    tls"), "{}", refused.out);
    home.run(&["tenant", "route", "remove", &tenant, &route]).is(0);
    home.run(&["tenant", "route", "remove", &tenant, &route]).fails(2, &["otpmint tenant route list"]);
    assert!(!home.run(&["tenant", "route", "list", &tenant]).is(0).out.contains("twilio"));
    home.run(&check).fails(2, &["otpmint tenant route list"]);
    let audit = home.run(&["audit", "--tenant", &tenant]).is(0).out.clone();
    for (event, count) in [("route_added", 1), ("smtp_tested", 2), ("route_deleted", 1)] {
        let told = audit.lines().filter(|line| line.contains(event) && line.ends_with(&route));
        assert_eq!(told.count(), count, "{audit}");
    }
    assert!(!audit.contains(SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_centre_is_added_from_standard_input_and_checked() {
    let centre = Centre::start(accepting()).await;
    let home = home("");
    home.write(
        "otpmint.toml",
        &std::fs::read_to_string(home.path("otpmint.toml")).unwrap().replace("ca_file = \"ca.pem\"\n", ""),
    );
    let (tenant, _) = home.add_tenant();
    let mut route = smpp(centre.port);
    route["secret"] = json!("hunter22");
    let add = ["tenant", "route", "add", &tenant, "--settings", "-", "--position", "0"];
    let added = home.run_with_input(&add, &route.to_string());
    assert!(!added.is(0).out.contains("hunter22"), "{}", added.out);
    let handle = added.value("added");
    // It is tried at once.
    assert!(added.out.contains("ok    login    the message centre takes the login"), "{}", added.out);
    assert!(added.out.ends_with("It works.\n"), "{}", added.out);
    let listed = home.run(&["tenant", "route", "list", &tenant]).is(0).out.clone();
    assert!(listed.lines().nth(1).unwrap().contains("acme at localhost"), "{listed}");
    let checked = home.run(&["tenant", "route", "check", &tenant, &handle]);
    assert!(
        checked.is(0).out.contains("ok    login    the message centre takes the login"),
        "{}",
        checked.out
    );
    assert_eq!((centre.submits(), centre.heard().binds.len()), (0, 2), "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_route_that_does_not_work_stays_and_says_what_is_wrong() {
    let provider = Provider::start([Reply::Json(401, r#"{"code":20003}"#.to_owned())]).await;
    let home = home(&provider.ca_pem);
    let (tenant, _) = home.add_tenant();
    home.write("route.json", &twilio(provider.port).to_string());
    let add = ["tenant", "route", "add", &tenant, "--settings", "route.json", "--secret-file", "secret"];
    let added = home.run(&add);
    let (out, route) = (added.is(0).out.clone(), added.value("added"));
    for part in [
        "ok    tls",
        "failed login: authentication_failed: the provider did not confirm the login: check the account",
        &format!("The route stays. Once this is put right: otpmint tenant route check {tenant} {route}"),
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert!(home.run(&["tenant", "route", "list", &tenant]).is(0).out.contains(&route));
}

#[test]
fn what_can_be_no_route_is_a_usage_error_with_its_place_and_changes_nothing() {
    let home = home("");
    home.write("otpmint.toml", "[server]\nlisten = \"127.0.0.1:0\"\n");
    let (tenant, _) = home.add_tenant();
    let right = json!({ "transport": "twilio", "settings": { "account_sid": ACCOUNT, "from": "Acme" } });
    let with = |pointer: &str, value: Value| {
        let mut route = right.clone();
        match pointer.rsplit_once('/') {
            Some((at, name)) => route.pointer_mut(at).unwrap()[name] = value,
            None => route = value,
        }
        route.to_string()
    };
    let add = ["tenant", "route", "add", &tenant, "--settings", "-"];
    let secret = ["--secret-file", "secret"];
    for (input, more, parts) in [
        (with("", json!([])), &secret[..], &["--settings", "JSON object"][..]),
        (with("/transport", json!("pigeon")), &secret, &["transport"]),
        (with("/settings/account_sid", json!("AC1")), &secret, &["settings/account_sid", "32 hexadecimal"]),
        (with("/settings/colour", json!("red")), &secret, &["colour"]),
        (with("/settings/base_url", json!("https://10.0.0.1")), &secret, &["settings/base_url"]),
        (with("/secret", json!("given")), &secret, &["--secret-file", "already"]),
        (right.to_string(), &[], &["secret", "--help"]),
        (right.to_string(), &["--secret-file", "-"], &["--settings", "standard input"]),
        (right.to_string(), &["--secret-file", "secret", "--channel", "voice"], &["channels", "sms"]),
        (right.to_string(), &["--secret-file", "secret", "--name", "two\nlines"], &["--name"]),
    ] {
        let failed = home.run_with_input(&[&add[..], more].concat(), &input);
        assert!(!failed.fails(2, parts).err.contains(SECRET), "{}", failed.err);
    }
    let nobody = ["tenant", "route", "add", "tnt_2222222222222222", "--settings", "-"];
    home.run_with_input(&nobody, &right.to_string()).fails(2, &["otpmint tenant list"]);
    let listed = home.run(&["tenant", "route", "list", &tenant]);
    assert_eq!(listed.is(0).out.matches("smtp.example.com").count(), 1);
    assert!(!listed.out.contains("twilio"), "{}", listed.out);
    let sandbox = home.run(&["tenant", "sandbox-key", &tenant]).value("sandbox");
    let add = ["tenant", "route", "add", &sandbox, "--settings", "-", "--secret-file", "secret"];
    home.run_with_input(&add, &right.to_string()).fails(2, &["sandbox"]);
}

#[test]
fn what_the_rules_refuse_is_listed_and_cleared() {
    let home = Home::new();
    let (tenant, _) = home.add_tenant();
    let blocks = home.run(&["tenant", "blocks", &tenant]);
    assert_eq!(blocks.is(0).out, "");
    assert!(blocks.err.contains("Nothing is refused at present."), "{}", blocks.err);
    let database = Database::Sqlite(home.path("data/otpmint.db"));
    database.change(
        "INSERT INTO phone_blocks (tenant, rule, key, subject, refuses, since, until, refused) \
         SELECT min(id), 'sends_per_prefix', x'00112233445566778899aabbccddeeff', '+4915123…', 1, 1, \
         9000000000000, 17 FROM tenants",
    );
    let blocks = home.run(&["tenant", "blocks", &tenant]);
    let id = "sends_per_prefix-00112233445566778899aabbccddeeff";
    let line = blocks.is(0).out.lines().nth(1).unwrap();
    assert!(line.starts_with(&format!("{id}  +4915123…")) && line.contains("  17 "), "{}", blocks.out);
    home.run(&["tenant", "blocks", &tenant, "--clear", "sends_per_prefix-00"]).fails(2, &["no block"]);
    home.run(&["tenant", "blocks", &tenant, "--clear", "everything"]).fails(2, &["no block"]);
    home.run(&["tenant", "blocks", &tenant, "--clear", id]).is(0);
    assert_eq!(database.number("SELECT count(*) FROM phone_blocks"), 0);
    home.run(&["tenant", "blocks", &tenant, "--clear", id]).fails(2, &["no block"]);
}
