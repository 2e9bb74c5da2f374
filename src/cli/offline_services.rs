//! What most commands work with: the store and the use cases, without a server.

use std::sync::Arc;

use crate::app::{self, Ambient, Foundation, StorePlace};
use crate::config::Settings;
use crate::domain::tenants::tenant::{Tenant, TenantHandle};
use crate::domain::time::Clock as _;
use crate::service::{Refusal, Services};

use super::config_file::{ConfigFile, load};
use super::failure::Failure;
use super::log::start_log;

/// The store and the use cases, without a server.
pub(super) struct OfflineServices {
    pub(super) settings: Settings,
    pub(super) foundation: Foundation,
    pub(super) services: Services,
    pub(super) ambient: Ambient,
}

impl OfflineServices {
    /// For a command on what is there.
    pub(super) async fn open(config: &ConfigFile) -> Result<Self, Failure> {
        let (settings, ambient) = begin(config)?;
        let foundation = Foundation::open(&settings, &ambient).await?;
        Self::over(settings, ambient, foundation)
    }

    /// For a command with which a server may be set up before its first start.
    pub(super) async fn open_or_make(config: &ConfigFile) -> Result<Self, Failure> {
        let (settings, ambient) = begin(config)?;
        let foundation = Foundation::open_at(StorePlace::of(&settings)?, &settings, &ambient).await?;
        Self::over(settings, ambient, foundation)
    }

    fn over(settings: Settings, ambient: Ambient, foundation: Foundation) -> Result<Self, Failure> {
        let outbox = Arc::new(app::outbox(&settings, &ambient, &foundation)?);
        let services = app::services(&settings, &ambient, &foundation, outbox)?;
        Ok(Self { settings, foundation, services, ambient })
    }

    /// Refuses to choose among several keys: the leaked one might stay, and the user would think it replaced.
    pub(super) async fn check_one_key(&self, tenant: &Tenant) -> Result<(), Failure> {
        let keys = self.foundation.store.secret_keys(tenant.id, self.ambient.clock.now()).await;
        let keys = keys.map_err(crate::service::Refusal::from)?;
        match keys.iter().filter(|key| key.replaced_at.is_none()).count() {
            0 | 1 => Ok(()),
            count => Err(Failure::usage(format!("{} has {count} keys: say which with --key", tenant.handle))),
        }
    }

    /// Returns the tenant with this handle, or the one with this name.
    pub(super) async fn tenant(&self, word: &str) -> Result<Tenant, Failure> {
        let unknown = || Failure::no_tenant(word);
        let Some(handle) = TenantHandle::parse(word) else { return self.named(word).await };
        let found = self.foundation.store.tenant_by_handle(handle, self.ambient.clock.now()).await;
        found.map_err(Refusal::from)?.map(|(tenant, _)| tenant).ok_or_else(unknown)
    }

    /// Sandboxes have the names of their live tenants, which are meant.
    async fn named(&self, name: &str) -> Result<Tenant, Failure> {
        let tenants = self.foundation.store.tenants().await.map_err(Refusal::from)?;
        let is_named = |tenant: &Tenant| tenant.sandbox_of.is_none() && tenant.name == name;
        let mut found: Vec<_> = tenants.into_iter().filter(is_named).collect();
        match (found.pop(), found.as_slice()) {
            (None, _) => Err(Failure::no_tenant(name)),
            (Some(one), []) => Ok(one),
            (Some(last), others) => {
                let handles = others.iter().chain([&last]).map(|tenant| tenant.handle.to_string());
                let handles = handles.collect::<Vec<_>>().join(", ");
                Err(Failure::usage(format!(
                    "several tenants are called {name}: give the handle of one: {handles}"
                )))
            }
        }
    }
}

fn begin(config: &ConfigFile) -> Result<(Settings, Ambient), Failure> {
    let settings = load(config.path.as_deref())?;
    start_log(&settings)?;
    Ok((settings, Ambient::system()))
}
