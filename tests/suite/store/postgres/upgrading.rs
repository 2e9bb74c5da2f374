//! An upgrade under load: nodes of two releases write to a table while it changes below them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use otpmint::domain::id::TenantId;
use otpmint::domain::node::Node;
use otpmint::domain::secret::RecipientIndex;
use otpmint::store::{Decision, Issued, MigrationProgress, Store};
use tokio::task::JoinHandle;

use crate::store::postgres::migrating::{INITIAL, leave, open_as, place};
use crate::store::postgres::place::{Reached, server};
use crate::store::world::{RIGHT, WRONG, World, at, attempt};

/// The next release changes the table that every request writes to.
const NEXT: [(&str, &str); 4] = [
    (
        "0002_made",
        "-- phase: expand\nALTER TABLE challenges ADD COLUMN made BIGINT, ADD COLUMN spare BIGINT;",
    ),
    (
        "0003_mades",
        "-- phase: expand\n-- concurrently\nCREATE INDEX CONCURRENTLY IF NOT EXISTS challenges_made ON challenges (made)",
    ),
    (
        "0004_fill_made",
        "-- phase: fill\nUPDATE challenges SET made = expires_at WHERE id IN (SELECT id FROM challenges \
         WHERE made IS NULL ORDER BY id LIMIT 500)",
    ),
    ("0005_without_spare", "-- phase: contract\nALTER TABLE challenges DROP COLUMN spare"),
];

/// Codes at a time on each node.
const HANDS: u32 = 4;

/// Codes that are verified between two steps of the upgrade.
const BETWEEN: u32 = 60;

/// Users of both nodes.
struct Load {
    world: World,
    tenant: TenantId,
    /// Draws recipients.
    begun: AtomicU32,
    verified: AtomicU32,
}

impl Load {
    /// Signs in over `store` until `stop`.
    fn on(self: &Arc<Self>, store: Arc<dyn Store>, stop: &Arc<AtomicBool>) -> Vec<JoinHandle<()>> {
        let hand = || {
            let (load, store, stop) = (Arc::clone(self), Arc::clone(&store), Arc::clone(stop));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    load.sign_in(store.as_ref()).await;
                }
            })
        };
        (0..HANDS).map(|_| hand()).collect()
    }

    /// Opens a challenge and answers it wrongly, rightly, and once too often.
    async fn sign_in(&self, store: &dyn Store) {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        let mut recipient = [7; 16];
        recipient[..4].copy_from_slice(&number.to_be_bytes());
        let open = self.world.challenge(self.tenant, RecipientIndex(recipient), at(0));
        let id = open.binding.challenge;
        assert_eq!(store.issue(open.into()).await, Ok(Issued::Opened));
        let wrong = store.record_attempt(attempt(id, WRONG, at(1))).await;
        assert_eq!(wrong, Ok(Decision::Mismatched { attempts_remaining: 4 }));
        let right = store.record_attempt(attempt(id, RIGHT, at(2))).await;
        assert!(matches!(right, Ok(Decision::Verified(_))), "{right:?}");
        let again = store.record_attempt(attempt(id, RIGHT, at(3))).await;
        assert!(matches!(again, Ok(Decision::Ended(_))), "{again:?}");
        self.verified.fetch_add(1, Ordering::Relaxed);
    }

    async fn goes_on(&self) {
        let goal = self.verified.load(Ordering::Relaxed) + BETWEEN;
        let reached = async {
            while self.verified.load(Ordering::Relaxed) < goal {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), reached).await.expect("the load goes on");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_notice_nothing_of_an_upgrade() {
    let Some(server) = server() else { return };
    let reached = Reached::directly(server);
    let (place, session) = (place(&reached), reached.schema.session());
    let world = World::on(Box::new(Reached { node: Node::numbered(1), ..reached }));
    let tenant = world.tenant(1).await;
    let old = Arc::clone(&world.store);
    let load = Arc::new(Load { world, tenant, begun: AtomicU32::new(0), verified: AtomicU32::new(0) });
    let (stop_old, stop_new) = (Arc::default(), Arc::default());
    let old_hands = load.on(Arc::clone(&old), &stop_old);
    load.goes_on().await;

    let releases: Vec<_> = [INITIAL].into_iter().chain(NEXT).collect();
    let (new, _) = open_as(&place, &releases, 2).await.unwrap();
    let new: Arc<dyn Store> = Arc::new(new);
    let new_hands = load.on(Arc::clone(&new), &stop_new);
    load.goes_on().await;
    // Both releases write rows that are still to be filled, and an old one is not yet gone.
    let waits = migrate_on(new.as_ref()).await;
    assert!(matches!(&waits, MigrationProgress::Waiting(plan) if plan.waits_for.len() == 1), "{waits:?}");
    load.goes_on().await;

    stop_old.store(true, Ordering::Relaxed);
    for hand in old_hands {
        hand.await.expect("nobody of the old release was refused");
    }
    leave(old.as_ref(), 1).await;
    assert_eq!(migrate_on(new.as_ref()).await, MigrationProgress::Nothing);
    load.goes_on().await;
    stop_new.store(true, Ordering::Relaxed);
    for hand in new_hands {
        hand.await.expect("nobody of the new release was refused");
    }

    let columns = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'challenges'::regclass \
                   AND attname IN ('made', 'spare') AND NOT attisdropped";
    assert_eq!(session.run(columns)[0][0].as_deref(), Some("1"));
    let verified = session.run("SELECT count(*) FROM challenges WHERE status = 'verified'")[0][0].clone();
    assert_eq!(verified, Some(load.verified.load(Ordering::Relaxed).to_string()));
}

/// Migrates until nothing is left, or until something waits for a node.
async fn migrate_on(store: &dyn Store) -> MigrationProgress {
    let migrated = async {
        loop {
            match store.migrate_on().await.unwrap() {
                MigrationProgress::Done(_) | MigrationProgress::Filled(..) => {}
                MigrationProgress::Waiting(plan) if plan.waits_for[0].starts_with("others") => {}
                end => return end,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), migrated).await.expect("it ends")
}
