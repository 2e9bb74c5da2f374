//! The help of the commands, and the settings.

use crate::support::lab::need;
use crate::support::redis::Redis;

use super::Home;

const SUBCOMMANDS: [&[&str]; 23] = [
    &[],
    &["serve"],
    &["dev"],
    &["config"],
    &["config", "default"],
    &["config", "check"],
    &["doctor"],
    &["tenant"],
    &["tenant", "add"],
    &["tenant", "list"],
    &["tenant", "show"],
    &["tenant", "disable"],
    &["tenant", "rotate-key"],
    &["tenant", "unlock"],
    &["tenant", "route"],
    &["tenant", "route", "add"],
    &["tenant", "route", "list"],
    &["tenant", "route", "check"],
    &["tenant", "route", "remove"],
    &["tenant", "blocks"],
    &["operator"],
    &["operator", "new-token"],
    &["operator", "setup-link"],
];

#[test]
fn every_command_explains_itself_and_takes_no_secret_as_an_argument() {
    let home = Home::new();
    for path in SUBCOMMANDS {
        let mut arguments = path.to_vec();
        arguments.push("--help");
        let help = home.bare(&arguments);
        help.is(0);
        assert!(help.out.contains("Usage: otpmint") && help.err.is_empty(), "{path:?}: {help:?}");
        for secret in ["--smtp-password <", "--secret-key <", "--passphrase", "--password", "--token"] {
            assert!(!help.out.contains(secret), "{path:?} takes {secret}");
        }
    }
    let help = home.bare(&["--help"]).out;
    for part in ["otpmint dev", "otpmint serve --config", "Exit codes:", "tenant", "doctor"] {
        assert!(help.contains(part), "{part} is not in {help}");
    }
    assert_eq!(home.bare(&["--version"]).is(0).out, format!("otpmint {}\n", env!("CARGO_PKG_VERSION")));
    assert!(home.data().is_empty(), "nothing was made by asking");
}

#[test]
fn what_is_no_command_is_a_usage_error() {
    let home = Home::new();
    for wrong in [
        &["frobnicate"][..],
        &["serve", "--port", "80"],
        &["tenant"],
        &["tenant", "add"],
        &["tenant", "add", "--smtp-password", "x"],
        &["tenant", "show"],
        &["tenant", "route", "add", "tnt_2222222222222222"],
        &["tenant", "route", "add", "tnt_2222222222222222", "--settings", "-", "--secret", "x"],
        &["tenant", "route", "add", "tnt_2222222222222222", "--settings", "-", "--channel", "pigeon"],
        &["tenant", "rotate-key", "tnt_2222222222222222", "--overlap-hours", "721"],
        &[],
    ] {
        home.bare(wrong).is(2);
    }
}

#[test]
fn the_default_configuration_is_printed_and_is_one_that_passes_the_check() {
    let home = Home::new();
    let printed = home.bare(&["config", "default"]);
    assert_eq!(printed.is(0).out, otpmint::config::DEFAULT);
    home.write("otpmint.toml", &printed.out);
    home.run(&["config", "check"]).is(0);
}

#[test]
fn the_check_finds_what_serve_would_stumble_over() {
    let home = Home::new();
    for (text, parts) in [
        ("[server]\nlisten = \"everywhere\"\n", &["server.listen"][..]),
        ("[codes]\nlenght = 6\n", &["codes.lenght", "did you mean codes.length?"]),
        ("[outbound]\nca_file = \"/no/such/ca.pem\"\n", &["outbound.ca_file", "/no/such/ca.pem"]),
        ("[outbound]\nca_file = \"otpmint.toml\"\n", &["outbound.ca_file"]),
        ("[log]\nlevel = \"inf o=x=y\"\n", &["log.level"]),
        ("not toml", &[]),
    ] {
        home.write("otpmint.toml", text);
        home.run(&["config", "check"]).fails(2, parts);
        home.run(&["serve"]).fails(2, parts);
    }
    home.bare(&["config", "check", "--config", "nowhere.toml"]).fails(2, &["nowhere.toml"]);
    let home = Home::new().with("OTPMINT_CODES__LENGTH", "99");
    home.run(&["config", "check"]).fails(2, &["codes.length"]);
    assert!(home.data().is_empty(), "nothing was made");
}

#[test]
fn the_doctor_tries_the_redis_of_the_settings_and_never_prints_its_password() {
    let lines = ["requirepass s3cret-of-the-lab", "maxmemory 50mb", "maxmemory-policy allkeys-lru"];
    let Some(redis) = need(Redis::start(&lines)) else { return };
    let home = Home::new()
        .with("OTPMINT_LIMITS__URL", &redis.url())
        .with("OTPMINT_LIMITS__PASSWORD", "s3cret-of-the-lab");
    let told = home.run(&["doctor"]);
    let told = told.is(0);
    assert!(told.out.contains("ok    limits over Redis") && told.out.contains("allkeys-lru"), "{told:?}");
    assert!(!format!("{told:?}").contains("s3cret"), "{told:?}");
    let home = home.with("OTPMINT_LIMITS__PASSWORD", "swordfish");
    let told = home.run(&["doctor"]);
    assert!(!told.fails(1, &["limits.url"]).err.contains("swordfish"), "{told:?}");
    let home = home.with("OTPMINT_LIMITS__URL", "redis://127.0.0.1:1");
    home.run(&["doctor"]).fails(1, &["limits.url"]);
    let home = home.with("OTPMINT_LIMITS__URL", "redis://otp:swordfish@127.0.0.1:1");
    let told = home.run(&["doctor"]);
    assert!(!told.fails(2, &["limits.url", "limits.password"]).err.contains("swordfish"), "{told:?}");
    assert!(home.data().is_empty(), "nothing was made");
}

#[test]
fn the_doctor_names_the_migrations_of_an_older_schema_and_does_not_run_them() {
    let home = Home::new();
    home.add_tenant();
    let database = rusqlite::Connection::open(home.path("data/otpmint.db")).unwrap();
    database.pragma_update(None, "user_version", 0).unwrap();
    drop(database);
    let before = home.data();
    let told = home.run(&["doctor"]);
    assert!(told.is(0).out.contains("runs 0001_initial"), "{told:?}");
    assert!(!told.out.contains("no database") && home.data() == before, "{told:?}");
}

#[test]
fn the_doctor_says_what_works_and_what_to_change() {
    let home = Home::new();
    let before = home.run(&["doctor"]);
    assert!(before.is(0).out.contains("no database") && home.data().is_empty(), "{before:?}");
    let (handle, key) = home.add_tenant();
    let after = home.run(&["doctor"]);
    assert!(after.is(0).out.contains("ok    1 tenants"), "{after:?}");
    home.run(&["doctor", "--tenant", "tnt_2222222222222222"]).fails(2, &["otpmint tenant list"]);
    assert!(!after.out.contains(&key) && !after.out.contains(&handle));
    home.write("otpmint.toml", "[outbound]\nallow_ports = [25]\n");
    home.run(&["doctor", "--tenant", &handle]).fails(1, &["host_not_allowed", "[outbound]"]);
}
