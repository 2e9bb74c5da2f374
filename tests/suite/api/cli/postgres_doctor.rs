//! What `otpmint doctor` says about servers of PostgreSQL that run with other settings than they should.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::postgres::home;
use crate::support::eventually;
use crate::support::lab::need;
use crate::support::postgres::schema::Schema;
use crate::support::postgres::server::{Server, programs};

/// How long something may take that a server does by itself.
const SOON: Duration = Duration::from_secs(20);

/// Runs the doctor until it says this.
#[track_caller]
fn says(url: &str, part: &str) {
    let home = home(url);
    let mut told = String::new();
    let found = eventually(SOON, || {
        let done = home.run(&["doctor"]);
        told = done.out + &done.err;
        told.contains(part).then_some(())
    });
    assert!(found.is_some(), "{part:?} is not in:\n{told}");
}

#[test]
fn doctor_names_rights_that_the_user_does_not_need() {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let as_role = |role: &str| schema.url().replace("otpmint@", &format!("{role}@"));
    let admin = server.admin("postgres");
    admin.run("CREATE ROLE doctor_powerful LOGIN CREATEROLE IN ROLE otpmint, pg_read_server_files");
    says(&as_role("doctor_powerful"), "more rights than it needs (CREATEROLE, pg_read_server_files)");
    says(&as_role("postgres"), "the user is a superuser");
    let told = home(&schema.url()).run(&["doctor"]).out;
    assert!(!told.contains("rights") && !told.contains("superuser") && !told.contains("everybody"), "{told}");
    schema.session().run(&format!("GRANT CREATE ON SCHEMA {} TO PUBLIC", schema.name()));
    says(&schema.url(), "everybody who may connect may create tables");
}

#[test]
fn doctor_names_the_migrations_of_an_older_schema_and_does_not_run_them() {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let home = home(&schema.url());
    home.add_tenant();
    schema.session().run("UPDATE meta SET value = '0' WHERE key = 'schema_version'");
    let told = home.run(&["doctor"]);
    assert!(told.out.contains("runs 0001_initial") && !told.out.contains("no database"), "{told:?}");
    let kept =
        schema.session().run("SELECT convert_from(value, 'UTF8') FROM meta WHERE key = 'schema_version'");
    assert_eq!(kept, [[Some("0".to_owned())]]);
}

/// Receives what a server writes, as a standby does. Ended when it is dropped.
struct Follower(Child);

impl Follower {
    fn of(server: &Server, folder: &std::path::Path) -> Self {
        let program = programs().expect("a server runs").join("pg_receivewal");
        let mut follow = Command::new(program);
        follow.arg("-h").arg(server.folder()).args(["-p", &server.port().to_string(), "-U", "postgres"]);
        follow.arg("-D").arg(folder).stdout(Stdio::null()).stderr(Stdio::null());
        Self(follow.spawn().expect("a program of the server"))
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that waits for a standby with every COMMIT, until this is dropped: the schema could not be removed.
struct Waiting<'a>(&'a Server);

impl<'a> Waiting<'a> {
    fn of(server: &'a Server) -> Self {
        server.admin("postgres").run("ALTER SYSTEM SET synchronous_standby_names = 'b'");
        server.admin("postgres").run("SELECT pg_reload_conf()");
        Self(server)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let admin = self.0.admin("postgres");
        let _ = admin.try_run("ALTER SYSTEM RESET synchronous_standby_names");
        let _ = admin.try_run("SELECT pg_reload_conf()");
    }
}

#[test]
fn doctor_says_what_the_standbys_do_not_have() {
    let Some(server) = need(Server::start(&["fsync=off"])) else { return };
    let (schema, folder) = (server.schema(), tempfile::tempdir().unwrap());
    says(&schema.url(), "no standby follows: if the server's disk is lost");
    let follower = Follower::of(&server, folder.path());
    says(
        &schema.url(),
        "if a standby takes over, the last codes and attempts that were acknowledged may be lost",
    );
    drop(follower);
    server.admin("postgres").run("ALTER ROLE otpmint SET synchronous_commit = local");
    says(&schema.url(), "synchronous_commit is local by default; OtpMint sets it on for its own sessions");
    let _waiting = Waiting::of(&server);
    says(&schema.url(), "synchronous_standby_names is 'b': nothing is acknowledged until one does");
}

#[test]
fn two_servers_that_both_take_writes_are_two_databases() {
    let (Some(one), Some(other)) = (need(Server::shared()), need(Server::start(&["fsync=off"]))) else {
        return;
    };
    let url = |one: u16, other: u16| {
        format!("postgres://otpmint:otpmint@127.0.0.1:{one},127.0.0.1:{other}/otpmint?sslmode=disable")
    };
    let both = home(&url(one.port(), other.port())).run(&["doctor"]);
    both.fails(4, &["take writes, each for itself"]);
    both.value(&format!("ok    127.0.0.1:{} takes writes", other.port()));
    let port = other.port();
    drop(other);
    let told = home(&url(one.port(), port)).run(&["doctor"]).out;
    assert!(told.contains(&format!("note  127.0.0.1:{port}: no connection to the database")), "{told}");
}

/// Fills the outbox and empties it again, where vacuum does not come.
fn leave(schema: &Schema<'_>) {
    schema.session().run(
        "ALTER TABLE outbox SET (autovacuum_enabled = off); \
         INSERT INTO outbox (challenge, tenant, tries, unconfirmed, queued_at) \
         SELECT n, 1, 0, 0, 0 FROM generate_series(1, 60000) n; \
         DELETE FROM outbox",
    );
}

#[test]
fn doctor_names_what_is_in_the_way_of_the_server() {
    let Some(server) = need(Server::start(&["fsync=off"])) else { return };
    let schema = server.schema();
    home(&schema.url()).add_tenant();
    leave(&schema);
    says(&schema.url(), "the outbox has 60000 removed rows that still take room, and 0 others");
    let lock = |hold: &str| format!("BEGIN; LOCK TABLE fallbacks; {hold}; COMMIT");
    let (held, waited) = (lock("SELECT pg_sleep(60)"), lock("SELECT 1"));
    std::thread::scope(|scope| {
        scope.spawn(|| schema.session().try_run(&held));
        let sleeps = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        let holds = || (!server.admin("postgres").run(sleeps).is_empty()).then_some(());
        assert!(eventually(SOON, holds).is_some(), "nobody holds the lock");
        scope.spawn(|| schema.session().run(&waited));
        says(&schema.url(), "1 locks are waited for at this moment");
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        server.admin("postgres").run(end);
    });
    server.admin("postgres").run("ALTER SYSTEM SET autovacuum = off");
    server.admin("postgres").run("SELECT pg_reload_conf()");
    says(&schema.url(), "autovacuum is off");
}
