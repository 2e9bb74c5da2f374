//! The console: setup links, credentials, and sessions.

use std::time::Duration;

use otpmint::domain::operator::{ConsoleUser, LinkPurpose, OperatorId, OperatorName, Role};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{Sealed, TokenHash};
use otpmint::domain::time::Timestamp;
use otpmint::store::{
    AccountOutcome, Acting, CountedTry, NewOperator, NewSession, NewSetupLink, OperatorSecrets, Proof, SetUp,
    ShownCode,
};

use crate::store::world::{World, at, seconds};

const LINK: TokenHash = TokenHash([1; 32]);
const ID: OperatorId = OperatorId(7);
const IDLE: Duration = Duration::from_secs(60);

fn session(byte: u8, ends_at: Timestamp) -> NewSession {
    NewSession { hash: TokenHash([byte; 32]), ends_at, former: Vec::new(), client_ip: None }
}

fn account(id: OperatorId, name: &str, byte: u8) -> NewOperator {
    let name = OperatorName::parse(name).unwrap();
    let links = vec![TokenHash([9; 32]), LINK];
    NewOperator { links, id, name, password: Sealed(vec![byte; 40]), session: session(byte, at(600_000)) }
}

/// After which number of wrong codes the account is locked.
const LOCKED_AFTER: u32 = 5;

fn proof(generation: i64, step: Option<u64>) -> Proof {
    shown(generation, step.map_or(ShownCode::NotNeeded, ShownCode::Right))
}

fn shown(generation: i64, code: ShownCode) -> Proof {
    Proof {
        operator: ID,
        generation,
        code,
        locked_after: LOCKED_AFTER,
        counted: uncounted(),
        client_ip: None,
    }
}

/// A try that is counted nowhere.
fn uncounted() -> CountedTry {
    CountedTry { places: Vec::new(), at: at(0) }
}

/// Whether the session of this token is still valid.
async fn goes_on(world: &World, byte: u8, now: Timestamp) -> bool {
    let found = world.store.session(vec![TokenHash([byte; 32])], IDLE, now).await.unwrap();
    found.is_some_and(|found| found.user == ConsoleUser::Operator(ID) && found.name == "jane")
}

async fn keep_link(world: &World, hash: TokenHash, expires_at: Timestamp, now: Timestamp) {
    let link = NewSetupLink { hash, purpose: LinkPurpose::any(Role::Owner), expires_at };
    let by = Acting { operator: None, actor: Actor::default() };
    assert_eq!(world.store.keep_setup_link(link, by, now).await.unwrap(), AccountOutcome::Done);
}

async fn has_link(world: &World, hash: TokenHash, now: Timestamp) -> bool {
    world.store.setup_link(vec![hash], now).await.unwrap().is_some()
}

async fn set_up(world: &World) {
    keep_link(world, LINK, at(1_000), at(0)).await;
    assert_eq!(world.store.set_up_operator(account(ID, "jane", 3), at(0)).await.unwrap(), SetUp::Done);
}

#[tokio::test]
async fn a_link_sets_up_one_account() {
    let world = World::new();
    assert!(!world.store.has_operators().await.unwrap());
    keep_link(&world, LINK, at(1_000), at(0)).await;
    assert!(has_link(&world, LINK, at(999)).await);
    assert!(!has_link(&world, LINK, at(1_000)).await);
    let late = world.store.set_up_operator(account(ID, "jane", 3), at(1_000)).await.unwrap();
    assert_eq!(late, SetUp::NoLink);
    set_up(&world).await;
    let world = world.restart();
    let again = world.store.set_up_operator(account(OperatorId(8), "joe", 4), at(1)).await.unwrap();
    assert_eq!(again, SetUp::NoLink);
    assert!(goes_on(&world, 3, at(1)).await && !goes_on(&world, 4, at(1)).await);
    // The next link invalidates any other, and an account keeps its row.
    keep_link(&world, TokenHash([2; 32]), at(9_000), at(2)).await;
    keep_link(&world, LINK, at(9_000), at(2)).await;
    assert!(!has_link(&world, TokenHash([2; 32]), at(3)).await);
    let other_row = world.store.set_up_operator(account(OperatorId(8), "jane", 5), at(3)).await.unwrap();
    assert_eq!(other_row, SetUp::Conflict);
    assert_eq!(world.store.set_up_operator(account(ID, "jane", 5), at(3)).await.unwrap(), SetUp::Done);
    assert!(goes_on(&world, 5, at(3)).await && !goes_on(&world, 3, at(3)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_who_show_the_same_step_one_signs_in() {
    let world = World::new();
    set_up(&world).await;
    let signing: Vec<_> = (10..42)
        .map(|byte| {
            let store = world.store.clone();
            tokio::spawn(async move {
                store.sign_in(proof(0, Some(100)), session(byte, at(9_000)), at(1)).await.unwrap()
            })
        })
        .collect();
    let mut signed_in = 0;
    for task in signing {
        signed_in += usize::from(task.await.unwrap());
    }
    assert_eq!(signed_in, 1);
    let world = world.restart();
    for (step, is_fine) in [(99, false), (100, false), (101, true)] {
        let taken = world.store.confirm(proof(0, Some(step)), None, at(2)).await.unwrap();
        assert_eq!(taken, is_fine, "{step}");
    }
}

#[tokio::test]
async fn secrets_that_have_changed_open_nothing_and_change_nothing() {
    let world = World::new();
    set_up(&world).await;
    assert!(world.store.sign_in(proof(0, None), session(4, at(9_000)), at(1)).await.unwrap());
    let change = OperatorSecrets {
        proof: proof(0, None),
        password: Some(Sealed(vec![8; 40])),
        totp: None,
        keep: TokenHash([4; 32]),
    };
    assert!(world.store.change_operator(change.clone(), at(2)).await.unwrap());
    assert!(goes_on(&world, 4, at(2)).await && !goes_on(&world, 3, at(2)).await);
    assert!(!world.store.change_operator(change, at(3)).await.unwrap());
    assert!(!world.store.sign_in(proof(0, None), session(5, at(9_000)), at(3)).await.unwrap());
    assert!(!goes_on(&world, 5, at(3)).await);
    assert!(world.store.sign_in(proof(1, None), session(5, at(9_000)), at(3)).await.unwrap());
    let row = world.store.operator(ID).await.unwrap().unwrap();
    assert_eq!((row.password, row.generation), (Sealed(vec![8; 40]), 1));
    // Credentials read before a link reset the account do not work either.
    keep_link(&world, LINK, at(9_000), at(4)).await;
    assert_eq!(world.store.set_up_operator(account(ID, "jane", 6), at(4)).await.unwrap(), SetUp::Done);
    assert!(!world.store.sign_in(proof(1, None), session(7, at(9_000)), at(5)).await.unwrap());
    assert!(!world.store.confirm(proof(1, None), None, at(5)).await.unwrap());
}

#[tokio::test]
async fn a_session_is_stepped_up_by_a_proof_that_is_used_once() {
    let world = World::new();
    set_up(&world).await;
    let token = TokenHash([3; 32]);
    let proved_at =
        async || world.store.session(vec![token], IDLE, at(9)).await.unwrap().expect("a session").proved_at;
    let began = proved_at().await;
    assert!(world.store.step_up(token, proof(0, Some(100)), at(5)).await.unwrap());
    assert!(began < at(5) && proved_at().await == at(5));
    assert!(!world.store.step_up(token, proof(0, Some(100)), at(6)).await.unwrap(), "the same code");
    assert!(!world.store.step_up(token, proof(1, None), at(7)).await.unwrap(), "other secrets");
    assert_eq!(proved_at().await, at(5));
}

#[tokio::test]
async fn a_session_ends_by_being_idle_by_its_end_and_by_the_clock_that_is_set_back() {
    let world = World::new();
    set_up(&world).await;
    assert!(goes_on(&world, 3, at(59_999)).await && !goes_on(&world, 3, at(60_000)).await);
    for minute in 1..10 {
        world.store.touch_session(TokenHash([3; 32]), at(minute * 59_000)).await.unwrap();
    }
    assert!(goes_on(&world, 3, at(590_000)).await);
    world.store.touch_session(TokenHash([3; 32]), at(599_999)).await.unwrap();
    assert!(goes_on(&world, 3, at(599_999)).await && !goes_on(&world, 3, at(600_000)).await);
    world.store.sweep(at(590_000), crate::store::world::KEEP).await.unwrap();
    assert!(goes_on(&world, 3, at(590_000)).await);
    keep_link(&world, LINK, at(600_000), at(590_000)).await;
    world.store.set_back(at(100_000), Actor::default()).await.unwrap();
    assert!(!goes_on(&world, 3, at(100_000)).await);
    assert!(!has_link(&world, LINK, at(100_000)).await, "it would last longer");
}

#[tokio::test]
async fn a_session_that_was_ended_by_another_ends_no_other() {
    let world = World::new();
    set_up(&world).await;
    assert!(world.store.sign_in(proof(0, None), session(4, at(9_000)), at(1)).await.unwrap());
    let found = async |byte| {
        world.store.session(vec![TokenHash([byte; 32])], IDLE, at(2)).await.unwrap().expect("a session")
    };
    let (first, second) = (found(3).await, found(4).await);
    world.store.end_other_sessions(second, None, at(2)).await.unwrap();
    assert!(goes_on(&world, 4, at(2)).await && !goes_on(&world, 3, at(2)).await);
    world.store.end_other_sessions(first, None, at(2)).await.unwrap();
    assert!(goes_on(&world, 4, at(2)).await, "it was ended by one that had ended");
}

#[tokio::test]
async fn the_session_of_a_tenant_goes_with_its_key() {
    let world = World::new();
    let (tenant, new) = (world.tenant(1).await, world.new_tenant(2));
    let other = new.tenant.id;
    assert!(world.store.add_tenant(new.clone()).await.unwrap());
    let key = new.key.handle.clone();
    assert_eq!(world.store.key_of(vec![new.key.hash]).await.unwrap(), Some((other, key.clone())));
    // A key of another tenant does not sign in.
    let wrong = world
        .store
        .sign_in_tenant((tenant, key.clone()), session(6, at(9_000)), uncounted(), at(0))
        .await
        .unwrap();
    assert!(!wrong);
    assert!(
        world
            .store
            .sign_in_tenant((other, key.clone()), session(6, at(9_000)), uncounted(), at(0))
            .await
            .unwrap()
    );
    let found = |now| world.store.session(vec![TokenHash([6; 32])], IDLE, now);
    assert_eq!(found(at(1)).await.unwrap().unwrap().tenant, Some(new.tenant.handle.clone()));
    let rotation = world.rotation(other, 3, seconds(5));
    world.store.rotate_key(rotation, at(1)).await.unwrap();
    assert!(found(at(5_000)).await.unwrap().is_some() && found(at(5_001)).await.unwrap().is_none());
}

#[tokio::test]
async fn an_operator_sees_the_sessions_and_ends_them() {
    let world = World::new();
    set_up(&world).await;
    for (byte, now) in [(4, at(1)), (5, at(2))] {
        assert!(world.store.sign_in(proof(0, None), session(byte, at(9_000)), now).await.unwrap());
    }
    let name = OperatorName::parse("jane").unwrap();
    assert_eq!(world.store.operator_named(name).await.unwrap().map(|row| row.id), Some(ID));
    assert!(world.store.operator_named(OperatorName::parse("joe").unwrap()).await.unwrap().is_none());
    let listed = async |now| {
        let found = world.store.sessions_of(ID, IDLE, now).await.unwrap();
        found.into_iter().map(|session| session.hash.0[0]).collect::<Vec<_>>()
    };
    assert_eq!(listed(at(3)).await, [5, 4, 3], "the latest first");
    let session = async |byte| world.store.session(vec![TokenHash([byte; 32])], IDLE, at(3)).await.unwrap();
    let (third, fourth) = (session(3).await.unwrap(), session(4).await.unwrap());
    world.store.end_session(third.clone(), None, at(3)).await.unwrap();
    assert_eq!(listed(at(3)).await, [5, 4]);
    // A session that was signed out signs nobody out.
    world.store.end_other_sessions(third, None, at(4)).await.unwrap();
    assert_eq!(listed(at(4)).await, [5, 4]);
    world.store.end_other_sessions(fourth, None, at(4)).await.unwrap();
    assert_eq!(listed(at(4)).await, [4]);
    assert!(listed(at(9_000)).await.is_empty());
}

#[tokio::test]
async fn a_session_ends_when_the_same_browser_signs_in_anew_and_not_when_that_fails() {
    let world = World::new();
    set_up(&world).await;
    let former = vec![TokenHash([9; 32]), TokenHash([3; 32])];
    let anew = |byte| NewSession { former: former.clone(), ..session(byte, at(9_000)) };
    assert!(world.store.sign_in(proof(0, None), session(4, at(9_000)), at(1)).await.unwrap());
    assert!(!world.store.sign_in(proof(7, None), anew(5), at(1)).await.unwrap());
    assert!(goes_on(&world, 3, at(2)).await && !goes_on(&world, 5, at(2)).await);
    assert!(world.store.sign_in(proof(0, None), anew(6), at(2)).await.unwrap());
    let world = world.restart();
    assert!(
        !goes_on(&world, 3, at(3)).await
            && goes_on(&world, 4, at(3)).await
            && goes_on(&world, 6, at(3)).await
    );
}

async fn try_code(world: &World, code: ShownCode, byte: u8) -> bool {
    world.store.sign_in(shown(0, code), session(byte, at(9_000)), at(1)).await.unwrap()
}

/// The events about an operator, oldest first.
async fn events(world: &World) -> Vec<String> {
    let rows = world.store.audit(None, 100).await.unwrap();
    let events: Vec<_> = rows.into_iter().map(|row| row.event).collect();
    events.into_iter().rev().filter(|event| event.starts_with("operator_")).collect()
}

#[tokio::test]
async fn wrong_codes_in_a_row_lock_the_account_and_end_its_sessions() {
    let world = World::new();
    set_up(&world).await;
    for _ in 1..LOCKED_AFTER {
        assert!(!try_code(&world, ShownCode::Wrong, 4).await);
    }
    // A right one ends the row, and a used one is no guess.
    assert!(try_code(&world, ShownCode::Right(100), 4).await);
    let world = world.restart();
    for _ in 1..LOCKED_AFTER {
        assert!(
            !try_code(&world, ShownCode::Right(100), 5).await && !try_code(&world, ShownCode::Wrong, 5).await
        );
    }
    assert!(goes_on(&world, 4, at(2)).await);
    assert!(!try_code(&world, ShownCode::Wrong, 5).await);
    assert!(!goes_on(&world, 3, at(2)).await && !goes_on(&world, 4, at(2)).await, "a session goes on");
    for code in [ShownCode::Right(101), ShownCode::NotNeeded] {
        assert!(!try_code(&world, code, 6).await, "{code:?}");
    }
    let told = events(&world).await;
    assert_eq!(told.iter().filter(|event| *event == "operator_locked").count(), 1, "{told:?}");
    assert_eq!(told.iter().filter(|event| *event == "operator_refused").count(), 4 + 9 + 2, "{told:?}");
    // A link that sets the account up anew unlocks it.
    keep_link(&world, LINK, at(9_000), at(3)).await;
    assert_eq!(world.store.set_up_operator(account(ID, "jane", 7), at(3)).await.unwrap(), SetUp::Done);
    assert!(world.store.sign_in(proof(1, Some(101)), session(8, at(9_000)), at(4)).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a_right_code_among_many_wrong_ones_at_once_counts_only_before_the_account_is_locked() {
    for round in 0..4_u8 {
        let world = World::new();
        set_up(&world).await;
        let tries: Vec<_> = (10..42_u8)
            .map(|byte| {
                let store = world.store.clone();
                let code = if byte % 8 == round { ShownCode::Right(100) } else { ShownCode::Wrong };
                tokio::spawn(async move {
                    store.sign_in(shown(0, code), session(byte, at(9_000)), at(1)).await.unwrap()
                })
            })
            .collect();
        let mut signed_in = 0;
        for one in tries {
            signed_in += usize::from(one.await.unwrap());
        }
        let told = events(&world).await;
        let place = |event: &str| told.iter().position(|told| told == event);
        assert!(signed_in <= 1, "{signed_in}");
        if let (Some(signed_in), Some(locked)) = (place("operator_signed_in"), place("operator_locked")) {
            assert!(signed_in < locked, "{told:?}");
        }
        assert!(place("operator_locked").is_some(), "{told:?}");
    }
}
