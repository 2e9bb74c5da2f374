//! The whole program, with its own time and real mail servers.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use mail_catcher::{Credentials, MailCatcher, Options};
use otpmint::app::{Ambient, App, ExtraRoutes, Foundation, NodeRule, Prepared, SystemEntropy};
use otpmint::cli::dev::pages::{self, Desk};
use otpmint::cli::dev::{DeliveryLog, PhoneInbox};
use otpmint::config::{self, Settings};
use otpmint::domain::network::PortRule;
use otpmint::domain::steady_clock::SteadyClock;
use otpmint::service::AuthenticatedTenant;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::postgres::schema::Schema;

use super::{Answer, Api, Database, ManualClock, engine};

pub const SMTP_MAIL: &str = "app@sender.example";
pub const SMTP_PASSWORD: &str = "pw-7Fq2-of-the-mail-server";

/// A running server. Its two mail servers are trusted; the tenants are registered at the first.
pub struct TestApp {
    pub api: Api,
    pub clock: Arc<ManualClock>,
    pub mail: MailCatcher,
    pub other_mail: MailCatcher,
    pub operator_token: String,
    pub settings: Settings,
    app: App,
    home: TempDir,
    schema: Option<Schema<'static>>,
}

/// A registered tenant.
#[derive(Clone, Debug)]
pub struct Tenant {
    pub handle: String,
    pub key: String,
}

/// A minted challenge: what its tenant and its recipient know together.
#[derive(Clone, Debug)]
pub struct Challenge {
    pub key: String,
    pub code: String,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A server whose settings differ from the defaults.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let clock = ManualClock::at_noon();
        let mail = mail_server(Options::default()).await;
        let other_mail = mail_server(Options::default()).await;
        Self::over(clock, mail, other_mail, change).await
    }

    /// A server that shares its database with others.
    pub async fn one_of_several() -> Self {
        let clock = ManualClock::at_noon();
        let mail = mail_server(Options::default()).await;
        let other_mail = mail_server(Options::default()).await;
        let ambient = Ambient { nodes: NodeRule::Leased, ..ambient(&clock) };
        Self::built((ambient, None), clock, mail, other_mail, |_| {}).await
    }

    /// A server that has codes follow by itself.
    pub async fn following() -> Self {
        Self::following_with(|_| {}).await
    }

    /// A server that also looks by itself at what changes elsewhere, with other settings.
    pub async fn following_with(change: impl FnOnce(&mut Settings)) -> Self {
        let clock = ManualClock::at_noon();
        let mail = mail_server(Options::default()).await;
        let other_mail = mail_server(Options::default()).await;
        let ambient = Ambient {
            follow_every: Duration::from_millis(20),
            metrics: Some(Arc::new(|| "otpmint_up 1\n".to_owned())),
            ..ambient(&clock)
        };
        Self::built((ambient, None), clock, mail, other_mail, change).await
    }

    /// A server with the inbox of `otpmint dev`, and its pages.
    pub async fn with_inbox(change: impl FnOnce(&mut Settings)) -> Self {
        let clock = ManualClock::at_noon();
        let mail = mail_server(Options::default()).await;
        let other_mail = mail_server(Options::default()).await;
        let mut ambient = ambient(&clock);
        let log = Arc::new(DeliveryLog::new(ambient.clock.clone()));
        let phones = PhoneInbox::new(ambient.clock.clone(), log.clone());
        ambient.observer = Some(log.clone());
        ambient.catch = Some(Arc::new(phones.clone()));
        let routes = pages::mail_routes(Desk { catcher: mail.clone(), phones, log });
        let extra: ExtraRoutes = Arc::new(move |config| {
            config.configure(&routes);
        });
        Self::built((ambient, Some(extra)), clock, mail, other_mail, change).await
    }

    pub async fn over(
        clock: Arc<ManualClock>,
        mail: MailCatcher,
        other_mail: MailCatcher,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        Self::built((ambient(&clock), None), clock, mail, other_mail, change).await
    }

    async fn built(
        (ambient, extra): (Ambient, Option<ExtraRoutes>),
        clock: Arc<ManualClock>,
        mail: MailCatcher,
        other_mail: MailCatcher,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let ca_file = home.path().join("ca.pem");
        fs::write(&ca_file, format!("{}\n{}", mail.ca_pem(), other_mail.ca_pem())).expect("our folder");
        let mut settings = config::load(None, std::iter::empty()).expect("the defaults");
        settings.data_dir = home.path().join("data");
        settings.server.listen = "127.0.0.1:0".to_owned();
        settings.server.metrics_listen = String::new();
        // It would follow from the address; a test that is about pages sets it.
        settings.server.public_url = String::new();
        settings.server.is_only_here = false;
        settings.server.workers = 1;
        settings.outbound.allow_hosts = vec!["localhost".to_owned()];
        settings.outbound.allow_ports = PortRule::Any;
        settings.outbound.ca_file = ca_file;
        let schema = engine::on_postgres().then(Schema::shared);
        if let Some(schema) = &schema {
            settings.store.url = schema.url().into();
        }
        change(&mut settings);
        let app = Prepared::build(&settings, &ambient, extra).await.expect("the server starts").serve();
        let api = Api::new(format!("http://{}", app.address()));
        let operator_token = fs::read_to_string(settings.data_dir.join("operator.token"));
        let operator_token = operator_token.expect("made at start").trim().to_owned();
        Self { api, clock, mail, other_mail, operator_token, settings, app, home, schema }
    }

    /// Stops it, and starts it on the same data with other settings.
    pub async fn restart(self, change: impl FnOnce(&mut Settings)) -> Self {
        let Self { clock, mail, other_mail, operator_token, mut settings, app, home, schema, .. } = self;
        app.run_until(async {}).await;
        change(&mut settings);
        let app = launch(&settings, &clock).await;
        let api = Api::new(format!("http://{}", app.address()));
        Self { api, clock, mail, other_mail, operator_token, settings, app, home, schema }
    }

    /// The body of a registration at the first mail server.
    pub fn registration(&self) -> Value {
        self.registration_at(&self.mail)
    }

    pub fn registration_at(&self, mail: &MailCatcher) -> Value {
        json!({
            "smtp_host": "localhost", "smtp_port": mail.address().port(),
            "smtp_mail": SMTP_MAIL, "smtp_password": SMTP_PASSWORD,
        })
    }

    /// The operator's client, requesting JSON.
    pub fn operator(&self) -> Api {
        self.api.bearing(&self.operator_token).json()
    }

    pub async fn tenant(&self) -> Tenant {
        self.tenant_at(&self.mail).await
    }

    pub async fn tenant_at(&self, mail: &MailCatcher) -> Tenant {
        self.register(&self.registration_at(mail)).await
    }

    #[track_caller]
    pub fn register(&self, body: &Value) -> impl Future<Output = Tenant> {
        let (operator, body) = (self.operator(), body.clone());
        async move {
            let answer = operator.register(&body).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            let told = answer.json();
            let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
            Tenant { handle: text("tenant"), key: text("secretKey") }
        }
    }

    /// Mints a code, and reads it from the mail.
    pub async fn mint(&self, tenant: &Tenant, to: &str) -> Challenge {
        let before = self.mails_to(to);
        let answer = self.api.mint(to, &tenant.key).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        Challenge { key: answer.body, code: self.code_after(before, to).await }
    }

    /// Mints while the clock runs fast: for answers that need a later try.
    pub async fn mint_while_time_passes(&self, to: &str, secret_key: &str) -> Answer {
        let minting = self.api.mint(to, secret_key);
        tokio::pin!(minting);
        loop {
            tokio::select! {
                answer = &mut minting => return answer,
                () = tokio::time::sleep(Duration::from_millis(20)) => self.clock.pass_millis(200),
            }
        }
    }

    pub fn mails_to(&self, to: &str) -> usize {
        self.mail.mails().iter().filter(|mail| mail.is_to(to)).count()
    }

    pub async fn code_after(&self, before: usize, to: &str) -> String {
        let mails = self.mail.wait_for_many(to, before + 1).await.expect("the mail");
        mails[before].code().expect("a code in the mail").to_owned()
    }

    pub fn database(&self) -> Database {
        match &self.schema {
            None => Database::Sqlite(self.settings.data_dir.join("otpmint.db")),
            Some(schema) => Database::Postgres(schema.name().to_owned(), schema.reading()),
        }
    }

    pub fn app(&self) -> &App {
        &self.app
    }

    /// Stops it, and leaves what the others need.
    pub async fn stop(self) -> (Arc<ManualClock>, MailCatcher, (TempDir, Option<Schema<'static>>)) {
        let Self { clock, mail, app, home, schema, .. } = self;
        app.run_until(async {}).await;
        (clock, mail, (home, schema))
    }

    /// The store and its keys, opened next to the server as the commands open them.
    pub async fn office(&self) -> Foundation {
        Foundation::open(&self.settings, &ambient(&self.clock)).await.expect("the same key and store")
    }

    pub async fn authenticated(&self, tenant: &Tenant) -> AuthenticatedTenant {
        self.app.services().authenticator.authenticate(&tenant.key, None).await.expect("a live key")
    }

    /// Erases and deletes, as the server does every few seconds.
    pub async fn sweep(&self) {
        let services = self.app.services();
        services.sweep().await.expect("the store works");
        services.forget_quiet();
    }
}

/// The environment of a process that starts now.
pub fn ambient(clock: &Arc<ManualClock>) -> Ambient {
    let clock = Arc::new(SteadyClock::over(clock.clone()));
    Ambient {
        clock,
        entropy: Arc::new(SystemEntropy),
        metrics: None,
        observer: None,
        catch: None,
        nodes: NodeRule::Alone,
        room: |_| Some((50 << 30, 100 << 30)),
        // A test has the codes follow, and counts them.
        follow_every: Duration::from_secs(3_600),
    }
}

async fn launch(settings: &Settings, clock: &Arc<ManualClock>) -> App {
    Prepared::build(settings, &ambient(clock), None).await.expect("the server starts").serve()
}

/// A mail server that knows the tenants' login.
pub async fn mail_server(options: Options) -> MailCatcher {
    let credentials = Some(Credentials::new(SMTP_MAIL, SMTP_PASSWORD));
    let options = Options { credentials, ..options };
    MailCatcher::start(options, || SystemTime::UNIX_EPOCH).await.expect("a free port")
}
