//! The composition root: the one place that reads settings and names concrete parts.

mod ambient;
mod foundation;
mod patience;
mod probing;
mod serving;

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::task::JoinHandle;

use crate::config::{Mode, Settings};
use crate::delivery::email::EmailChannel;
use crate::delivery::outbox::{Outbox, OutboxSettings};
use crate::delivery::smtp::SmtpSettings;
use crate::delivery::smtp::tls::Trust;
use crate::domain::policy::{Policy, SendPolicy};
use crate::domain::random::Entropy;
use crate::domain::time::Clock;
use crate::http::{AddressLimits, AddressRates, ClientRules, Face, Guesses, Traffic};
use crate::service::{Parts, RegistrationMode, Rules, Services, StoreLedger, TenantLimits};
use crate::store::Retention;

pub use ambient::{SystemClock, SystemEntropy};
use foundation::OperatorTokenFile;

pub use foundation::{DataLock, Foundation, StartError, database};
pub use probing::prober;
pub use serving::{ExtraRoutes, Listening};

/// Between two sweeps: well within the minute in which what has ended must be erased.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// Idle counters of recipients are kept as long as the longest window reaches, and as a lockout is
/// worth remembering.
const KEEP_RECIPIENTS: Duration = Duration::from_secs(7 * 86_400);

/// Wrong answers in a row that are never forgotten by themselves: what people mistype is less.
const KEEP_IN_A_ROW: u32 = 5;

/// What the process gives to the program.
#[derive(Clone)]
pub struct Ambient {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Renders the metrics; without it there is no metrics listener.
    pub metrics: Option<Arc<dyn Fn() -> String + Send + Sync>>,
}

impl Ambient {
    /// The machine's own clock and randomness.
    pub fn of_the_machine() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy), metrics: None }
    }
}

/// A server, built and listening.
pub struct App {
    services: Arc<Services>,
    outbox: Arc<Outbox>,
    listening: Listening,
    traffic: Arc<Traffic>,
    background: Vec<JoinHandle<()>>,
    shutdown: Duration,
    new_operator_token: Option<SecretString>,
    _lock: DataLock,
}

impl App {
    /// Builds everything and starts to listen. Must be called within a Tokio runtime of several
    /// threads, on which messages are sent.
    pub async fn build(
        settings: &Settings,
        ambient: &Ambient,
        extra: Option<ExtraRoutes>,
    ) -> Result<Self, StartError> {
        check(settings)?;
        let lock = DataLock::acquire(settings)?;
        let foundation = Foundation::open(settings, ambient.entropy.as_ref()).await?;
        let token = OperatorTokenFile::load(settings, ambient)?;
        let outbox = Arc::new(outbox(settings, ambient, &foundation)?);
        let released = foundation.store.release_deliveries(ambient.clock.now()).await;
        released
            .map_err(|error| StartError::Store { path: database(settings), problem: error.to_string() })?;
        let services = services(settings, ambient, &foundation, Arc::clone(&outbox), token.token())?;
        let services = Arc::new(services);
        let traffic = Arc::new(Traffic::default());
        let limits = address_limits(settings);
        let guesses = settings.limits.enabled.then_some(settings.limits.wrong_keys_per_address);
        let guesses = guesses.map(|rate| Arc::new(Guesses::new(rate)));
        let face = Face {
            services: Arc::clone(&services),
            clients: ClientRules {
                trusted_proxies: settings.server.trusted_proxies.clone(),
                exempt_networks: settings.limits.exempt_networks.clone(),
            },
            guesses: guesses.clone(),
            admin: settings.admin.enabled,
            mint_wait: Duration::from_secs(settings.delivery.wait_seconds),
            body_timeout: Duration::from_secs(settings.server.body_timeout_seconds),
            traffic: Arc::clone(&traffic),
        };
        let listening = Listening::start(settings, face, limits.clone(), ambient.metrics.clone(), extra)?;
        // After all that can fail, for it is shown on this start or never.
        let new_operator_token = token.keep_new()?;
        let background = vec![
            tokio::spawn(deliver(Arc::clone(&outbox))),
            tokio::spawn(keep_house(Arc::clone(&services), limits, guesses)),
        ];
        Ok(Self {
            services,
            outbox,
            listening,
            traffic,
            background,
            shutdown: Duration::from_secs(settings.server.shutdown_seconds),
            new_operator_token,
            _lock: lock,
        })
    }

    /// The address of the API.
    pub fn address(&self) -> SocketAddr {
        self.listening.address()
    }

    /// The address of the metrics.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.listening.metrics_address()
    }

    /// The use cases.
    pub fn services(&self) -> &Arc<Services> {
        &self.services
    }

    /// The operator token, on the start that made it.
    pub fn new_operator_token(&self) -> Option<&SecretString> {
        self.new_operator_token.as_ref()
    }

    /// Serves until `stop`, then finishes what is under way: requests first, then messages.
    /// What cannot be sent in time stays in the outbox for the next start.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        stop.await;
        tracing::info!("draining");
        let deadline = tokio::time::Instant::now() + self.shutdown;
        self.traffic.drain();
        while self.traffic.under_way() > 0 && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.listening.stop().await;
        let left = self.outbox.drain(deadline.saturating_duration_since(tokio::time::Instant::now())).await;
        for task in &self.background {
            task.abort();
        }
        for task in self.background {
            // Aborted is what it should be.
            let _ = task.await;
        }
        tracing::info!(messages_left = left, "stopped");
    }
}

async fn deliver(outbox: Arc<Outbox>) {
    outbox.run(std::future::pending()).await;
}

async fn keep_house(services: Arc<Services>, limits: AddressLimits, guesses: Option<Arc<Guesses>>) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        limits.forget_quiet();
        if let Some(guesses) = &guesses {
            guesses.forget_quiet(services.now());
        }
        if let Err(refusal) = services.sweep().await {
            tracing::warn!(?refusal, "sweeping failed and is tried again");
        }
    }
}

/// The use cases over an open store.
pub fn services(
    settings: &Settings,
    ambient: &Ambient,
    foundation: &Foundation,
    outbox: Arc<Outbox>,
    operator_token: SecretString,
) -> Result<Services, StartError> {
    let config = |error: crate::config::LoadError| StartError::Config(error.to_string());
    let limits = &settings.limits;
    let rules = Rules {
        policy: Arc::new(policy(settings).map_err(config)?),
        registration: match settings.registration.mode {
            Mode::Operator => RegistrationMode::Operator,
            Mode::Open => RegistrationMode::Open,
            Mode::Closed => RegistrationMode::Closed,
        },
        operator_token,
        outbound: Arc::new(settings.outbound_rule().map_err(config)?),
        tenant_limits: limits
            .enabled
            .then_some(TenantLimits { mint: limits.mint_per_tenant, verify: limits.verify_per_tenant }),
        receipts: settings.receipt_terms().map_err(config)?,
        retention: Retention {
            challenges: Duration::from_secs(settings.codes.keep_ended_seconds),
            audit: Duration::from_secs(settings.audit.keep_days * 86_400),
            recipients: KEEP_RECIPIENTS,
            statistics_days: i64::from(settings.statistics.keep_days),
            in_a_row: limits.failures_in_a_row.min(KEEP_IN_A_ROW),
        },
    };
    Ok(Services::new(Parts {
        store: Arc::clone(&foundation.store),
        keyring: Arc::clone(&foundation.keyring),
        outbox,
        tester: Arc::new(prober(settings)?),
        clock: Arc::clone(&ambient.clock),
        entropy: Arc::clone(&ambient.entropy),
        greatest_id: foundation.greatest_id,
        rules,
    }))
}

/// What the operator has decided about codes.
fn policy(settings: &Settings) -> Result<Policy, crate::config::LoadError> {
    let pauses = settings.codes.resend_after_seconds.iter().copied().map(Duration::from_secs);
    Ok(Policy {
        code: settings.code_policy()?,
        sends: SendPolicy { max_sends: settings.codes.sends, cooldowns: pauses.collect() },
        limits: settings.recipient_limits(),
        template: None,
    })
}

/// The outbox with all channels, over an open store.
pub fn outbox(settings: &Settings, ambient: &Ambient, foundation: &Foundation) -> Result<Outbox, StartError> {
    let (clock, entropy) = (Arc::clone(&ambient.clock), Arc::clone(&ambient.entropy));
    let (store, keyring) = (Arc::clone(&foundation.store), Arc::clone(&foundation.keyring));
    let ledger = StoreLedger::new(store, keyring, Arc::clone(&entropy));
    let bounds = OutboxSettings {
        capacity: settings.delivery.queue,
        at_once: settings.delivery.sessions,
        at_once_per_tenant: settings.delivery.sessions_per_tenant,
        ..OutboxSettings::default()
    };
    let channels: Vec<Arc<dyn crate::delivery::Channel>> = vec![Arc::new(email(settings, ambient)?)];
    Ok(Outbox::new(bounds, channels, Arc::new(ledger), clock, entropy))
}

/// The e-mail channel.
pub fn email(settings: &Settings, ambient: &Ambient) -> Result<EmailChannel, StartError> {
    let smtp = SmtpSettings {
        total: Duration::from_secs(settings.delivery.timeout_seconds),
        kept_per_account: settings.delivery.sessions_per_tenant,
        ..SmtpSettings::default()
    };
    let rule = settings.outbound_rule().map_err(|error| StartError::Config(error.to_string()))?;
    Ok(EmailChannel::new(smtp, rule, trust(settings)?, Arc::clone(&ambient.clock)))
}

/// What the settings refer to and loading them cannot see. Comes before anything is made.
pub fn check(settings: &Settings) -> Result<(), StartError> {
    trust(settings).map(|_| ())
}

fn trust(settings: &Settings) -> Result<Trust, StartError> {
    let path = &settings.outbound.ca_file;
    if path.as_os_str().is_empty() {
        return Ok(Trust::system());
    }
    let problem =
        |problem: String| StartError::Config(format!("outbound.ca_file: {}: {problem}", path.display()));
    let pem = fs::read(path).map_err(|error| problem(error.to_string()))?;
    Trust::with_authorities(&pem).map_err(|error| problem(error.to_string()))
}

fn address_limits(settings: &Settings) -> AddressLimits {
    let limits = &settings.limits;
    AddressLimits::new(limits.enabled.then_some(AddressRates {
        register: limits.register_per_address,
        mint: limits.mint_per_address,
        verify: limits.verify_per_address,
    }))
}
