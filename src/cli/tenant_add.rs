//! `otpmint tenant add`: registers a tenant.

use std::path::PathBuf;

use clap::Args;
use secrecy::ExposeSecret;

use crate::domain::tenants::smtp::SmtpProfile;
use crate::domain::tenants::smtp_draft::{LoginDraft, SmtpDraft};
use crate::domain::tenants::tenant::parse_name;
use crate::service::{Caller, Registration};

use super::config_file::ConfigFile;
use super::failure::Failure;
use super::mail_account::OAuthArguments;
use super::offline_services::OfflineServices;
use super::prompt::{self, SHOWN_ONCE};
use super::sandbox;
use super::shell_user::shell_user;

#[derive(Args)]
pub(super) struct AddTenant {
    /// The app's name, as the mails give it.
    #[arg(long, default_value = "")]
    name: String,
    /// Its mail server: a host name or an IP address.
    #[arg(long, value_name = "HOST")]
    smtp_host: String,
    /// The server's port: 465 means TLS from the first byte, any other STARTTLS.
    #[arg(long, value_name = "PORT", default_value_t = 587)]
    smtp_port: u16,
    /// Login at the mail server, and the address that the mails come from.
    #[arg(long, value_name = "ADDRESS")]
    smtp_mail: String,
    /// A file with the mail account's password on its first line, `-` for standard input. Without
    /// it the password is asked for.
    #[arg(long, value_name = "FILE", conflicts_with = "oauth_grant")]
    smtp_password_file: Option<PathBuf>,
    #[command(flatten)]
    oauth: OAuthArguments,
    /// A file with a secret key of your own on its first line, at least 16 characters and hard to
    /// guess. Without it one is generated and printed.
    #[arg(long, value_name = "FILE")]
    secret_key_file: Option<PathBuf>,
    /// Print a test key as well: it opens a sandbox, of which nothing is ever sent.
    #[arg(long)]
    sandbox: bool,
    #[command(flatten)]
    config: ConfigFile,
}

impl AddTenant {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let offline = OfflineServices::open_or_make(&self.config).await?;
        let smtp = self.account(&offline)?;
        let secret_key = match &self.secret_key_file {
            Some(path) => Some(prompt::secret(Some(path), "secret key")?),
            None => None,
        };
        let name = parse_name(&self.name);
        let registration = Registration {
            name: name.ok_or_else(|| Failure::usage("--name: at most 100 bytes on one line"))?,
            smtp,
            route_name: String::new(),
            secret_key,
            caller: Caller::Shell(shell_user()),
            client_ip: None,
        };
        let registered = offline.services.tenants.register(registration).await?;
        println!("tenant      {}", registered.handle);
        if let Some(key) = &registered.generated_key {
            println!("secret key  {}", key.expose());
        }
        if self.sandbox {
            sandbox::add_test_key(&offline.services, registered.id).await?;
        }
        if self.sandbox || registered.generated_key.is_some() {
            println!("{SHOWN_ONCE}");
        }
        Ok(())
    }

    /// Returns the mail account.
    fn account(&self, offline: &OfflineServices) -> Result<SmtpProfile, Failure> {
        let parse = |password: &str| {
            let smtp = SmtpProfile::from_compat(
                &self.smtp_host,
                i64::from(self.smtp_port),
                &self.smtp_mail,
                password,
            );
            smtp.map_err(|reason| Failure::usage(reason.to_string()))
        };
        let Some(login) = self.oauth.draft()? else {
            let password = prompt::secret(self.smtp_password_file.as_deref(), "SMTP password: ")?;
            return parse(password.expose_secret());
        };
        // The password is only a place holder.
        let draft = SmtpDraft { login: LoginDraft::OAuth(login), ..SmtpDraft::unchanged(&parse("-")?) };
        let account = offline.services.routes.new_account(draft);
        account.map_err(|wrong| Failure::usage(format!("{}: {wrong}", wrong.field)))
    }
}
