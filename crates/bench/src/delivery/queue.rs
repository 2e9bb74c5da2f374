//! Mails waiting to be sent, put into the store before the server starts.

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

/// Mints a code for each of this many recipients, and sends none.
pub(crate) async fn fill(config: &Path, ambient: &Ambient, secret_key: &str, mails: usize) -> Result<()> {
    let mut settings = otpmint::config::load(Some(config), std::iter::empty())?;
    // No session is ever free here, and one tenant may take half of the places.
    settings.delivery.sessions = 0;
    settings.delivery.queue = 2 * mails + MINTERS;
    let foundation = Foundation::open(&settings, ambient).await?;
    let outbox = Arc::new(app::outbox(&settings, ambient, &foundation)?);
    let services = app::services(&settings, ambient, &foundation, outbox)?;
    let (services, next) = (Arc::new(services), Arc::new(AtomicUsize::new(0)));
    let mut minters = JoinSet::new();
    for _ in 0..MINTERS {
        minters.spawn(mint(Arc::clone(&services), secret_key.to_owned(), Arc::clone(&next), mails));
    }
    while let Some(done) = minters.join_next().await {
        done??;
    }
    Ok(())
}

async fn mint(services: Arc<Services>, key: String, next: Arc<AtomicUsize>, mails: usize) -> Result<()> {
    let refused = |refusal| anyhow!("{refusal:?}");
    let tenant = services.authenticator.authenticate(&key).await.map_err(refused)?;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= mails {
            return Ok(());
        }
        let to = Address::parse(&format!("user{number}@queued.example"))?;
        services.challenges.mint(&tenant, MintRequest::to(to)).await.map_err(refused)?;
    }
}
