//! Starts that must fail, each with its exit code, and without changing anything.

use std::fs;

use crate::api::harness::{JANE, TestApp, engine};

use super::command::ADD_TENANT;
use super::{Done, Home};

const OTHER_KEY: &str =
    "otpmint-master-key:00000000000000000000000000000000000000000000000000000000deadbeef\n";

/// Every command that uses data, and how it ended.
fn every_command(home: &Home, handle: &str) -> Vec<(String, Done)> {
    let commands: [&[&str]; 13] = [
        &["serve"],
        &["doctor"],
        &["tenant", "list"],
        &["tenant", "show", handle],
        &["tenant", "disable", handle],
        &["tenant", "enable", handle],
        &["tenant", "rotate-key", handle],
        &["tenant", "unlock", handle, "jane.roe@recipient.example"],
        &["tenant", "route", "list", handle],
        &["tenant", "route", "check", handle, "smtp_2222222222222222"],
        &["tenant", "route", "remove", handle, "smtp_2222222222222222"],
        &["tenant", "blocks", handle],
        &ADD_TENANT,
    ];
    commands.iter().map(|command| (command.join(" "), home.run(command))).collect()
}

/// All of them fail with `code`, say `parts`, and change no byte.
#[track_caller]
fn all_fail(home: &Home, handle: &str, code: i32, parts: &[&str]) {
    let mut before = home.data();
    for (command, done) in every_command(home, handle) {
        assert_eq!(done.code, code, "{command}: {done:?}");
        done.fails(code, parts);
        let mut after = home.data();
        // Files without content: the lock that keeps a second server away, and those that SQLite creates to
        // read a database next to a running server.
        for files in [&mut before, &mut after] {
            files.remove(&home.path("data/otpmint.lock"));
            files.remove(&home.path("data/otpmint.db-shm"));
            files.retain(|path, (bytes, _)| !(path.ends_with("otpmint.db-wal") && bytes.is_empty()));
        }
        let names = |files: &std::collections::BTreeMap<_, _>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&after), names(&before), "{command} made or removed a file");
        assert!(after == before, "{command} changed a byte");
    }
}

#[test]
fn a_wrong_master_key_is_3_and_changes_no_byte() {
    let home = Home::new();
    let (handle, _) = home.add_tenant();
    home.write("data/master.key", OTHER_KEY);
    all_fail(&home, &handle, 3, &["not the master key", "nothing was changed"]);
    home.write("other.key", OTHER_KEY);
    home.chmod("other.key", 0o600);
    home.write("otpmint.toml", "[keys]\nmaster_key_file = \"other.key\"\n");
    all_fail(&home, &handle, 3, &["not the master key"]);
}

#[test]
fn a_missing_master_key_is_3_and_no_new_one_is_made_for_an_old_database() {
    let home = Home::new();
    let (handle, _) = home.add_tenant();
    fs::rename(home.path("data/master.key"), home.path("kept.key")).unwrap();
    all_fail(&home, &handle, 3, &["master.key", "missing", "backup"]);
    assert!(!home.path("data/master.key").exists());
    fs::rename(home.path("kept.key"), home.path("data/master.key")).unwrap();
    home.run(&["tenant", "show", &handle]).is(0);
}

#[test]
fn a_master_key_that_others_may_read_is_3_and_says_how_to_mend_it() {
    let home = Home::new();
    let (handle, _) = home.add_tenant();
    for mode in [0o644, 0o640, 0o604, 0o660] {
        home.chmod("data/master.key", mode);
        all_fail(&home, &handle, 3, &["chmod 600", &format!("{mode:04o}")]);
    }
    home.chmod("data/master.key", 0o400);
    home.run(&["tenant", "list"]).is(0);
}

#[test]
fn a_master_key_that_is_none_is_3() {
    let home = Home::new();
    let (handle, _) = home.add_tenant();
    for text in ["", "otpmint-master-key:", "otpmint-master-key:xyz", &"a".repeat(64)] {
        home.write("data/master.key", text);
        all_fail(&home, &handle, 3, &["master.key", "64 hexadecimal digits"]);
    }
}

#[test]
fn a_wrong_passphrase_is_3_and_the_right_one_opens() {
    let home = Home::new().with("OTPMINT_KEYS__PASSPHRASE", "a good long passphrase");
    let (handle, _) = home.add_tenant();
    assert!(!home.path("data/master.key").exists(), "no key file beside a passphrase");
    home.run(&["tenant", "show", &handle]).is(0);
    let home = home.with("OTPMINT_KEYS__PASSPHRASE", "a wrong long passphrase");
    all_fail(&home, &handle, 3, &["not the master key"]);
    let home = home.without("OTPMINT_KEYS__PASSPHRASE");
    all_fail(&home, &handle, 3, &["missing"]);
}

#[test]
fn a_store_that_cannot_be_used_is_4() {
    let home = Home::new();
    let (handle, _) = home.add_tenant();
    let good = fs::read(home.path("data/otpmint.db")).unwrap();
    fs::write(home.path("data/otpmint.db"), "this is no database, whatever its name says").unwrap();
    all_fail(&home, &handle, 4, &["otpmint.db"]);
    fs::write(home.path("data/otpmint.db"), good).unwrap();
    home.run(&["tenant", "show", &handle]).is(0);

    let home = Home::new();
    home.write("data", "a file where the folder should be");
    home.run(&["serve"]).fails(4, &["data"]);
    home.run(&["tenant", "list"]).fails(4, &["data"]);
}

#[test]
fn a_database_of_a_newer_version_is_4() {
    let home = Home::new();
    let (handle, _) = home.add_tenant();
    let database = rusqlite::Connection::open(home.path("data/otpmint.db")).unwrap();
    database.pragma_update(None, "user_version", 9_999).unwrap();
    drop(database);
    all_fail(&home, &handle, 4, &["otpmint.db"]);
}

#[test]
fn both_a_passphrase_and_a_key_file_are_2() {
    let home = Home::new()
        .with("OTPMINT_KEYS__PASSPHRASE", "a good long passphrase")
        .with("OTPMINT_KEYS__MASTER_KEY_FILE", "master.key");
    all_fail(&home, "tnt_2222222222222222", 2, &["not both"]);
    assert!(home.data().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_has_left_is_still_there_after_a_start_with_a_wrong_key() {
    if engine::on_postgres() {
        return;
    }
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    app.mint(&tenant, JANE).await;
    // The disk as a power loss would leave it: committed data is in the log of the database.
    let home = Home::new();
    fs::create_dir(home.path("data")).unwrap();
    for name in ["otpmint.db", "otpmint.db-wal", "master.key"] {
        fs::copy(app.settings.data_dir.join(name), home.path("data").join(name)).unwrap();
    }
    let key = fs::read_to_string(home.path("data/master.key")).unwrap();
    home.write("data/master.key", OTHER_KEY);
    assert!(home.data()[&home.path("data/otpmint.db-wal")].0.len() > 1_000);
    all_fail(&home, &tenant.handle, 3, &["not the master key"]);
    home.write("data/master.key", &key);
    assert_eq!(home.run(&["tenant", "show", &tenant.handle]).is(0).value("status"), "active");
}

#[test]
fn a_command_in_the_wrong_folder_leaves_nothing_behind() {
    let home = Home::new();
    let handle = "tnt_2222222222222222";
    let commands: [&[&str]; 11] = [
        &["tenant", "list"],
        &["tenant", "show", handle],
        &["tenant", "rotate-key", handle],
        &["tenant", "unlock", handle, "jane.roe@recipient.example"],
        &["tenant", "route", "list", handle],
        &["audit"],
        &["audit", "verify"],
        &["audit", "checkpoint"],
        &["keys", "list"],
        &["keys", "rotate"],
        &["operator", "new-token"],
    ];
    for command in commands {
        home.run(command).fails(4, &["there is no database yet", "otpmint serve", "--config"]);
        assert!(!home.path("data").exists(), "{command:?}");
    }
    home.run(&["doctor"]).is(0).value("note  there is no database yet");
    assert!(!home.path("data").exists());
    home.add_tenant();
    home.run(&["tenant", "list"]).is(0);
}
