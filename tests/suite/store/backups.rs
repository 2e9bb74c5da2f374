//! What is void in a store that comes from a backup, and what goes on.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use otpmint::app::{
    Ambient, BackupOrder, NodeRule, RestoredStore, StartError, TellProgress, check_backup, restore_backup,
    take_backup,
};
use otpmint::config::Settings;
use otpmint::crypto::backup::{BackupOpener, BackupRecipient, SealedFor, new_identity};
use otpmint::domain::challenges::challenge::ChallengeStatus;
use otpmint::domain::challenges::idempotency::Once;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::node::Node;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::RequestDigest;
use otpmint::domain::steady_clock::SteadyClock;
use otpmint::domain::time::Timestamp;
use otpmint::store::{Decision, FactorDecision, OpenChallenge, Store, TokenAdded};

use crate::store::backend::Sqlite;
use crate::store::copying::{Folder, Standing, fill, settings};
use crate::store::factors::steps;
use crate::store::operator_token::token;
use crate::store::postgres::place::Reached;
use crate::store::world::{JANE, JOE, KEEP, RIGHT, WRONG, World, at, attempt, room};
use crate::support::lab::need;
use crate::support::postgres::server::Server;

/// The moments of the backup and of the restore. What comes from it has no live challenge whatever the times are.
const TAKEN: i64 = 6_000;
const RESTORED: i64 = 7_000;

fn on<T: Send>(now: Timestamp, run: impl AsyncFnOnce(Ambient) -> T + Send) -> T {
    let clock = Arc::new(SteadyClock::over(Arc::new(Standing(now))));
    let ambient = Ambient { clock, nodes: NodeRule::Alone, ..Ambient::system() };
    let wait = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(run(ambient))
    };
    std::thread::scope(|scope| scope.spawn(wait).join().expect("no panic"))
}

/// A backup, and what opens it.
struct Sealed {
    file: PathBuf,
    identity: secrecy::SecretString,
}

impl Sealed {
    fn opener(&self) -> BackupOpener {
        BackupOpener::identities(&self.identity).unwrap()
    }

    fn restore(&self, settings: Settings) -> Result<RestoredStore, StartError> {
        let restored = |ambient| async move {
            restore_backup(
                &settings,
                &ambient,
                (&self.file, self.opener()),
                false,
                Actor::default(),
                Arc::new(|_, _| {}),
            )
            .await
        };
        on(at(RESTORED), restored)
    }
}

fn back_up(settings: Settings, folder: &Path) -> Sealed {
    let (identity, recipient) = new_identity();
    let file = folder.join("backup.age");
    let recipients = vec![BackupRecipient::parse(&recipient).unwrap()];
    let told: Arc<Mutex<(u64, u64)>> = Arc::default();
    let kept = Arc::clone(&told);
    let order = BackupOrder {
        file: file.clone(),
        sealed_for: SealedFor::Recipients(recipients),
        with_master_key: false,
        tell: Some(Arc::new(move |done, all| *kept.lock().unwrap() = (done, all))),
    };
    let taken = on(at(TAKEN), |ambient| async move { take_backup(&settings, &ambient, order).await });
    let rows = taken.expect("a backup").contents.tables.iter().map(|table| table.rows).sum();
    assert_eq!(*told.lock().unwrap(), (rows, rows), "all rows are told in the end");
    Sealed { file, identity }
}

/// What the stories look at again in the restored store.
struct Before {
    tenant: TenantId,
    used: ChallengeId,
    pending: ChallengeId,
}

fn once() -> Once {
    Once {
        key: RequestDigest([5; 32]),
        fingerprint: RequestDigest([0xf0; 32]),
        others: Vec::new(),
        event: None,
        secret: None,
    }
}

async fn before(world: &World) -> Before {
    let tenant = fill(world).await;
    let open = OpenChallenge { once: Some(once()), ..world.challenge(tenant, JOE, at(4_000)) };
    let used = open.binding.challenge;
    world.store.issue(open.into()).await.unwrap();
    assert!(matches!(world.attempt(used, RIGHT, at(4_000)).await, Decision::Verified(_)));
    let added = world.store.add_operator_token(token("desk", 9), 9).await;
    assert_eq!(added, Ok(TokenAdded::Added));
    Before { tenant, used, pending: world.open(tenant, JANE, at(5_000)).await }
}

/// The promises of a restored store.
async fn keeps_its_promises(store: &Arc<dyn Store>, before: &Before) {
    let Before { tenant, used, pending } = *before;
    let answer = |id, now| store.record_attempt(attempt(id, RIGHT, at(now)));
    for moment in [TAKEN, RESTORED, RESTORED + 60_000] {
        assert!(matches!(answer(used, moment).await, Ok(Decision::Ended(_))), "used before the backup");
        let late = answer(pending, moment).await;
        assert!(!matches!(late, Ok(Decision::Verified(_))), "pending at the backup: {late:?}");
    }
    assert_eq!(store.recall(tenant, once().key, at(RESTORED)).await.unwrap(), None);
    assert!(
        store.operator_tokens().await.unwrap().is_empty(),
        "one that was revoked later must not come back"
    );
    // Nothing that waited is sent, now or later, and what became of it is recorded.
    assert_eq!(store.claim_deliveries(at(RESTORED), room(100)).await.unwrap().len(), 0);
    let swept = store.sweep(at(RESTORED), KEEP).await.unwrap();
    assert_eq!(swept.expired, 4);
    let ended = store.challenge(tenant, pending).await.unwrap().unwrap();
    assert_eq!(ended.standing.status, ChallengeStatus::Expired);
    let a_year = RESTORED + 365 * 86_400_000;
    assert_eq!(store.claim_deliveries(at(a_year), room(100)).await.unwrap().len(), 0);
    let rows = store.audit(None, 10_000).await.unwrap();
    assert_eq!(rows[0].event, "restored");
    // Life goes on.
    assert!(store.tenant(tenant).await.unwrap().is_some());
}

#[tokio::test]
async fn what_was_pending_is_void_and_what_was_used_stays_used_on_either_engine() {
    let Some(server) = need(Server::shared()) else { return };
    let (first, second, third) = (Sqlite::new(), Folder::new(), server.schema());
    let folder = first.folder().to_owned();
    let world = World::on(Box::new(first));
    let before = before(&world).await;
    // Beside the open store.
    let backup = back_up(settings(&folder, ""), &folder);
    // What comes after the backup is not part of it.
    world.open(before.tenant, JOE, at(6_500)).await;

    let restored = backup.restore(settings(second.0.path(), "")).expect("a restored store");
    assert_eq!((restored.restored.epoch, restored.restored.taken_at), (1, at(TAKEN)));
    assert_eq!(restored.missing_master_key, Some(second.0.path().join("master.key")));
    keeps_its_promises(&second.open(), &before).await;

    let data = Folder::new();
    backup.restore(settings(data.0.path(), &third.url())).expect("a restored store");
    let again = back_up(settings(data.0.path(), &third.url()), data.0.path());
    let reached = Reached { schema: third, ..Reached::directly(server) };
    keeps_its_promises(&reached.open_as(Node::SERVER), &before).await;
    // And from there to a file.
    let fourth = Folder::new();
    let restored = again.restore(settings(fourth.0.path(), "")).expect("a restored store");
    assert_eq!(restored.restored.epoch, 2);
    let rows = fourth.open().audit(None, 10_000).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.event == "restored").count(), 2);
}

#[tokio::test]
async fn a_code_of_an_app_that_was_accepted_after_the_backup_is_not_accepted_again() {
    let (first, second) = (Sqlite::new(), Folder::new());
    let folder = first.folder().to_owned();
    let mut world = World::on(Box::new(first));
    let tenant = world.tenant(1).await;
    world.confirmed(tenant, 0).await;
    let backup = back_up(settings(&folder, ""), &folder);
    let step = at(RESTORED).as_millis() / 1_000 / 30;
    // The code of the next period, which a phone that is ahead shows already.
    let after = world.checked(tenant, at(6_900), steps(&[step + 1])).await;
    assert!(matches!(after, FactorDecision::Accepted(..)), "{after:?}");
    backup.restore(settings(second.0.path(), "")).expect("a restored store");
    world.store = second.open();
    for used in [step - 1, step, step + 1] {
        let again = world.checked(tenant, at(RESTORED), steps(&[used])).await;
        assert!(matches!(again, FactorDecision::UsedBefore), "{again:?}");
    }
    let next = world.checked(tenant, at(RESTORED + 60_000), steps(&[step + 2])).await;
    assert!(matches!(next, FactorDecision::Accepted(..)), "{next:?}");
}

#[tokio::test]
async fn wrong_answers_before_the_backup_still_count() {
    let (first, second) = (Sqlite::new(), Folder::new());
    let folder = first.folder().to_owned();
    let mut world = World::on(Box::new(first));
    let tenant = world.tenant(1).await;
    let limits = crate::store::world::limits(&["50/24h"], "3/24h", 100);
    for _ in 0..3 {
        let id = world.open(tenant, JANE, at(0)).await;
        world.attempt(id, WRONG, at(0)).await;
    }
    let backup = back_up(settings(&folder, ""), &folder);
    backup.restore(settings(second.0.path(), "")).expect("a restored store");
    world.store = second.open();
    assert!(world.open_within(&limits, (tenant, JANE), at(RESTORED)).await.is_err(), "locked out");
    assert!(world.open_within(&limits, (tenant, JOE), at(RESTORED)).await.is_ok());
}

#[tokio::test]
async fn a_file_that_is_cut_off_or_changed_is_refused_before_anything_is_in_place() {
    let (first, second) = (Sqlite::new(), Folder::new());
    let folder = first.folder().to_owned();
    let world = World::on(Box::new(first));
    before(&world).await;
    let backup = back_up(settings(&folder, ""), &folder);
    let whole = std::fs::read(&backup.file).unwrap();
    let quiet: TellProgress = Arc::new(|_, _| {});
    let refused = |content: &[u8]| {
        std::fs::write(&backup.file, content).unwrap();
        let error = backup.restore(settings(second.0.path(), "")).unwrap_err();
        assert_eq!(error.exit_code(), 4, "{error}");
        assert!(check_backup(&backup.file, &backup.opener(), &quiet).is_err());
        assert_eq!(std::fs::read_dir(second.0.path()).unwrap().count(), 0, "something is in place");
    };
    for length in [0, 1, 100, 200, whole.len() / 2, whole.len() - 17, whole.len() - 1] {
        refused(&whole[..length]);
    }
    for at in [10, 150, 300, whole.len() / 2, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        refused(&changed);
    }
    refused(&[&whole[..], b"more"].concat());
    std::fs::write(&backup.file, &whole).unwrap();
    backup.restore(settings(second.0.path(), "")).expect("it is whole again");
    let again = backup.restore(settings(second.0.path(), "")).unwrap_err();
    assert!(again.to_string().contains("something is stored there already"), "{again}");
}
