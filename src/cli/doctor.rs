//! `otpmint doctor`: what works, what does not, and what to change.

use clap::Args;

use crate::app::{self, Ambient, Foundation};
use crate::domain::tenant::TenantHandle;
use crate::service::Refusal;

use super::{ConfigFile, Failure, block_on, load};

/// Check configuration, keys, store and a tenant's mail server, and say what to change.
#[derive(Args)]
pub(super) struct Doctor {
    /// Try the mail server of this tenant as well: connection, TLS and login. No mail is sent.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    #[command(flatten)]
    config: ConfigFile,
}

impl Doctor {
    pub(super) fn run(self) -> Result<(), Failure> {
        let settings = load(self.config.path.as_deref())?;
        println!("ok    configuration");
        if !app::database(&settings).exists() {
            println!("note  no database in {} yet: `otpmint serve` makes it", settings.data_dir.display());
            return Ok(());
        }
        block_on(async {
            let ambient = Ambient::of_the_machine();
            let foundation = Foundation::open(&settings, ambient.entropy.as_ref()).await?;
            println!("ok    master key and store");
            let tenants = foundation.store.tenants().await.map_err(Refusal::from)?;
            println!("ok    {} tenants", tenants.len());
            match &self.tenant {
                Some(handle) => self.try_mail(handle, &settings, &ambient, &foundation).await,
                None => Ok(()),
            }
        })
    }

    async fn try_mail(
        &self,
        handle: &str,
        settings: &crate::config::Settings,
        ambient: &Ambient,
        foundation: &Foundation,
    ) -> Result<(), Failure> {
        let unknown = || Failure::no_tenant(handle);
        let parsed = TenantHandle::parse(handle).ok_or_else(unknown)?;
        let found = foundation.store.tenant_by_handle(parsed, ambient.clock.now()).await;
        let (tenant, _) = found.map_err(Refusal::from)?.ok_or_else(unknown)?;
        let sender = crate::service::sender(&foundation.keyring, &tenant).map_err(Refusal::from)?;
        let email = app::email(settings, ambient)?;
        for account in &sender.accounts {
            let (host, port) = (&account.host, account.port);
            email.probe(&sender, account).await.map_err(|reason| {
                Failure::new(format!("{host}:{port}: {}: {}", reason.as_str(), reason.advice()))
            })?;
            println!("ok    {host}:{port} takes the login of {handle}");
        }
        Ok(())
    }
}
