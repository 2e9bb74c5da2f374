//! The secrets of hooks: one for each tenant and product.

use otpmint::domain::hook::Product;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::Sealed;
use otpmint::store::Hook;

use crate::store::world::{World, at};

#[tokio::test]
async fn a_secret_belongs_to_one_tenant_and_product_and_is_replaced_whole() {
    let world = World::new();
    let (one, other) = (world.tenant(1).await, world.tenant(2).await);
    let hook = |id: i64, tenant, product, byte: u8| Hook {
        id,
        tenant,
        product,
        secrets: Sealed(vec![byte; 40]),
        hint: byte.to_string(),
        created_at: at(id),
    };
    let found = async |tenant, product| {
        let found = world.store.hook(tenant, product).await.unwrap();
        found.map(|found| (found.id, found.secrets.0[0], found.hint, found.created_at))
    };
    let (sms, mail) = (Product::SupabaseSms, Product::SupabaseEmail);
    for set in [hook(1, one, sms, 1), hook(2, other, sms, 2), hook(3, one, mail, 3), hook(4, one, sms, 4)] {
        world.store.set_hook(set, Actor::default()).await.unwrap();
    }
    assert_eq!(found(one, sms).await, Some((4, 4, "4".to_owned(), at(4))));
    assert_eq!(found(other, sms).await, Some((2, 2, "2".to_owned(), at(2))));
    assert!(world.store.delete_hook(one, sms, (Actor::default(), at(5))).await.unwrap());
    assert!(!world.store.delete_hook(one, sms, (Actor::default(), at(6))).await.unwrap());
    assert_eq!(found(one, sms).await, None);
    assert!(found(one, mail).await.is_some() && found(other, sms).await.is_some());
    assert_eq!(found(other, mail).await, None);
}
