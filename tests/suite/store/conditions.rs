//! Changes under conditions: decided in the transaction of the change, also when sixteen come at once.

use std::sync::Arc;

use otpmint::domain::challenges::idempotency::{Made, Once, RequestOutcome};
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::conditions::{Expected, Precondition, Subject};
use otpmint::domain::hook::Product;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::locale::Locale;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{IdentityIndex, RequestDigest, Sealed};
use otpmint::domain::tenants::template::{MailSource, Medium, StoredTemplate, TemplateName, TemplateSource};
use otpmint::domain::webhooks::event::EventKinds;
use otpmint::store::{
    Added, AddedKey, Conditions, Hook, OnceRequest, RouteTest, SandboxMail, SaveTemplate, Store, StoreError,
    WebhookChange,
};
use tokio::sync::Barrier;

use super::{factors, webhooks};
use crate::store::world::{JANE, RIGHT, WRONG, World, at};

fn expecting(tenant: TenantId, subject: Subject, expected: Expected) -> Conditions {
    Conditions { precondition: Some(Precondition { tenant, subject, expected }), request: None }
}

/// Whether a change that expects this is made.
async fn is_made(world: &World, tenant: TenantId, subject: &Subject, expected: Expected) -> bool {
    let store = world.store.under(expecting(tenant, subject.clone(), expected));
    let before = world.events(tenant).await.len();
    let test = RouteTest { tenant, route: None, recipient: None, by: Actor::default() };
    let made = match store.note_route_test(test, at(9)).await {
        Ok(()) => true,
        Err(StoreError::Unmet) => false,
        Err(error) => panic!("{error}"),
    };
    assert_eq!(world.events(tenant).await.len(), before + usize::from(made), "a refusal changes nothing");
    made
}

fn name() -> TemplateName {
    TemplateName { purpose: Purpose::LOGIN, locale: Locale::parse("de").unwrap(), medium: Medium::Mail }
}

fn template(tenant: TenantId, revision: i64) -> SaveTemplate {
    let mail = MailSource { subject: "x".to_owned(), text: revision.to_string(), html: None };
    let source = TemplateSource::Mail(mail);
    let template = StoredTemplate { name: name(), source, warnings: Vec::new(), updated_at: at(1), revision };
    SaveTemplate { tenant, template, limit: 9, by: Actor::default() }
}

#[tokio::test]
async fn a_change_is_made_only_while_its_subject_has_the_expected_revision() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let key = world.new_key(7).handle;
    let new = AddedKey { tenant, key: named(&world, 7, &key), most: 9, by: Actor::default() };
    assert!(matches!(world.store.add_secret_key(new, at(1)).await.unwrap(), Added::Added(_)));
    assert!(
        world.store.add_webhook(webhooks::new(tenant, 0, EventKinds::all()), Actor::default()).await.unwrap()
    );
    world.store.save_template(template(tenant, 41)).await.unwrap();
    let hook = Hook {
        id: 42,
        tenant,
        product: Product::SupabaseSms,
        secrets: Sealed(vec![1; 40]),
        hint: String::new(),
        created_at: at(1),
    };
    world.store.set_hook(hook, Actor::default()).await.unwrap();
    let factor = factors::new(tenant, 0, IdentityIndex([1; 16]));
    let handle = factor.factor.handle.clone();
    world.store.add_factor(factor).await.unwrap();
    let challenge = world.open(tenant, JANE, at(0)).await;
    let fresh = world.find(tenant, challenge).await.revision();
    let mail = SandboxMail {
        tenant,
        challenge: ChallengeId(1),
        recipient: JANE,
        at: at(1),
        content: Sealed(vec![1; 40]),
    };
    world.store.keep_mail(mail).await.unwrap();
    let latest = world.store.latest_sandbox_mail(tenant).await.unwrap();
    let present = world.store.tenant(tenant).await.unwrap().unwrap().revision;
    for (subject, revision) in [
        (Subject::Tenant, present),
        (Subject::Key(key), 0),
        (Subject::Webhook(webhooks::handle(0)), 0),
        (Subject::Template(name()), 41),
        (Subject::Hook(Product::SupabaseSms), 42),
        (Subject::Factor(handle), 0),
        (Subject::Challenge(challenge), fresh),
        (Subject::SandboxMails, latest),
    ] {
        let made = async |expected| is_made(&world, tenant, &subject, expected).await;
        assert!(made(Expected::OneOf(vec![revision])).await, "{subject:?}");
        assert!(made(Expected::OneOf(vec![-7, revision])).await, "{subject:?}");
        assert!(made(Expected::Present).await, "{subject:?}");
        assert!(!made(Expected::OneOf(vec![revision + 1])).await, "{subject:?}");
        assert!(!made(Expected::OneOf(Vec::new())).await, "{subject:?}");
        assert!(!made(Expected::Absent).await, "{subject:?}");
        assert!(!made(Expected::NoneOf(vec![revision])).await, "{subject:?}");
    }
    assert!(is_made(&world, tenant, &Subject::PhoneBlock, Expected::Present).await);
    assert!(!is_made(&world, tenant, &Subject::PhoneBlock, Expected::OneOf(vec![0])).await);
    let other = TemplateName { medium: Medium::Text, ..name() };
    assert!(is_made(&world, tenant, &Subject::Template(other.clone()), Expected::Absent).await);
    assert!(!is_made(&world, tenant, &Subject::Template(other), Expected::Present).await);
    // Of another tenant there is nothing.
    let stranger = world.tenant(2).await;
    assert!(is_made(&world, stranger, &Subject::Hook(Product::SupabaseSms), Expected::Absent).await);
    // An answer is a change too.
    world.attempt(challenge, WRONG, at(2)).await;
    assert!(!is_made(&world, tenant, &Subject::Challenge(challenge), Expected::OneOf(vec![fresh])).await);
    world.attempt(challenge, RIGHT, at(3)).await;
}

fn named(
    world: &World,
    number: u8,
    handle: &otpmint::domain::tenants::credential::KeyHandle,
) -> otpmint::store::NewKey {
    otpmint::store::NewKey { handle: handle.clone(), name: format!("key {number}"), ..world.new_key(number) }
}

/// Runs these at the same time, and returns the results.
async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    run: impl Fn(u8) -> F + Clone + Send + 'static,
) -> Vec<T> {
    let barrier = Arc::new(Barrier::new(16));
    let tasks: Vec<_> = (0..16)
        .map(|number| {
            let (run, barrier) = (run.clone(), Arc::clone(&barrier));
            tokio::spawn(async move {
                barrier.wait().await;
                run(number).await
            })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_changes_that_expect_the_same_one_is_made() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    assert!(
        world.store.add_webhook(webhooks::new(tenant, 0, EventKinds::all()), Actor::default()).await.unwrap()
    );
    for revision in 0..5 {
        let subject = Subject::Webhook(webhooks::handle(0));
        let conditions = expecting(tenant, subject, Expected::OneOf(vec![revision]));
        let store: Arc<dyn Store> = world.store.under(conditions);
        let results = at_once(move |number| {
            let store = Arc::clone(&store);
            let change = WebhookChange {
                tenant,
                handle: webhooks::handle(0),
                url: None,
                description: Some(format!("{number}")),
                events: None,
                enabled: None,
                by: Actor::default(),
            };
            async move { store.change_webhook(change, at(2)).await }
        })
        .await;
        let made: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok()?.as_ref()).collect();
        assert_eq!(made.len(), 1, "{results:?}");
        assert!(results.iter().all(|result| matches!(result, Ok(_) | Err(StoreError::Unmet))), "{results:?}");
        let found = world.store.webhook(tenant, webhooks::handle(0)).await.unwrap().unwrap();
        assert_eq!((found.revision, &found.description), (revision + 1, &made[0].description));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_repetitions_of_a_request_one_makes_a_key_and_is_remembered_with_its_secret() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let secret = (Sealed(b"the secret".to_vec()), at(100));
    let once = Once {
        key: RequestDigest([3; 32]),
        fingerprint: RequestDigest([4; 32]),
        others: Vec::new(),
        event: None,
        secret: Some(secret.clone()),
    };
    let keys: Vec<_> = (0..16).map(|number| named(&world, 20 + number, &world.new_key(0).handle)).collect();
    let handles: Vec<_> = keys.iter().map(|key| key.handle.clone()).collect();
    let stores: Vec<_> = handles
        .iter()
        .map(|handle| {
            let outcome = Some(RequestOutcome::Made(Made::Key(handle.clone())));
            let request = OnceRequest { tenant, once: once.clone(), outcome, now: at(2) };
            world.store.under(Conditions { precondition: None, request: Some(request) })
        })
        .collect();
    let shared = Arc::new((stores, keys));
    let results = at_once(move |number| {
        let shared = Arc::clone(&shared);
        let at_number = usize::from(number);
        let new = AddedKey { tenant, key: shared.1[at_number].clone(), most: 99, by: Actor::default() };
        async move { shared.0[at_number].add_secret_key(new, at(2)).await }
    })
    .await;
    let made: Vec<_> = (0..16).filter(|at| results[*at].is_ok()).collect();
    assert_eq!(made.len(), 1, "{results:?}");
    assert!(results.iter().all(|result| matches!(result, Ok(_) | Err(StoreError::Repeated))), "{results:?}");
    let found = world.store.recall(tenant, once.key, at(3)).await.unwrap().unwrap();
    let expected = RequestOutcome::Made(Made::Key(handles[made[0]].clone()));
    assert_eq!((found.outcome, found.receipt, found.has_lost_receipt), (expected, Some(secret.0), false));
    let late = world.store.recall(tenant, once.key, at(100)).await.unwrap().unwrap();
    assert_eq!((late.receipt, late.has_lost_receipt), (None, true));
    assert_eq!(world.store.secret_keys(tenant, at(3)).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_changed_nothing_is_not_remembered_and_what_the_store_makes_is_named_by_it() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    assert!(
        world.store.add_webhook(webhooks::new(tenant, 0, EventKinds::all()), Actor::default()).await.unwrap()
    );
    let once = |key: u8| Once {
        key: RequestDigest([key; 32]),
        fingerprint: RequestDigest([4; 32]),
        others: Vec::new(),
        event: None,
        secret: None,
    };
    let under = |key: u8| {
        let request = OnceRequest { tenant, once: once(key), outcome: None, now: at(2) };
        world.store.under(Conditions { precondition: None, request: Some(request) })
    };
    let outcome = async |key: u8| {
        let found = world.store.recall(tenant, once(key).key, at(3)).await.unwrap();
        found.map(|found| found.outcome)
    };
    let refused = under(1).ping_webhook(tenant, webhooks::handle(5), at(2)).await.unwrap();
    assert_eq!((refused, outcome(1).await), (otpmint::store::EventQueued::Unknown, None));
    let queued = under(2).ping_webhook(tenant, webhooks::handle(0), at(2)).await.unwrap();
    let otpmint::store::EventQueued::Queued(event) = queued else { panic!("{queued:?}") };
    assert_eq!(outcome(2).await, Some(RequestOutcome::Made(Made::Event(event))));
    let again = under(2).ping_webhook(tenant, webhooks::handle(0), at(2)).await;
    assert_eq!(again, Err(StoreError::Repeated));
}
