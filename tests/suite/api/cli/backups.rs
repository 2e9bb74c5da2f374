//! `otpmint backup` and `otpmint restore`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::Home;
use super::postgres::home;
use crate::support::lab::need;
use crate::support::postgres::server::Server;

/// A home with an identity; returns its recipient.
fn with_identity(home: &Home) -> String {
    let made = home.bare(&["backup", "--new-identity", "identity.txt"]);
    let recipient = made.is(0).value("recipient");
    assert_eq!(fs::metadata(home.path("identity.txt")).unwrap().permissions().mode() & 0o777, 0o600);
    home.bare(&["backup", "--new-identity", "identity.txt"]).fails(1, &["identity.txt", "exists"]);
    let secret = fs::read_to_string(home.path("identity.txt")).unwrap();
    assert!(!made.out.contains(secret.lines().last().unwrap()));
    recipient
}

/// Another home, to which these files are brought.
fn beside(home: &Home, there: Home, names: &[&str]) -> Home {
    for name in names {
        fs::copy(home.path(name), there.path(name)).unwrap();
    }
    there
}

#[test]
fn a_backup_is_taken_checked_and_restored_to_the_other_engine() {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let here = Home::new();
    let (handle, key) = here.add_tenant();
    let recipient = with_identity(&here);
    let taken = here.run(&["backup", "--to", "first.age", "--recipient", &recipient, "--with-master-key"]);
    taken.is(0);
    assert!(taken.value("tenants").starts_with('1'), "{}", taken.out);
    assert_eq!(taken.value("master key"), "in it");
    let file = fs::read(here.path("first.age")).unwrap();
    assert!(file.starts_with(b"age-encryption.org/v1\n"), "what `age` opens too");
    assert_eq!(fs::metadata(here.path("first.age")).unwrap().permissions().mode() & 0o777, 0o600);
    let secrets = [key.as_str(), &handle, "app@sender.example", "otpmint-master-key"];
    for secret in secrets {
        assert!(!file.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} is in the file");
    }
    here.run(&["backup", "--to", "first.age", "--recipient", &recipient])
        .fails(4, &["first.age", "there already"]);
    let names = || fs::read_dir(here.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(!names().any(|name| name.to_string_lossy().ends_with(".part")), "a draft is left");

    let checked = here.bare(&["backup", "--check", "first.age", "--identity", "identity.txt"]);
    checked.is(0).value("first.age is whole");
    let digests =
        |out: &str| out.lines().filter(|line| line.contains("  ")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(digests(&checked.out), digests(&taken.out));
    assert!(!checked.out.contains("operator_token") && !checked.out.contains("sessions"), "{}", checked.out);

    let there = beside(&here, home(&schema.url()), &["first.age", "identity.txt"]);
    let restore = ["restore", "first.age", "--identity", "identity.txt", "--with-master-key"];
    there.run(&restore).is(0).value("Everything of");
    let key_file = |home: &Home| fs::read(home.path("data/master.key")).unwrap();
    assert_eq!(key_file(&there), key_file(&here));
    assert_eq!(there.run(&["tenant", "show", &handle]).is(0).value("status"), "active");
    there.run(&["audit"]).is(0).out.contains("restored").then_some(()).expect("an audit row");
    there.run(&restore).fails(4, &["something is stored there already"]);

    there.run(&["backup", "--to", "second.age", "--recipient", &recipient]).is(0);
    let back = beside(&there, Home::new(), &["second.age", "identity.txt"]);
    let restored = back.run(&["restore", "second.age", "--identity", "identity.txt"]);
    restored.is(0).value("Before you start the server, put its master key into");
    back.run(&["tenant", "list"]).fails(3, &["master.key"]);
    fs::copy(here.path("data/master.key"), back.path("data/master.key")).unwrap();
    assert_eq!(back.run(&["tenant", "show", &handle]).is(0).value("status"), "active");
    assert!(restored.out.contains("restored 2 times"), "{}", restored.out);
}

#[test]
fn a_passphrase_opens_what_it_has_sealed_and_nothing_else_does() {
    let here = Home::new();
    here.add_tenant();
    with_identity(&here);
    here.write("short", "too short\n");
    here.write("phrase", "seven words of a long passphrase here\n");
    here.write("other", "seven words of another passphrase here\n");
    let to = ["backup", "--to", "sealed.age", "--passphrase-file"];
    here.run(&[&to[..], &["short"]].concat()).fails(2, &["12 characters"]);
    here.run(&[&to[..], &["phrase"]].concat()).is(0);
    let check = ["backup", "--check", "sealed.age"];
    here.bare(&[&check[..], &["--passphrase-file", "phrase"]].concat()).is(0).value("sealed.age is whole");
    here.bare(&[&check[..], &["--passphrase-file", "other"]].concat())
        .fails(4, &["sealed.age", "does not open"]);
    here.bare(&[&check[..], &["--identity", "identity.txt"]].concat()).fails(4, &["with a passphrase"]);
    here.bare(&check).fails(2, &["see --help"]);
    here.run(&["restore", "sealed.age", "--passphrase-file", "phrase"]).fails(4, &["already"]);
}

#[test]
fn what_makes_no_sense_is_refused_and_nothing_is_made() {
    let here = Home::new();
    here.add_tenant();
    let recipient = with_identity(&here);
    let secret = fs::read_to_string(here.path("identity.txt")).unwrap().lines().last().unwrap().to_owned();
    here.run(&["backup", "--recipient", &recipient]).fails(2, &["--to", "backup.folder"]);
    let swapped = here.run(&["backup", "--to", "x.age", "--recipient", &secret]);
    swapped.fails(2, &["--recipient", "age1"]);
    assert!(!swapped.err.contains(&secret[16..]), "{}", swapped.err);
    here.run(&["backup", "--to", "none/x.age", "--recipient", &recipient]).fails(4, &["none/x.age"]);
    here.run(&["backup", "--to", "x.age", "--recipient", &recipient]).is(0);
    let restore = ["restore", "x.age", "--identity", "identity.txt"];
    let there = beside(&here, Home::new(), &["x.age", "identity.txt"]);
    there.run(&[&restore[..], &["--with-master-key"]].concat()).fails(2, &["no master key"]);
    assert!(!there.path("data").exists());
    // The master key of another database.
    let other = beside(&here, Home::new(), &["x.age", "identity.txt"]);
    other.add_tenant();
    fs::remove_file(other.path("data/otpmint.db")).unwrap();
    other.run(&restore).fails(3, &["not the master key"]);
    assert!(!other.path("data/otpmint.db").exists());
    // What is left of a former database would be taken for a part of the new one.
    fs::create_dir(there.path("data")).unwrap();
    there.chmod("data", 0o700);
    there.write("data/otpmint.db-wal", "of another");
    there.run(&restore).fails(4, &["otpmint.db-wal", "former database"]);
    fs::remove_file(there.path("data/otpmint.db-wal")).unwrap();
    there.run(&restore).is(0);

    let empty = beside(&here, Home::new(), &["x.age"]);
    empty.run(&["backup", "--to", "y.age", "--recipient", &recipient]).fails(4, &["there is no database"]);
    assert!(!empty.path("data").exists() && !empty.path("y.age").exists());
    let no_recipient = Home::new().with("OTPMINT_BACKUP__FOLDER", "backups");
    no_recipient.bare(&["config", "check"]).fails(2, &["backup.recipients"]);
    for (command, part) in [("backup", "--new-identity"), ("restore", "Stop every server")] {
        assert!(here.bare(&[command, "--help"]).is(0).out.contains(part));
    }
}
