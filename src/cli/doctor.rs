//! `otpmint doctor`: reports what works, what does not, and what to change.

use clap::Args;

use crate::app::{self, Ambient, Foundation, StorePlace};
use crate::config::Settings;
use crate::domain::tenants::tenant::{Tenant, TenantHandle};
use crate::domain::time::Clock as _;
use crate::service::Refusal;

use super::config_file::{ConfigFile, load};
use super::failure::Failure;
use super::runtime::block_on;
use super::{doctor_postgres, doctor_redis, doctor_routes, doctor_tls};

/// Check configuration, certificate, keys, store, Redis and a tenant's routes, and say what to change.
#[derive(Args)]
pub(super) struct Doctor {
    /// Try each route of this tenant as well, of every transport: connection, TLS and login. Nothing is sent.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    #[command(flatten)]
    config: ConfigFile,
}

impl Doctor {
    pub(super) fn run(self) -> Result<(), Failure> {
        let settings = load(self.config.path.as_deref())?;
        println!("ok    configuration");
        for warning in &settings.warnings {
            println!("note  {warning}");
        }
        let certificate = doctor_tls::tell_files(&settings, &Ambient::system());
        let limits = block_on(doctor_redis::tell(&settings));
        self.examine(&settings).and(limits).and(certificate)
    }

    fn examine(&self, settings: &Settings) -> Result<(), Failure> {
        let place = StorePlace::of(settings)?;
        block_on(async {
            let ambient = Ambient::system();
            let found = Found::at(&place).await?;
            let losses = match &place {
                StorePlace::Sqlite(_) => Vec::new(),
                StorePlace::Postgres(place) => doctor_postgres::examine(place, &ambient).await?,
            };
            match found {
                Found::Nothing => {
                    println!("note  there is no database yet ({place}): `otpmint serve` makes it")
                }
                Found::Older(pending) => println!(
                    "note  the schema is of an older version; nothing else was looked at. The start of a server of \
                     this version, or `otpmint store migrate`, runs {}",
                    pending.join(", ")
                ),
                Found::Present => self.look(place, settings, &ambient).await?,
            }
            if losses.is_empty() { Ok(()) } else { Err(Failure::new(losses.join("\n         "))) }
        })
    }

    /// Looks at what is stored.
    async fn look(&self, place: StorePlace, settings: &Settings, ambient: &Ambient) -> Result<(), Failure> {
        let foundation = Foundation::open_at(place, settings, ambient).await?;
        println!("ok    master key and store");
        let tenants = foundation.store.tenants().await.map_err(Refusal::from)?;
        println!("ok    {} tenants", tenants.len());
        tell_time(ambient);
        tell_stopped(&foundation, &tenants).await?;
        let certificate = doctor_tls::tell_issued(settings, ambient, &foundation).await;
        match &self.tenant {
            Some(handle) => self.try_routes(handle, settings, ambient, &foundation).await.and(certificate),
            None => certificate,
        }
    }

    async fn try_routes(
        &self,
        handle: &str,
        settings: &Settings,
        ambient: &Ambient,
        foundation: &Foundation,
    ) -> Result<(), Failure> {
        let unknown = || Failure::no_tenant(handle);
        let parsed = TenantHandle::parse(handle).ok_or_else(unknown)?;
        let found = foundation.store.tenant_by_handle(parsed, ambient.clock.now()).await;
        let (tenant, _) = found.map_err(Refusal::from)?.ok_or_else(unknown)?;
        let sender = crate::service::sender(&foundation.keyring, &tenant, None).map_err(Refusal::from)?;
        let routing = app::routing(settings, ambient, foundation)?;
        for gap in doctor_routes::gaps(&tenant, &sender.routes, settings) {
            println!("note  {gap}");
        }
        let failures = doctor_routes::failures(&tenant, &sender.routes, &routing).await;
        if failures.is_empty() { Ok(()) } else { Err(Failure::new(failures.join("\n         "))) }
    }
}

/// What is stored at a place. Looking must neither make nor migrate it, as opening would.
enum Found {
    Nothing,
    /// Migrations are still to run, beginning with these.
    Older(Vec<&'static str>),
    Present,
}

impl Found {
    async fn at(place: &StorePlace) -> Result<Self, Failure> {
        // This one refuses what is not ours.
        let pending = place.pending().await?;
        Ok(match place.key_check().await? {
            None => Self::Nothing,
            Some(_) if pending.is_empty() => Self::Present,
            Some(_) => Self::Older(pending),
        })
    }
}

/// Names the mail accounts whose logins were refused for good.
async fn tell_stopped(foundation: &Foundation, tenants: &[Tenant]) -> Result<(), Failure> {
    for tenant in tenants {
        for login in foundation.store.route_logins(tenant.id).await.map_err(Refusal::from)? {
            if let Some((refusal, since)) = login.refused {
                let (route, error, advice) = (login.route, refusal.as_str(), refusal.advice());
                println!("note  {} {route} sends nothing since {since}: {error}: {advice}", tenant.handle);
            }
        }
    }
    Ok(())
}

fn tell_time(ambient: &Ambient) {
    match ambient.clock.ahead().as_secs() {
        0 => println!("ok    clock"),
        ahead => println!(
            "note  the server's time is {ahead} s ahead of this machine's clock. If that clock is right, wait until \
             it has caught up, or stop the server and run `otpmint clock reset`; else set it right"
        ),
    }
}
