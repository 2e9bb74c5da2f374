//! `otpmint store copy` and `otpmint store take-back`.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::Home;
use super::postgres::home;
use crate::support::eventually;
use crate::support::lab::need;
use crate::support::postgres::server::{NAME, PASSWORD, Server};

#[test]
fn everything_moves_and_nothing_starts_on_the_former_database() {
    let Some(server) = need(Server::shared()) else { return };
    let (schema, here) = (server.schema(), Home::new());
    let (handle, _) = here.add_tenant();
    let url = schema.url().replace("otpmint@", "guarded@");
    here.write("database-password", PASSWORD);
    let password = ["--to-password-file", "database-password"];
    let moved = here.run(&[&["store", "copy", "--to", &url][..], &password].concat());
    moved.is(0);
    for part in ["copied    tenants", "compared  audit", "digest", "Set store.url"] {
        assert!(moved.out.contains(part), "{part:?} is not in {}", moved.out);
    }
    assert!(!moved.out.contains(PASSWORD));
    for command in [&["serve"][..], &["tenant", "list"], &["store", "migrate"], &["doctor"]] {
        here.run(command).fails(4, &["was copied to postgres://", "take-back"]);
    }
    let there = home(&url).with("OTPMINT_STORE__PASSWORD", PASSWORD);
    std::fs::create_dir(there.path("data")).unwrap();
    there.chmod("data", 0o700);
    std::fs::copy(here.path("data/master.key"), there.path("data/master.key")).unwrap();
    assert_eq!(there.run(&["tenant", "show", &handle]).is(0).value("status"), "active");

    let back = format!("sqlite:{}", there.path("data/otpmint.db").display());
    there.run(&["store", "copy", "--to", &back]).is(0);
    there.run(&["tenant", "list"]).fails(4, &["was copied to", "otpmint.db"]);
    let there = there.without("OTPMINT_STORE__URL").without("OTPMINT_STORE__PASSWORD");
    assert_eq!(there.run(&["tenant", "show", &handle]).is(0).value("status"), "active");

    here.run(&["store", "take-back"]).fails(2, &["can be used here again", "--yes"]);
    here.run(&["tenant", "list"]).fails(4, &["was copied to"]);
    here.run(&["store", "take-back", "--yes"]).is(0);
    here.run(&["tenant", "list"]).is(0);
    here.run(&["store", "take-back", "--yes"]).is(0).value("data/otpmint.db was not copied");
}

#[test]
fn a_place_that_makes_no_sense_is_2_and_nothing_is_made() {
    let here = Home::new();
    here.add_tenant();
    for (to, part) in [
        ("mysql://me@db/x", "sqlite:PATH"),
        ("sqlite:", "sqlite:PATH"),
        ("postgres://db/x", "--to"),
        ("postgres://me:s3cret@db.invalid/x", "--to-password-file"),
        ("postgres://me:s3cret/x", "or set --to-password-file instead"),
        (
            "postgres://me@db.invalid/x?sslrootcert=/ca",
            "--to: sslrootcert is not known here: set --to-ca-file",
        ),
    ] {
        let refused = here.run(&["store", "copy", "--to", to]);
        refused.fails(2, &[part]);
        assert!(!refused.err.contains("s3cret"), "{refused:?}");
    }
    here.run(&["tenant", "list"]).is(0);
    let empty = Home::new();
    empty.run(&["store", "copy", "--to", "sqlite:data/copy.db"]).fails(4, &["there is no database"]);
    assert!(!empty.path("data/copy.db").exists());
    let help = here.bare(&["store", "copy", "--help"]);
    for part in
        ["postgres://USER@HOST/DATABASE", "With the server stopped".trim_start_matches("With "), "repeated"]
    {
        assert!(help.is(0).out.contains(part), "{part:?} is not in {}", help.out);
    }
}

/// A copy that waits in its middle until it is killed.
#[test]
fn a_copy_that_is_killed_leaves_the_source_as_it_was_and_the_target_closed() {
    let Some(server) = need(Server::shared()) else { return };
    let (schema, here) = (server.schema(), Home::new());
    let (handle, _) = here.add_tenant();
    // The tables of an attempt that failed, with one that takes its time.
    let session = schema.session();
    home(&schema.url()).run(&["store", "migrate"]).is(0);
    let names = "SELECT string_agg(tablename, ', ') FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'meta'";
    let names = session.run(names)[0][0].clone().expect("tables");
    session.run(&format!(
        "TRUNCATE {names}; DELETE FROM meta WHERE key NOT IN ('application', 'schema_version', 'least_version'); \
         CREATE FUNCTION slow() RETURNS bool LANGUAGE sql AS 'SELECT pg_sleep(60) IS NOT NULL'; \
         ALTER TABLE keyring ADD CONSTRAINT slow CHECK (slow())"
    ));
    let mut copying = Command::new(env!("CARGO_BIN_EXE_otpmint"))
        .args(["store", "copy", "--to", &schema.url(), "--config", "otpmint.toml"])
        .current_dir(here.folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program");
    let admin = server.admin(NAME);
    let sleeps = format!(
        "SELECT pid FROM pg_stat_activity WHERE application_name = '{}' AND wait_event = 'PgSleep'",
        schema.name()
    );
    let in_the_middle = eventually(Duration::from_secs(20), || admin.run(&sleeps).pop());
    assert!(in_the_middle.is_some(), "it is copying");
    copying.kill().expect("our child");
    copying.wait().expect("our child");
    // It would notice by itself, but for the sleep.
    admin.run(&format!("SELECT pg_terminate_backend(pid) FROM ({sleeps}) of_the_copy"));
    session.run("ALTER TABLE keyring DROP CONSTRAINT slow; DROP FUNCTION slow()");

    for command in [&["serve"][..], &["tenant", "list"], &["store", "migrate", "--plan"]] {
        home(&schema.url()).run(command).fails(4, &["has not been finished", "store copy"]);
    }
    assert_eq!(here.run(&["tenant", "show", &handle]).is(0).value("status"), "active");
    here.run(&["store", "copy", "--to", &schema.url()]).is(0);
    here.run(&["tenant", "list"]).fails(4, &["was copied to"]);
}
