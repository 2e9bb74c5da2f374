//! What most commands work with: the store and the use cases, without a server.

use std::sync::Arc;

use crate::app::{self, Ambient, Foundation, StorePlace};
use crate::config::Settings;
use crate::domain::tenants::tenant::{Tenant, TenantHandle};
use crate::domain::time::Clock as _;
use crate::service::Services;

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

    pub(super) async fn tenant(&self, handle: &str) -> Result<Tenant, Failure> {
        let unknown = || Failure::no_tenant(handle);
        let handle = TenantHandle::parse(handle).ok_or_else(unknown)?;
        let found = self.foundation.store.tenant_by_handle(handle, self.ambient.clock.now()).await;
        found.map_err(crate::service::Refusal::from)?.map(|(tenant, _)| tenant).ok_or_else(unknown)
    }
}

fn begin(config: &ConfigFile) -> Result<(Settings, Ambient), Failure> {
    let settings = load(config.path.as_deref())?;
    start_log(&settings)?;
    Ok((settings, Ambient::system()))
}
