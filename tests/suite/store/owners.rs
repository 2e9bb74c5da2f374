//! The accounts of operators: roles, the last owner, and who may act.

use otpmint::domain::operator::{LinkPurpose, OperatorId, OperatorName, Role};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{Sealed, TokenHash};
use otpmint::store::{AccountOutcome, Acting, NewOperator, NewSession, NewSetupLink, SetUp};

use crate::store::world::{World, at};

fn name(text: &str) -> OperatorName {
    OperatorName::parse(text).unwrap()
}

fn by(id: Option<i64>) -> Acting {
    Acting { operator: id.map(OperatorId), actor: Actor::default() }
}

fn link(purpose: LinkPurpose) -> NewSetupLink {
    NewSetupLink { hash: TokenHash([1; 32]), purpose, expires_at: at(1_000_000) }
}

async fn set_up(world: &World, id: u8, role: Role) -> SetUp {
    let link = link(LinkPurpose::any(role));
    assert_eq!(world.store.keep_setup_link(link, by(None), at(0)).await.unwrap(), AccountOutcome::Done);
    let session =
        NewSession { hash: TokenHash([id; 32]), ends_at: at(9_000_000), former: Vec::new(), client_ip: None };
    let account = NewOperator {
        links: vec![TokenHash([1; 32])],
        id: OperatorId(id.into()),
        name: name(&format!("op{id}")),
        password: Sealed(vec![id; 40]),
        session,
    };
    world.store.set_up_operator(account, at(0)).await.unwrap()
}

async fn listed(world: &World) -> Vec<(String, Role)> {
    let found = world.store.operators().await.unwrap();
    found.into_iter().map(|account| (account.name.to_string(), account.role)).collect()
}

async fn has_session(world: &World, id: u8) -> bool {
    let idle = std::time::Duration::from_secs(600);
    world.store.session(vec![TokenHash([id; 32])], idle, at(1)).await.unwrap().is_some()
}

#[tokio::test]
async fn a_link_is_for_one_role_and_maybe_for_one_name() {
    let world = World::new();
    assert_eq!(set_up(&world, 7, Role::Owner).await, SetUp::Done);
    let found = world.store.setup_link(vec![TokenHash([1; 32])], at(1)).await.unwrap();
    assert_eq!(found, None, "it was used");
    let purpose = LinkPurpose { role: Role::Support, name: Some(name("op8")) };
    let kept = world.store.keep_setup_link(link(purpose.clone()), by(Some(7)), at(1)).await.unwrap();
    assert_eq!(kept, AccountOutcome::Done);
    let world = world.restart();
    let found = world.store.setup_link(vec![TokenHash([9; 32]), TokenHash([1; 32])], at(1)).await.unwrap();
    assert_eq!(found, Some(purpose));
    let purpose = LinkPurpose { role: Role::Support, name: Some(name("op7")) };
    let refused = world.store.keep_setup_link(link(purpose), by(Some(7)), at(1)).await.unwrap();
    assert_eq!(refused, AccountOutcome::OtherRole);
    assert_eq!(set_up(&world, 7, Role::ReadOnly).await, SetUp::OtherRole);
    assert_eq!(listed(&world).await, [("op7".to_owned(), Role::Owner)]);
}

#[tokio::test]
async fn only_owners_act_and_what_they_do_takes_effect() {
    let world = World::new();
    for (id, role) in [(1, Role::Owner), (2, Role::Owner), (3, Role::Support)] {
        assert_eq!(set_up(&world, id, role).await, SetUp::Done);
    }
    let store = &world.store;
    for actor in [Some(3), Some(99)] {
        let no = AccountOutcome::NotAllowed;
        assert_eq!(store.change_role(name("op2"), Role::ReadOnly, by(actor), at(1)).await.unwrap(), no);
        assert_eq!(store.remove_operator(name("op2"), by(actor), at(1)).await.unwrap(), no);
        assert_eq!(store.unlock_operator(name("op2"), by(actor), at(1)).await.unwrap(), no);
        let link = link(LinkPurpose::any(Role::Owner));
        assert_eq!(store.keep_setup_link(link, by(actor), at(1)).await.unwrap(), no);
    }
    let done = AccountOutcome::Done;
    assert_eq!(store.change_role(name("op3"), Role::ReadOnly, by(Some(1)), at(1)).await.unwrap(), done);
    assert_eq!(
        store.unlock_operator(name("op1"), by(Some(1)), at(1)).await.unwrap(),
        AccountOutcome::NotAllowed
    );
    assert_eq!(store.unlock_operator(name("op1"), by(None), at(1)).await.unwrap(), done);
    let link = link(LinkPurpose::any(Role::Owner));
    assert_eq!(store.keep_setup_link(link, by(Some(2)), at(1)).await.unwrap(), done);
    assert!(has_session(&world, 2).await);
    assert_eq!(store.remove_operator(name("op2"), by(Some(1)), at(1)).await.unwrap(), done);
    assert!(!has_session(&world, 2).await && has_session(&world, 1).await && has_session(&world, 3).await);
    assert_eq!(store.setup_link(vec![TokenHash([1; 32])], at(1)).await.unwrap(), None);
    assert_eq!(
        store.remove_operator(name("op2"), by(Some(1)), at(1)).await.unwrap(),
        AccountOutcome::Unknown
    );
    let last = AccountOutcome::LastOwner;
    assert_eq!(store.remove_operator(name("op1"), by(None), at(1)).await.unwrap(), last);
    assert_eq!(store.change_role(name("op1"), Role::Support, by(Some(1)), at(1)).await.unwrap(), last);
    assert_eq!(store.change_role(name("op1"), Role::Owner, by(Some(1)), at(1)).await.unwrap(), done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_owners_who_all_go_at_once_one_stays() {
    let world = World::new();
    for id in 1..=16 {
        assert_eq!(set_up(&world, id, Role::Owner).await, SetUp::Done);
    }
    let going: Vec<_> = (1..=16_u8)
        .map(|id| {
            let store = world.store.clone();
            let (whom, by) = (name(&format!("op{id}")), by(Some(id.into())));
            tokio::spawn(async move {
                match id % 2 {
                    0 => store.remove_operator(whom, by, at(1)).await.unwrap(),
                    _ => store.change_role(whom, Role::Support, by, at(1)).await.unwrap(),
                }
            })
        })
        .collect();
    let mut gone = 0;
    for one in going {
        gone += usize::from(one.await.unwrap() == AccountOutcome::Done);
    }
    assert_eq!(gone, 15);
    let owners = listed(&world).await.into_iter().filter(|(_, role)| *role == Role::Owner).count();
    assert_eq!(owners, 1);
}
