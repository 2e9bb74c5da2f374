//! The command itself: a server, a mail catcher, phones and a tenant, all temporary.

use std::fs::DirBuilder;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;

use clap::Args;
use mail_catcher::{Credentials, Keep, MailCatcher, Options, TlsMode};
use secrecy::{ExposeSecret, SecretString};

use crate::app::{Ambient, ExtraRoutes, Prepared};
use crate::cli::failure::Failure;
use crate::cli::log::start_log;
use crate::cli::runtime::{block_on, stop_signal};
use crate::cli::serve;
use crate::cli::shell_user::shell_user;
use crate::cli::temporary::TemporaryFolder;
use crate::config::{DEFAULT, Mode, Settings};
use crate::crypto::operator_token;
use crate::domain::network::PortRule;
use crate::domain::random::Entropy;
use crate::domain::steady_clock::{SteadyClock, TimeSource};
use crate::domain::tenants::smtp::SmtpProfile;
use crate::domain::time::Clock as _;
use crate::domain::web_origin::WebOrigin;
use crate::service::{Browser, Caller, Registration, TestKeyRequest};

use super::allowed;
use super::delivery_log::DeliveryLog;
use super::demo::{self, DemoClocks};
use super::known::{OPERATOR, OPERATOR_TOKEN, SECRET_KEY, SMTP_MAIL, SMTP_PASSWORD, TENANT, TEST_KEY};
use super::pages::desk::Desk;
use super::pages::routes;
use super::pages::tour::Tour;
use super::phone_route;
use super::phones::PhoneInbox;
use super::steps::{self, Addresses};

/// Where the webhooks of a developer's app may be, without TLS.
const RECEIVER: &str = "127.0.0.1";
/// The mails that are kept.
const KEEP: Keep = Keep::Within { mails: 500, bytes: 32 * 1024 * 1024 };

/// Run the server with everything embedded: temporary data, a tenant ready to use, and an inbox on a
/// web page for its mails, texts, calls and chats.
#[derive(Args)]
pub(in crate::cli) struct Dev {
    /// Address and port to listen on; loopback addresses only.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5000")]
    listen: SocketAddr,
    /// Port to listen on, instead of 5000.
    #[arg(long, conflicts_with = "listen")]
    port: Option<u16>,
    /// Fill it with three tenants and their last thirty days, to look around in the console: a route that fails and a
    /// recipient who is locked out are among them. Limits apply then.
    #[arg(long)]
    demo: bool,
}

impl Dev {
    pub(in crate::cli) fn run(mut self) -> Result<(), Failure> {
        if let Some(port) = self.port {
            self.listen.set_port(port);
        }
        if !self.listen.ip().is_loopback() {
            return Err(Failure::usage(
                "dev listens on this machine only: use an address such as 127.0.0.1:5000",
            ));
        }
        block_on(self.serve())
    }

    async fn serve(self) -> Result<(), Failure> {
        // Before a folder exists that a failure would leave behind.
        let stop = stop_signal()?;
        let demo = self.demo.then(|| Arc::new(DemoClocks::a_month_ago()));
        let mut ambient = Ambient::system();
        if let Some(clocks) = &demo {
            ambient.clock = Arc::new(SteadyClock::over(Arc::clone(clocks) as Arc<dyn TimeSource>));
        }
        let log = Arc::new(DeliveryLog::new(ambient.clock.clone()));
        let phones = PhoneInbox::new(ambient.clock.clone(), log.clone());
        ambient.observer = Some(log.clone());
        ambient.catch = Some(Arc::new(phones.clone()));
        let entropy = ambient.entropy.as_ref();
        let folder = TemporaryFolder::make(&std::env::temp_dir(), "otpmint-dev", entropy)?;
        let catcher = catch_mail(&ambient, &log).await?;
        let settings = self.settings(&folder, &catcher)?;
        start_log(&settings)?;
        keep_operator_token(&settings, entropy)?;
        let tour = Tour::new(serve::collect_metrics()?);
        let desk = Desk { catcher: catcher.clone(), phones, log };
        let (mails, server) = (routes::mail_routes(desk.clone()), routes::server_routes(desk, tour.clone()));
        let extra: ExtraRoutes = Arc::new(move |config| {
            config.configure(&mails).configure(&server);
        });
        let prepared = Prepared::build(&settings, &ambient, Some(extra)).await?;
        register(&prepared, &catcher).await?;
        set_up_operator(&prepared).await?;
        let addresses = Addresses { api: prepared.address(), smtp: catcher.address() };
        tour.open(addresses);
        // Not before its keys work: whoever waits for an answer, uses them next.
        let app = prepared.serve();
        if let Some(clocks) = demo {
            eprintln!("Thirty days are being played …");
            demo::play(app.services(), &clocks, &catcher).await?;
        }
        println!("{}", steps::welcome(addresses));
        app.run_until(stop).await;
        Ok(())
    }

    /// The defaults, except that everything is temporary, local and unlimited.
    fn settings(&self, folder: &TemporaryFolder, catcher: &MailCatcher) -> Result<Settings, Failure> {
        let ca_file = folder.path().join("mail-catcher-ca.pem");
        std::fs::write(&ca_file, catcher.ca_pem())?;
        let mut settings = crate::config::load(None, std::iter::empty())
            .map_err(|error| Failure::new(format!("{error} in {DEFAULT}")))?;
        settings.data_dir = folder.path().join("data");
        settings.server.listen = self.listen.to_string();
        // Without a fixed port there is no address for browsers, and so no pages.
        let public = WebOrigin::parse(&format!("http://{}", self.listen));
        settings.server.public_url = public.map(String::from).unwrap_or_default();
        settings.server.metrics_listen = String::new();
        settings.server.workers = 2;
        settings.server.shutdown_seconds = 2;
        settings.log.level = "warn".to_owned();
        settings.registration.mode = Mode::Open;
        settings.outbound.allow_hosts = vec!["localhost".to_owned(), RECEIVER.to_owned()];
        // Webhooks of the developer's own app. The mail catcher is `localhost`, and keeps TLS.
        settings.outbound.plaintext_hosts = vec![RECEIVER.to_owned()];
        settings.outbound.webhook_ports = PortRule::Any;
        settings.outbound.smpp_ports = PortRule::Any;
        settings.outbound.allow_ports = PortRule::Only(vec![catcher.address().port()]);
        settings.outbound.ca_file = ca_file;
        settings.limits.enabled = self.demo;
        settings.limits.failures_in_a_row = demo::LOCKED_AFTER;
        Ok(settings)
    }
}

/// Writes the public token where the server looks for one, so that it draws none.
fn keep_operator_token(settings: &Settings, entropy: &dyn Entropy) -> Result<(), Failure> {
    DirBuilder::new().mode(0o700).create(&settings.data_dir)?;
    let (known, file) = (SecretString::from(OPERATOR_TOKEN), settings.data_dir.join("operator.token"));
    Ok(operator_token::keep(&known, &file, entropy)?)
}

async fn catch_mail(ambient: &Ambient, log: &Arc<DeliveryLog>) -> Result<MailCatcher, Failure> {
    let options = Options {
        tls: TlsMode::StartTls,
        credentials: Some(Credentials::new(SMTP_MAIL, SMTP_PASSWORD)),
        keep: KEEP,
        witness: Some(log.clone()),
        ..Options::default()
    };
    let clock = ambient.clock.clone();
    MailCatcher::start(options, move || clock.now().into())
        .await
        .map_err(|error| Failure::new(format!("the mail catcher did not start: {error}")))
}

async fn register(server: &Prepared, catcher: &MailCatcher) -> Result<(), Failure> {
    let port = i64::from(catcher.address().port());
    let smtp = SmtpProfile::from_compat("localhost", port, SMTP_MAIL, SMTP_PASSWORD);
    let registration = Registration {
        name: TENANT.to_owned(),
        smtp: smtp.map_err(|reason| Failure::new(reason.to_string()))?,
        route_name: String::new(),
        secret_key: Some(SecretString::from(SECRET_KEY)),
        caller: Caller::Shell(shell_user()),
        client_ip: None,
    };
    let registered = server.services().tenants.register(registration).await?;
    let test_key = TestKeyRequest { secret: Some(SecretString::from(TEST_KEY)), ..TestKeyRequest::usual() };
    server.services().tenants.test_key_of(registered.id, test_key, shell_user()).await?;
    allowed::allow(server.services()).await?;
    phone_route::add(server.services()).await
}

/// Sets up an operator's account with the link that the first start created.
async fn set_up_operator(server: &Prepared) -> Result<(), Failure> {
    // Without a fixed port there is no console.
    let Some(link) = server.setup_link() else { return Ok(()) };
    let (name, password) = OPERATOR;
    let set_up = server
        .services()
        .console
        .set_up_operator(link.token().expose_secret(), name, &password.into(), &Browser::default())
        .await;
    set_up.map(drop).map_err(|denied| Failure::new(format!("the console: {denied:?}")))
}
