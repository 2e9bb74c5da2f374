//! Webhooks: sends what waits for each endpoint, signed, again until it is taken or given up.
//!
//! The queue is in the store. An endpoint that has something due is claimed with a few of its
//! deliveries, which are sent at the same time; what came of them is recorded, and the endpoint let
//! go. So one that does not answer holds one place for one timeout, and comes again after the others.

mod client;
mod schedule;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

pub use client::WebhookClient;

use crate::domain::BoxFuture;
use crate::domain::random::Entropy;
use crate::domain::time::{Clock, Timestamp};
use crate::domain::webhooks::url::WebhookUrl;
use crate::domain::webhooks::webhook::{Answer, EventId, Tried, WebhookId};

/// Endpoints that are sent to at the same time.
const AT_ONCE: usize = 64;

/// Deliveries of one endpoint that are sent at the same time.
const EACH: usize = 8;

/// Connections to endpoints that are open at the same time, at most.
pub const SESSIONS: usize = AT_ONCE * EACH;

/// How often the ledger is asked for what is due.
const POLL: Duration = Duration::from_millis(200);

/// An endpoint, and what it is to be told now.
#[derive(Debug)]
pub struct Batch {
    /// The endpoint.
    pub webhook: WebhookId,
    /// Where it is.
    pub url: WebhookUrl,
    /// What it is to be told.
    pub posts: Vec<Post>,
}

/// An event as it is sent.
#[derive(Debug)]
pub struct Post {
    /// Its number.
    pub event: EventId,
    /// `webhook-id`: the same on every try.
    pub id: String,
    /// `webhook-timestamp`: the moment of this try, in seconds.
    pub timestamp: i64,
    /// `webhook-signature`: one for each secret.
    pub signature: String,
    /// The body.
    pub body: String,
    /// Tries made before this one.
    pub tries: u32,
}

/// The durable side, as the sender sees it.
pub trait WebhookLedger: Send + Sync {
    /// Takes at most `limit` endpoints with at most `each` deliveries that are due at `now`.
    fn claim(&self, now: Timestamp, limit: usize, each: usize) -> BoxFuture<'_, Vec<Batch>>;

    /// Records what came of a batch, and lets go of its endpoint.
    fn settle(&self, webhook: WebhookId, tried: Vec<Tried>, now: Timestamp) -> BoxFuture<'_, ()>;
}

/// The sender of webhooks.
pub struct Webhooks {
    client: Arc<WebhookClient>,
    ledger: Arc<dyn WebhookLedger>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Webhooks {
    /// A sender over this client and this ledger.
    pub fn new(
        client: WebhookClient,
        ledger: Arc<dyn WebhookLedger>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Arc<Self> {
        Arc::new(Self { client: Arc::new(client), ledger, clock, entropy })
    }

    /// Sends what is due, for ever. Dropping it breaks off what is under way, which the next run
    /// sends again: an endpoint may be told an event twice, and knows it by its id.
    pub async fn run(self: Arc<Self>) {
        let mut sending = JoinSet::new();
        loop {
            while sending.try_join_next().is_some() {}
            let room = AT_ONCE.saturating_sub(sending.len());
            let due = match room {
                0 => Vec::new(),
                room => self.ledger.claim(self.clock.now(), room, EACH).await,
            };
            for batch in due {
                sending.spawn(Arc::clone(&self).send(batch));
            }
            tokio::select! {
                Some(_) = sending.join_next() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    async fn send(self: Arc<Self>, batch: Batch) {
        let Batch { webhook, url, posts } = batch;
        let url = Arc::new(url);
        let mut under_way = JoinSet::new();
        for post in posts {
            let (client, url) = (Arc::clone(&self.client), Arc::clone(&url));
            under_way.spawn(async move {
                let answer = client.post(&url, &post).await;
                (post, answer)
            });
        }
        let mut tried = Vec::new();
        while let Some(done) = under_way.join_next().await {
            match done {
                Ok((post, answer)) => tried.push(self.decide(&post, answer)),
                // It waits in the store as it did, and comes again.
                Err(error) => tracing::error!(%error, "sending a webhook broke off"),
            }
        }
        self.ledger.settle(webhook, tried, self.clock.now()).await;
    }

    fn decide(&self, post: &Post, answer: Answer) -> Tried {
        let again_in = match answer.is_success() {
            true => None,
            false => schedule::pause(post.tries, self.entropy.as_ref()),
        };
        let outcome = match (answer.is_success(), again_in) {
            (true, _) => "sent",
            (false, Some(_)) => "retried",
            (false, None) => "failed",
        };
        metrics::counter!("otpmint_webhooks_total", "outcome" => outcome).increment(1);
        Tried { event: post.event, answer, again_at: again_in.map(|pause| self.clock.now() + pause) }
    }
}
