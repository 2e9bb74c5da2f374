//! Messages waiting to be sent, put into the store before the server starts.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, anyhow};
use otpmint::app::{self, Ambient, Foundation};
use otpmint::domain::address::Address;
use otpmint::service::{MintRequest, Services};
use tokio::task::JoinSet;

/// Concurrent mints.
const MINTERS: usize = 64;

/// A queue of one tenant.
#[derive(Clone, Copy)]
pub(crate) struct Queue<'a> {
    pub(crate) secret_key: &'a str,
    pub(crate) messages: usize,
    /// The recipient of each.
    pub(crate) recipient: fn(usize) -> String,
}

impl Queue<'_> {
    /// Mints a code for each of them, and sends none.
    pub(crate) async fn fill(self, config: &Path, ambient: &Ambient) -> Result<()> {
        let mut settings = otpmint::config::load(Some(config), std::iter::empty())?;
        // No session is ever free here, and one tenant may take half of the places.
        settings.delivery.sessions = 0;
        settings.delivery.queue = 2 * self.messages + MINTERS;
        let foundation = Foundation::open(&settings, ambient).await?;
        let outbox = Arc::new(app::outbox(&settings, ambient, &foundation)?);
        let services = app::services(&settings, ambient, &foundation, outbox)?;
        let (services, next) = (Arc::new(services), Arc::new(AtomicUsize::new(0)));
        let mut minters = JoinSet::new();
        for _ in 0..MINTERS {
            let minter = Minter {
                services: Arc::clone(&services),
                secret_key: self.secret_key.to_owned(),
                next: Arc::clone(&next),
                messages: self.messages,
                recipient: self.recipient,
            };
            minters.spawn(minter.mint());
        }
        while let Some(done) = minters.join_next().await {
            done??;
        }
        Ok(())
    }
}

/// One of those who fill it.
struct Minter {
    services: Arc<Services>,
    secret_key: String,
    next: Arc<AtomicUsize>,
    messages: usize,
    recipient: fn(usize) -> String,
}

impl Minter {
    async fn mint(self) -> Result<()> {
        let refused = |refusal| anyhow!("{refusal:?}");
        let tenant =
            self.services.authenticator.authenticate(&self.secret_key, None).await.map_err(refused)?;
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.messages {
                return Ok(());
            }
            let to = Address::parse(&(self.recipient)(number))?;
            self.services.challenges.mint(&tenant, MintRequest::to(to)).await.map_err(refused)?;
        }
    }
}
