//! Erased means erased: neither in a column, nor in any byte of the files.

use std::fs;

use otpmint::domain::id::ChallengeId;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{CodeHash, RecipientIndex, Sealed};
use otpmint::store::{OpenChallenge, Retention};
use rusqlite::Connection;

use crate::store::backend::Sqlite;
use crate::store::world::{KEEP, MAX_ATTEMPTS, TTL, WRONG, World, at, deadline, seconds};

const JANE: RecipientIndex = RecipientIndex(*b"index of jane...");
const HASH: CodeHash = CodeHash(*b"the keyed hash of jane's code...");

/// Longer than a page, so that part of it is on pages of its own.
fn payload() -> Sealed {
    Sealed(b"a long sealed message for jane ".repeat(400))
}

fn secrets() -> [Vec<u8>; 3] {
    [JANE.0.to_vec(), HASH.0.to_vec(), b"sealed message for jane".to_vec()]
}

struct Files {
    place: std::path::PathBuf,
    world: World,
}

impl Files {
    fn new() -> Self {
        let place = Sqlite::new();
        Self { place: place.folder().to_owned(), world: World::on(Box::new(place)) }
    }

    async fn open(&self, count: usize) -> Vec<ChallengeId> {
        let tenant = self.world.tenant(1).await;
        let mut ids = Vec::new();
        for _ in 0..count {
            let open = self.world.challenge(tenant, JANE, at(0));
            let open = OpenChallenge { payload: payload(), code_hash: Some(HASH), limits: None, ..open };
            ids.push(open.binding.challenge);
            self.world.store.issue(open.into()).await.unwrap();
        }
        ids
    }

    /// Which of the secrets are found in the files on disk.
    fn found(&self) -> Vec<String> {
        let mut found = Vec::new();
        for file in fs::read_dir(&self.place).unwrap().map(Result::unwrap) {
            let bytes = fs::read(file.path()).unwrap();
            for secret in secrets() {
                let count = bytes.windows(secret.len()).filter(|window| *window == secret).count();
                if count > 0 {
                    let name = file.file_name();
                    found.push(format!("{count} times {} in {name:?}", String::from_utf8_lossy(&secret)));
                }
            }
        }
        found
    }

    /// Whether a challenge has nothing left to erase, as its row says.
    fn is_erased(&self, id: ChallengeId) -> bool {
        let connection = Connection::open(self.place.join("otpmint.db")).unwrap();
        let sql = "SELECT code_hash IS NULL AND recipient IS NULL AND payload IS NULL AND \
                   NOT EXISTS (SELECT 1 FROM outbox WHERE challenge = id) FROM challenges WHERE id = ?1";
        connection.query_row(sql, [id.0], |row| row.get(0)).unwrap()
    }
}

#[tokio::test]
async fn every_end_erases_what_the_code_could_be_tried_by() {
    let files = Files::new();
    let [verified, exhausted, canceled, expired] = files.open(4).await.try_into().unwrap();
    let world = &files.world;
    let tenant = world.store.tenants().await.unwrap()[0].id;
    world.attempt(verified, HASH, at(1)).await;
    for _ in 0..MAX_ATTEMPTS {
        world.attempt(exhausted, WRONG, at(1)).await;
    }
    world.store.cancel_challenge(tenant, canceled, Actor::default(), at(1)).await.unwrap();
    assert!(!files.is_erased(expired));
    world.sweep(deadline(), KEEP).await.unwrap();
    for id in [verified, exhausted, canceled, expired] {
        assert!(files.is_erased(id), "{:?}", world.status(tenant, id).await);
    }
}

#[tokio::test]
async fn after_a_sweep_no_byte_of_what_ended_is_in_the_files() {
    let files = Files::new();
    files.open(300).await;
    assert!(!files.found().is_empty(), "or the search finds nothing at all");
    // Only its counters and its deliveries would still name the recipient, and they are kept on purpose.
    let keep = Retention { recipients: seconds(1), deliveries: seconds(1), ..KEEP };
    files.world.sweep(deadline(), keep).await.unwrap();
    // The WAL is checkpointed after the sweep, so before the next write.
    files.world.store.release_deliveries(deadline()).await.unwrap();
    assert_eq!(files.found(), Vec::<String>::new());
}

#[tokio::test]
async fn a_verified_code_is_out_of_the_files_after_the_next_sweep() {
    let files = Files::new();
    for id in files.open(20).await {
        files.world.attempt(id, HASH, at(1)).await;
    }
    let keep = Retention { recipients: TTL / 2, deliveries: TTL / 2, ..KEEP };
    files.world.sweep(deadline(), keep).await.unwrap();
    files.world.store.release_deliveries(deadline()).await.unwrap();
    assert_eq!(files.found(), Vec::<String>::new());
}

#[tokio::test]
async fn the_wal_does_not_stay_large_after_a_rush() {
    let files = Files::new();
    files.open(1_000).await;
    let size = || fs::metadata(files.place.join("otpmint.db-wal")).unwrap().len();
    assert!(size() > 4_000_000);
    files.world.sweep(at(1), KEEP).await.unwrap();
    files.world.store.release_deliveries(at(1)).await.unwrap();
    assert!(size() < 500_000, "{}", size());
}
