//! Disks that are full or cannot be written: 503, no false answer, and recovery without a restart.

use std::fs;
use std::path::Path;
use std::process::Command;

use otpmint::domain::node::Node;
use otpmint::domain::secret::Sealed;
use otpmint::store::sqlite::SqliteStore;
use otpmint::store::{Decision, OpenChallenge, StoreError};

use crate::store::backend::{Backend, KNOWN, Sqlite};
use crate::store::world::{JANE, KEEP, RIGHT, World, at};

/// A small disk, removed at the end.
struct SmallDisk(Sqlite);

impl SmallDisk {
    /// `None`, with the reason printed, if mounting is not allowed.
    #[expect(clippy::print_stderr, reason = "a skipped test has to say so")]
    fn mount() -> Option<Self> {
        let place = Sqlite::new();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2M,mode=0700", "none"])
            .arg(place.folder())
            .output();
        if mount.as_ref().is_ok_and(|output| output.status.success()) {
            return Some(Self(place));
        }
        assert!(std::env::var_os("OTPMINT_REQUIRE_LAB").is_none(), "no small disk: {mount:?}");
        eprintln!("skipped, since a small disk cannot be mounted here: {mount:?}");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.folder()).status();
    }
}

impl Backend for SmallDisk {
    fn open(&self) -> std::sync::Arc<dyn otpmint::store::Store> {
        self.0.open()
    }
}

/// Writes zeros until nothing more fits.
fn fill(path: &Path) {
    let mut size = 1 << 20;
    let mut ballast = fs::File::create(path).unwrap();
    while size > 0 {
        if std::io::Write::write_all(&mut ballast, &vec![0; size]).is_err() {
            size /= 2;
        }
    }
}

#[tokio::test]
async fn a_full_disk_is_told_and_recovered_from_without_opening_again() {
    let Some(disk) = SmallDisk::mount() else { return };
    let ballast = disk.0.folder().join("ballast");
    let world = World::on(Box::new(disk));
    let tenant = world.tenant(1).await;
    let before = world.open(tenant, JANE, at(0)).await;
    fill(&ballast);
    let mut acknowledged = vec![before];
    let refused = loop {
        assert!(acknowledged.len() < 1_000, "the disk does not fill up");
        let open = world.challenge(tenant, JANE, at(1));
        let open = OpenChallenge { payload: Sealed(vec![7; 3000]), ..open };
        let id = open.binding.challenge;
        match world.store.issue(open.into()).await {
            Ok(_) => acknowledged.push(id),
            Err(error) => break (id, error),
        }
    };
    assert_eq!(refused.1, StoreError::Unavailable);
    assert!(!world.store.is_healthy());
    let _ = world.store.sweep(at(1), KEEP).await;
    assert!(!world.store.is_healthy(), "a sweep with nothing to do proves nothing");
    assert_eq!(world.store.challenge(tenant, refused.0).await, Ok(None));

    fs::remove_file(&ballast).unwrap();
    let _ = world.store.sweep(at(2), KEEP).await;
    assert!(world.store.is_healthy(), "the next sweep finds out that all is well");
    for id in &acknowledged {
        assert!(matches!(world.attempt(*id, RIGHT, at(3)).await, Decision::Verified(_)));
    }
    let world = world.restart();
    for id in acknowledged {
        assert!(matches!(world.attempt(id, RIGHT, at(4)).await, Decision::Ended(_)));
    }
}

#[tokio::test]
async fn a_disk_that_cannot_be_written_is_refused_at_the_start_but_can_be_asked_for_its_key() {
    let Some(disk) = SmallDisk::mount() else { return };
    disk.0.make();
    let remount = |mode| {
        let options = format!("remount,{mode},size=2M");
        let mount = Command::new("mount").args(["-o", &options]).arg(disk.0.folder()).status();
        assert!(mount.unwrap().success(), "{mode}");
    };
    remount("ro");
    assert_eq!(SqliteStore::key_check(&disk.0.path()).unwrap(), Some(KNOWN));
    assert!(SqliteStore::open(disk.0.path(), &KNOWN, Node::SERVER).is_err());
    remount("rw");
    drop(disk.open());
}
