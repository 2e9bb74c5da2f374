//! Two nodes over one store, with a clock that stands still.

use std::sync::Arc;

use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::membership::Membership;
use otpmint::domain::node::{ClockComparison, Node, NodeKind, NodeSession};
use otpmint::domain::secret::RecipientIndex;
use otpmint::domain::time::{Clock, Timestamp};
use otpmint::service::{Heartbeat, NodeEnd};
use otpmint::store::{AskedNumber, Issued, Joining, OpenChallenge, Renewal, Store};

use crate::api::harness::ManualClock;
use crate::store::world::{World, room};

pub struct Pair {
    pub clock: Arc<ManualClock>,
    pub one: Member,
    pub other: Member,
    world: World,
    tenant: TenantId,
}

/// A node without a server.
pub struct Member {
    pub store: Arc<dyn Store>,
    pub membership: Arc<Membership>,
    pub heartbeat: Heartbeat,
}

impl Pair {
    pub async fn new() -> Self {
        let world = World::new();
        let tenant = world.tenant(1).await;
        let clock = ManualClock::at_noon();
        let one = Member::join(Arc::clone(&world.store), 0, &clock).await;
        let other = Member::join(world.backend.open_beside(), 1, &clock).await;
        Self { clock, one, other, world, tenant }
    }

    pub fn now(&self) -> Timestamp {
        Clock::now(self.clock.as_ref())
    }

    pub fn challenge(&self, recipient: RecipientIndex) -> OpenChallenge {
        self.world.challenge(self.tenant, recipient, self.now())
    }

    /// Opens a challenge over a node.
    pub async fn open(&self, node: &Member, recipient: RecipientIndex) -> ChallengeId {
        let open = self.challenge(recipient);
        let id = open.binding.challenge;
        assert_eq!(node.store.issue(open.into()).await, Ok(Issued::Opened));
        id
    }

    pub async fn both_beat_after(&self, seconds: u64) {
        self.clock.pass_seconds(seconds);
        self.one.beat().await.unwrap();
        self.other.beat().await.unwrap();
    }
}

impl Member {
    /// Joins, unless the engine has done so when it opened the store.
    async fn join(store: Arc<dyn Store>, number: u16, clock: &Arc<ManualClock>) -> Self {
        let (node, now) = (Node::numbered(number), Clock::now(clock.as_ref()));
        let joined = store.cluster().await.unwrap().nodes.into_iter().find(|found| found.lease.node == node);
        let lease = match joined {
            Some(found) => found.lease,
            None => store.join(joining(node), now).await.unwrap().unwrap().lease,
        };
        assert!(store.renew(lease, Renewal::default(), now).await.unwrap());
        let membership = Arc::new(Membership::joined(clock.clone()));
        store.guard(Arc::clone(&membership));
        let parts = (Arc::clone(&store), clock.clone(), Arc::clone(&membership));
        let heartbeat =
            Heartbeat::new(parts.0, parts.1, parts.2, (lease, NodeKind::Server), ClockComparison::Omitted);
        Self { store, membership, heartbeat }
    }

    pub async fn beat(&self) -> Result<(), NodeEnd> {
        self.heartbeat.beat().await
    }

    pub async fn claim(&self, now: Timestamp) -> Vec<ChallengeId> {
        let claimed = self.store.claim_deliveries(now, room(10)).await.unwrap();
        claimed.into_iter().map(|found| found.challenge).collect()
    }
}

fn joining(node: Node) -> Joining {
    Joining {
        number: AskedNumber::This(node),
        session: NodeSession(i64::from(node.number()) + 1),
        kind: NodeKind::Server,
        address: String::new(),
        version: String::new(),
        lanes: 1,
    }
}
