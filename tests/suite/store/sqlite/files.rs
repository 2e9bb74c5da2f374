//! The files: their owner, their permissions, and who leaves them alone.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use otpmint::domain::node::Node;
use otpmint::domain::secret::KeyCheck;
use otpmint::store::sqlite::{OpenFailed, SqliteStore};
use rusqlite::Connection;

use crate::store::backend::{Backend, KNOWN, Sqlite};
use crate::store::world::{JANE, World, at};

fn contents(folder: &Path) -> BTreeMap<OsString, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(Result::unwrap);
    files.map(|file| (file.file_name(), fs::read(file.path()).unwrap())).collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// What a killed process leaves: the files as they are while the store is open.
fn crashed(from: &Sqlite, files: &[&str]) -> Sqlite {
    let copy = Sqlite::new();
    for name in files {
        fs::copy(from.folder().join(name), copy.folder().join(name)).unwrap();
    }
    copy
}

#[test]
fn nobody_else_may_read_the_files() {
    let place = Sqlite::new();
    let folder = place.folder().join("new/data");
    let path = folder.join("otpmint.db");
    let store = SqliteStore::open(path.clone(), &KNOWN, Node::SERVER).unwrap();
    assert_eq!(mode(&folder), 0o700);
    for name in contents(&folder).keys() {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name:?}");
    }
    drop(store);
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    let _store = SqliteStore::open(path.clone(), &KNOWN, Node::SERVER).unwrap();
    for name in contents(&folder).keys() {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name:?}");
    }
}

#[test]
fn asking_for_the_key_check_changes_no_byte_of_a_closed_database() {
    let place = Sqlite::new();
    assert_eq!(SqliteStore::key_check(&place.path()).unwrap(), None);
    assert!(contents(place.folder()).is_empty());
    place.make();
    let before = contents(place.folder());
    assert_eq!(before.len(), 1, "closing folds the WAL into the database: {:?}", before.keys());
    assert_eq!(SqliteStore::key_check(&place.path()).unwrap(), Some(KNOWN));
    assert!(contents(place.folder()) == before);
}

#[tokio::test]
async fn asking_for_the_key_check_changes_no_byte_of_a_crashed_database() {
    let world_place = Sqlite::new();
    let store = world_place.open();
    let all = ["otpmint.db", "otpmint.db-wal", "otpmint.db-shm"];
    for files in [all.as_slice(), &all[..2]] {
        let copy = crashed(&world_place, files);
        let before = contents(copy.folder());
        assert_eq!(SqliteStore::key_check(&copy.path()).unwrap(), Some(KNOWN));
        let after = contents(copy.folder());
        assert!(after.keys().eq(before.keys()), "{:?}", after.keys());
        assert!(after == before, "{files:?}");
    }
    drop(store);
}

#[tokio::test]
async fn asking_for_the_key_check_does_not_disturb_a_running_server() {
    let place = Sqlite::new();
    let path = place.path();
    let world = World::on(Box::new(place));
    let tenant = world.tenant(1).await;
    assert_eq!(SqliteStore::key_check(&path).unwrap(), Some(KNOWN));
    world.open(tenant, JANE, at(0)).await;
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let place = Sqlite::new();
    place.make();
    Connection::open(place.path()).unwrap().pragma_update(None, "user_version", 1000).unwrap();
    let before = contents(place.folder());
    assert!(matches!(SqliteStore::open(place.path(), &KNOWN, Node::SERVER), Err(OpenFailed::TooNew)));
    assert!(contents(place.folder()) == before);
}

#[test]
fn a_file_of_something_else_is_refused_and_left_alone() {
    let place = Sqlite::new();
    let others = Connection::open(place.path()).unwrap();
    others.execute_batch("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)").unwrap();
    drop(others);
    let before = contents(place.folder());
    assert!(matches!(SqliteStore::open(place.path(), &KNOWN, Node::SERVER), Err(OpenFailed::Foreign)));
    assert!(contents(place.folder()) == before);

    fs::write(place.path(), "not a database at all, but long enough to look at ".repeat(40)).unwrap();
    let before = contents(place.folder());
    assert!(matches!(SqliteStore::key_check(&place.path()), Err(OpenFailed::Foreign)));
    assert!(matches!(SqliteStore::open(place.path(), &KNOWN, Node::SERVER), Err(OpenFailed::Foreign)));
    assert!(contents(place.folder()) == before);
}

#[test]
fn a_database_does_not_take_a_second_master_key() {
    let place = Sqlite::new();
    place.make();
    let other = KeyCheck { salt: [9; 16], check: [9; 32] };
    assert!(matches!(SqliteStore::open(place.path(), &other, Node::SERVER), Err(OpenFailed::OtherKey)));
    assert_eq!(SqliteStore::key_check(&place.path()).unwrap(), Some(KNOWN));
}
