//! What the server has with the authority that issues its certificates.

use otpmint::domain::acme::AcmeItem;
use otpmint::domain::secret::Sealed;

use crate::store::world::World;

#[tokio::test]
async fn each_item_is_kept_for_itself_until_it_is_replaced() {
    let world = World::new();
    let items = [AcmeItem::Account, AcmeItem::Certificate, AcmeItem::Challenges];
    for (item, byte) in items.into_iter().zip(1..) {
        assert_eq!(world.store.acme_item(item).await.unwrap(), None);
        world.store.keep_acme_item(item, Sealed(vec![byte; 40])).await.unwrap();
    }
    world.store.keep_acme_item(AcmeItem::Certificate, Sealed(vec![9; 40])).await.unwrap();
    let world = world.restart();
    for (item, byte) in items.into_iter().zip([1, 9, 3]) {
        assert_eq!(world.store.acme_item(item).await.unwrap(), Some(Sealed(vec![byte; 40])));
    }
}
