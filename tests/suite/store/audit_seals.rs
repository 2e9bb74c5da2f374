//! Seals of the audit trail: a segment that is sealed gets no row any more, whoever writes and however late.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use otpmint::domain::id;
use otpmint::domain::reports::audit_seal::{AuditSeal, StoredRow};
use otpmint::domain::secret::{RecipientIndex, SealDigest};
use otpmint::store::{AuditSealed, Issued, OpenChallenge, Store};

use crate::store::world::{JANE, JOE, KEEP, WRONG, World, at, attempt};

/// A seal as the store sees it: it knows no keys.
pub fn seal(number: u32, until: i64, rows: usize) -> AuditSeal {
    let (content, digest) = (SealDigest([1; 32]), SealDigest([u8::try_from(number % 251).unwrap(); 32]));
    AuditSeal {
        number,
        until,
        rows: u32::try_from(rows).unwrap(),
        content,
        digest,
        key: 1,
        at: at(0),
        start: None,
    }
}

async fn rows(store: &Arc<dyn Store>, from: i64, until: i64) -> Vec<StoredRow> {
    store.audit_rows(from, until, 100_000).await.unwrap()
}

#[tokio::test]
async fn a_segment_is_sealed_once_and_only_with_all_of_its_rows() {
    let world = World::new();
    let (store, tenant) = (&world.store, world.tenant(1).await);
    world.open(tenant, JANE, at(0)).await;
    world.open(tenant, JOE, at(10)).await;
    let until = id::first_at(at(10));
    store.raise_audit_floor(until).await.unwrap();
    assert_eq!(rows(store, i64::MIN, until).await.len(), 2);
    for wrong in [seal(1, until, 1), seal(1, until, 3)] {
        assert_eq!(store.seal_audit(wrong).await, Ok(AuditSealed::Unsettled));
    }
    assert_eq!(store.seal_audit(seal(2, until, 2)).await, Ok(AuditSealed::Overtaken), "not the next one");
    assert_eq!(store.last_audit_seal().await, Ok(None));
    assert_eq!(store.seal_audit(seal(1, until, 2)).await, Ok(AuditSealed::Sealed));
    assert_eq!(store.seal_audit(seal(1, until, 2)).await, Ok(AuditSealed::Overtaken));
    assert_eq!(store.last_audit_seal().await, Ok(Some(seal(1, until, 2))));
    assert_eq!(store.audit_seals(0, 10).await, Ok(vec![seal(1, until, 2)]));
    assert_eq!(store.audit_seals(1, 10).await, Ok(Vec::new()));
    let (unsealed, first) = store.audit_rows_from(until).await.unwrap();
    assert_eq!((unsealed, first.map(id::moment)), (1, Some(at(10))));
}

#[tokio::test]
async fn what_began_long_ago_is_written_after_what_is_sealed() {
    let world = World::new();
    let other = world.backend.open_beside();
    let tenant = world.tenant(1).await;
    let challenge = world.open(tenant, JANE, at(0)).await;
    let until = id::first_at(at(100_000));
    let before = rows(&world.store, i64::MIN, until).await;
    world.store.raise_audit_floor(until).await.unwrap();
    assert_eq!(world.store.seal_audit(seal(1, until, before.len())).await, Ok(AuditSealed::Sealed));
    // A command that was started before, and an operation that has waited in its queue.
    other.record_attempt(attempt(challenge, WRONG, at(1))).await.unwrap();
    world.attempt(challenge, WRONG, at(2)).await;
    assert_eq!(rows(&world.store, i64::MIN, until).await, before);
    let after = rows(&world.store, until, i64::MAX).await;
    assert_eq!(after.iter().map(|row| row.event.as_str()).collect::<Vec<_>>(), ["mismatched"; 2]);
}

#[tokio::test]
async fn the_sweep_deletes_the_rows_before_the_start_and_no_others() {
    let world = World::new();
    let (store, tenant) = (&world.store, world.tenant(1).await);
    let mut until = i64::MIN;
    for number in 1..=3 {
        world.open(tenant, JANE, at(i64::from(number))).await;
        let found = rows(store, until, i64::MAX).await;
        until = found.last().unwrap().id + 1;
        store.raise_audit_floor(until).await.unwrap();
        assert_eq!(store.seal_audit(seal(number, until, found.len())).await, Ok(AuditSealed::Sealed));
    }
    let years = at(10 * 365 * 86_400_000);
    world.sweep(years, KEEP).await.unwrap();
    let left = world.events(tenant).await;
    assert_eq!(left.iter().filter(|event| *event == "minted").count(), 3, "however old: {left:?}");
    let proof = SealDigest([9; 32]);
    store.start_audit_after(2, proof).await.unwrap();
    world.sweep(years, KEEP).await.unwrap();
    let seals = store.audit_seals(0, 10).await.unwrap();
    assert_eq!(
        seals.iter().map(|seal| (seal.number, seal.start)).collect::<Vec<_>>(),
        [(2, Some(proof)), (3, None)]
    );
    let kept = rows(store, i64::MIN, i64::MAX).await;
    assert!(kept.iter().all(|row| row.id >= seals[0].until), "{kept:?}");
    assert_eq!(kept.iter().filter(|row| row.event == "minted").count(), 1);
}

/// Seals whatever there is, again and again, up to the very last row. Returns what it has sealed.
async fn seal_on(store: Arc<dyn Store>, done: Arc<AtomicBool>) -> Vec<(AuditSeal, Vec<StoredRow>)> {
    let mut sealed = Vec::new();
    loop {
        let is_last = done.load(Ordering::Relaxed);
        let last = store.last_audit_seal().await.unwrap();
        let from = AuditSeal::end(last.as_ref());
        if let Some(latest) = rows(&store, from, i64::MAX).await.last() {
            let until = latest.id + 1;
            store.raise_audit_floor(until).await.unwrap();
            let found = rows(&store, from, until).await;
            let new = seal(last.map_or(0, |last| last.number) + 1, until, found.len());
            if store.seal_audit(new.clone()).await == Ok(AuditSealed::Sealed) {
                sealed.push((new, found));
            }
        }
        if is_last {
            return sealed;
        }
    }
}

/// Mints one after the other, as if each had waited since `now`.
async fn mint_all(store: Arc<dyn Store>, new: Vec<OpenChallenge>) {
    for open in new {
        assert_eq!(store.issue(open.into()).await, Ok(Issued::Opened));
    }
}

/// Two nodes write, some of it late, and both seal. Every row is in one segment, which never changes afterwards.
pub async fn two_nodes_seal_every_row_once(world: World) {
    const MINTS: u8 = 60;
    let nodes = [Arc::clone(&world.store), world.backend.open_beside()];
    let tenant = world.tenant(1).await;
    let done = Arc::new(AtomicBool::new(false));
    let sealers: Vec<_> =
        nodes.iter().map(|node| tokio::spawn(seal_on(Arc::clone(node), Arc::clone(&done)))).collect();
    let mut writers = Vec::new();
    for lane in 0..6_u8 {
        // The clock of the first node runs on; on the other one everything is late.
        let now = |mint: u8| if lane % 2 == 0 { at(i64::from(mint) * 50) } else { at(0) };
        let to = |mint: u8| RecipientIndex([lane, mint, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7]);
        let new = (0..MINTS).map(|mint| world.challenge(tenant, to(mint), now(mint)));
        writers.push(tokio::spawn(mint_all(Arc::clone(&nodes[usize::from(lane % 2)]), new.collect())));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    let mut sealed = Vec::new();
    for sealer in sealers {
        sealed.extend(sealer.await.unwrap());
    }
    sealed.sort_by_key(|(seal, _)| seal.number);
    let numbers: Vec<u32> = sealed.iter().map(|(seal, _)| seal.number).collect();
    assert_eq!(numbers, (1..=u32::try_from(sealed.len()).unwrap()).collect::<Vec<_>>());
    assert!(sealed.len() > 2, "only {} segments", sealed.len());
    let (mut from, mut count) = (i64::MIN, 0);
    for (seal, then) in sealed {
        assert_eq!(rows(&world.store, from, seal.until).await, then, "segment {}", seal.number);
        (from, count) = (seal.until, count + then.len());
    }
    assert_eq!(rows(&world.store, i64::MIN, i64::MAX).await.len(), count, "all are sealed");
    assert_eq!(count, 6 * usize::from(MINTS) + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn however_many_write_and_seal_every_row_is_in_one_segment_that_never_changes() {
    two_nodes_seal_every_row_once(World::new()).await;
}
