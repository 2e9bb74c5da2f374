//! The drill: backups under load, `kill -9`, a restore on another path. No code works twice, and nothing that was
//! acknowledged before the backup is lost.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use crate::process::app::{App, verify_at};
use crate::process::ledger::{Entry, Ledger};
use crate::support::eventually;

const CLIENTS: usize = 3;

#[track_caller]
fn run(app: &App, command: &[&str]) -> String {
    let Output { status, stdout, stderr } = app.server.beside(command).output().unwrap();
    let said = String::from_utf8_lossy(&stdout).into_owned();
    assert!(status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&stderr));
    said
}

/// An identity and its recipient.
pub fn identity(folder: &Path) -> (String, String) {
    let file = folder.join("identity.txt");
    let (secret, recipient) = otpmint::crypto::backup::new_identity();
    fs::write(&file, secrecy::ExposeSecret::expose_secret(&secret)).unwrap();
    (file.display().to_string(), recipient)
}

fn entries(ledger: &Ledger) -> Vec<Entry> {
    ledger.entries.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

struct StopAtEnd<'a>(&'a Ledger);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}

#[test]
fn no_code_works_twice_and_nothing_acknowledged_before_a_backup_is_lost() {
    let mut app = App::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let (identity, recipient) = identity(folder.path());
    let ledger = Ledger::default();
    let address = app.server.address();
    let backup = |name: &str| folder.path().join(name).display().to_string();
    let (mut before, mut files) = (Vec::new(), Vec::new());
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (catcher, ledger, address) = (&app.catcher, &ledger, &address);
            scope.spawn(move || ledger.client(catcher, address, client));
        }
        // A failure here must end the clients too, or the scope would wait for ever.
        let _stop = StopAtEnd(&ledger);
        for round in 0..2 {
            let enough = ledger.acknowledged.load(Ordering::Relaxed) + 60;
            let come = eventually(Duration::from_secs(20), || {
                (ledger.acknowledged.load(Ordering::Relaxed) >= enough).then_some(())
            });
            assert!(come.is_some(), "the load stands still");
            before = entries(&ledger);
            files.push(backup(&format!("{round}.age")));
            run(&app, &["backup", "--to", &files[round], "--recipient", &recipient]);
        }
    });
    app.server.kill();
    let all = entries(&ledger);
    let last = files.last().unwrap();
    run(&app, &["backup", "--check", last, "--identity", &identity]);

    let (former, data) = (app.server.data().to_owned(), folder.path().join("restored"));
    app.server = app.server.data_in(&data);
    run(&app, &["restore", last, "--identity", &identity]);
    fs::copy(former.join("master.key"), data.join("master.key")).unwrap();
    app.server.start_again();
    // The tenant is there, with its key.
    app.challenge("after@restore.example");
    let checked = all.len();
    for entry in all {
        // Used before or after the backup, or not at all.
        let reply = verify_at(&app.server.address(), &entry.key, &entry.code).unwrap();
        assert_eq!(reply.status, 400, "a code of the former server works: {entry:?}: {}", reply.body);
    }
    let database = rusqlite::Connection::open(data.join("otpmint.db")).unwrap();
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap() as usize;
    let minted = count("SELECT count(*) FROM audit WHERE event = 'minted' AND challenge IS NOT NULL");
    let verified = count("SELECT count(*) FROM audit WHERE event = 'verified'");
    let used = before.iter().filter(|entry| entry.successes > 0).count();
    assert!(
        minted > before.len() && verified >= used,
        "{minted} and {verified} of {} and {used}",
        before.len()
    );
    assert_eq!(count("SELECT count(*) FROM audit WHERE event = 'restored'"), 1);
    let _ = writeln!(
        std::io::stderr(),
        "{} challenges, {} of them acknowledged before the backup, {used} used: none lost, none works again",
        checked,
        before.len()
    );
}

/// The backups in a folder, oldest first.
fn backups(folder: &Path) -> Vec<PathBuf> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<_> = names.filter(|path| path.extension().is_some_and(|end| end == "age")).collect();
    found.sort();
    found
}

#[test]
fn the_server_takes_backups_by_itself_keeps_as_many_as_it_should_and_says_when_it_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let (identity, recipient) = identity(folder.path());
    let to = folder.path().join("backups");
    fs::create_dir(&to).unwrap();
    for day in 10..14 {
        fs::write(to.join(format!("otpmint-202001{day}T000000Z.age")), "an old one").unwrap();
    }
    fs::write(to.join("otpmint-notes.age"), "not ours").unwrap();
    let path = to.display().to_string();
    let settings = [
        ("BACKUP__FOLDER", path.as_str()),
        ("BACKUP__RECIPIENTS", recipient.as_str()),
        ("BACKUP__KEEP", "3"),
    ];
    let mut app = App::start(&settings);
    app.wait_for_metric(r#"otpmint_backups_total{outcome="taken"}"#, 1.0);
    let found = backups(&to);
    let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert_eq!(names[..2], ["otpmint-20200112T000000Z.age", "otpmint-20200113T000000Z.age"]);
    let newest = found[2].display().to_string();
    run(&app, &["backup", "--check", &newest, "--identity", &identity]);
    // At the next look.
    let on_time = eventually(Duration::from_secs(30), || {
        (app.metric("otpmint_backup_overdue_seconds") == Some(0.0)).then_some(())
    });
    assert!(on_time.is_some(), "{}", app.metrics());

    // A folder that is a file.
    app.server.kill();
    fs::remove_dir_all(&to).unwrap();
    fs::write(&to, "in the way").unwrap();
    app.server.start_again();
    app.wait_for_metric(r#"otpmint_backups_total{outcome="failed"}"#, 1.0);
    assert!(app.server.log().contains("no backup could be taken"), "{}", app.server.log());
}
