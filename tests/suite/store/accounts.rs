//! Tests of mail accounts: recorded, and counted as messages.

use otpmint::domain::limits::limit::Limit::SendsPerRecipient;
use otpmint::domain::mailbox::Mailbox;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::RecipientIndex;
use otpmint::store::{CountedMail, RouteTest};

use crate::store::world::{JANE, JOE, World, at, limits, refused, seconds};

#[tokio::test]
async fn a_test_is_written_down_for_its_tenant_alone() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let client_ip = "192.0.2.9".parse().ok();
    let test = RouteTest {
        tenant,
        route: None,
        recipient: Some("j***@e***.com".to_owned()),
        by: Actor::at(client_ip),
    };
    assert_eq!(world.store.note_route_test(test, at(5)).await, Ok(()));
    let rows = world.store.audit(Some(tenant), 1).await.unwrap();
    assert_eq!((rows[0].event.as_str(), rows[0].at, rows[0].client_ip), ("smtp_tested", at(5), client_ip));
    assert_eq!(rows[0].recipient.as_deref(), Some("j***@e***.com"));
    assert_eq!(world.events(other).await, ["tenant_registered"]);
}

#[tokio::test]
async fn test_mails_and_codes_draw_on_the_same_limit_of_a_recipient_within_one_tenant() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let limits = limits(&["2/10m"], "9/24h", 9);
    let count = |tenant, recipient, now| {
        let limits = limits.clone();
        let mail =
            CountedMail { tenant, recipient, other_indexes: Vec::new(), mailbox: Mailbox::default(), limits };
        world.store.count_test_mail(mail, now)
    };
    assert!(world.open_within(&limits, (tenant, JANE), at(0)).await.is_ok());
    assert_eq!(count(tenant, JANE, at(1)).await, Ok(None));
    let full = refused(SendsPerRecipient, seconds(600) - std::time::Duration::from_millis(2));
    assert_eq!(count(tenant, JANE, at(2)).await, Ok(Some(full)));
    assert_eq!(world.open_within(&limits, (tenant, JANE), at(2)).await, Err(full));
    assert_eq!(count(tenant, JOE, at(2)).await, Ok(None));
    assert_eq!(count(other, JANE, at(2)).await, Ok(None));
    assert_eq!(count(tenant, JANE, at(600_000)).await, Ok(None), "what was refused was not counted");
    let unlimited = CountedMail {
        tenant,
        recipient: JANE,
        other_indexes: Vec::new(),
        mailbox: Mailbox::default(),
        limits: None,
    };
    assert_eq!(world.store.count_test_mail(unlimited, at(600_001)).await, Ok(None));
}

#[tokio::test]
async fn a_test_mail_under_a_new_index_is_counted_with_what_was_sent_under_the_former() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let limits = limits(&["2/10m"], "9/24h", 9);
    let anew = RecipientIndex([17; 16]);
    let count = |now| {
        let limits = limits.clone();
        let mail = CountedMail {
            tenant,
            recipient: anew,
            other_indexes: vec![JANE],
            mailbox: Mailbox::default(),
            limits,
        };
        world.store.count_test_mail(mail, now)
    };
    assert!(world.open_within(&limits, (tenant, JANE), at(0)).await.is_ok());
    assert_eq!(count(at(1)).await, Ok(None));
    assert!(matches!(count(at(2)).await, Ok(Some(hit)) if hit.limit == SendsPerRecipient));
}
