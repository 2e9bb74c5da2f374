//! `otpmint tenant erase`: erases what is stored of a person.

use clap::Args;

use crate::domain::address::Address;
use crate::domain::factors::identity::Identity;
use crate::service::ErasureRequest;

use super::failure::Failure;
use super::shell_user::at_shell;
use super::tenant_argument::TenantArgument;

#[derive(Args)]
#[command(
    after_help = "It can be repeated. Counts of messages and wrong codes stay until their windows end, at most \
    seven days; a lockout until `otpmint tenant unlock`. The audit trail keeps the address masked, as j***@e***.com."
)]
pub(super) struct Erase {
    #[command(flatten)]
    one: TenantArgument,
    /// The mail address or the phone number, with its country code.
    recipient: String,
    /// The tenant's own name for the same user, whose authenticator apps go too.
    #[arg(long, value_name = "IDENTITY")]
    identity: Option<String>,
}

impl Erase {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let recipient = Address::parse(&self.recipient)
            .map_err(|reason| Failure::usage(format!("{}: {reason}", self.recipient)))?;
        let wrong = || Failure::usage("--identity: 1 to 128 printable characters on one line");
        let identity = self.identity.as_deref().map(|text| Identity::parse(text).ok_or_else(wrong));
        let request = ErasureRequest { recipient, identity: identity.transpose()?, client_ip: None };
        let (offline, tenant) = self.one.open().await?;
        let erased = offline.services.erasures.erase(tenant.id, &request, at_shell()).await?;
        println!("erased of     {:?}", request.recipient);
        for (count, kind) in [
            (erased.rows.challenges, "challenges"),
            (erased.rows.canceled, "of them pending"),
            (erased.rows.deliveries, "deliveries"),
            (erased.rows.events, "events"),
            (erased.rows.answers, "answers"),
            (erased.rows.results, "results"),
            (erased.rows.sandbox_messages, "messages of the sandbox"),
            (erased.factors, "authenticator apps"),
        ] {
            println!("{count:>12}  {kind}");
        }
        Ok(())
    }
}
