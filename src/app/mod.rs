//! The composition root: the one place that reads settings and names concrete parts.

mod ambient;
mod foundation;
mod master_key;
mod patience;
mod probing;
mod rules;
mod senders;
mod serving;
mod timekeeping;
mod webhooks;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::task::JoinHandle;

use crate::config::Settings;
use crate::delivery::{Observer, Outbox};
use crate::domain::id::IdGenerator;
use crate::domain::random::Entropy;
use crate::domain::steady_clock::SteadyClock;
use crate::domain::time::Clock;
use crate::http::{self, AddressLimits, AddressRates, AppState, ClientRules, FailedKeys, Traffic};
use crate::service::{Parts, Services, SetupLink};

pub use ambient::{SystemClocks, SystemEntropy};
use foundation::OperatorTokenFile;
use timekeeping::Timekeeper;

pub use foundation::{DataLock, Foundation, StartError, database};
pub use master_key::{ReplacedMasterKey, replace_master_key};
pub use probing::prober;
pub use senders::{check, email, outbox};
pub use serving::{ExtraRoutes, Listening};

/// Between two sweeps: well within the minute in which ended challenges must be erased.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// Longer than the threads that serve need to start.
const SEED_AFTER: Duration = Duration::from_millis(100);

/// What the process provides to the program.
#[derive(Clone)]
pub struct Ambient {
    /// The time.
    pub clock: Arc<SteadyClock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Renders the metrics; without it there is no metrics listener.
    pub metrics: Option<Arc<dyn Fn() -> String + Send + Sync>>,
    /// Observes what happens to each message.
    pub observer: Option<Arc<dyn Observer>>,
}

impl Ambient {
    /// The machine's own clock and randomness.
    pub fn of_the_machine() -> Self {
        let clock = Arc::new(SteadyClock::over(Arc::new(SystemClocks)));
        Self { clock, entropy: Arc::new(SystemEntropy), metrics: None, observer: None }
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
    setup_link: Option<SetupLink>,
    _lock: DataLock,
}

impl App {
    /// Builds everything and starts to listen. Must be called within a multi-threaded Tokio runtime, on which
    /// messages are sent.
    pub async fn build(
        settings: &Settings,
        ambient: &Ambient,
        extra: Option<ExtraRoutes>,
    ) -> Result<Self, StartError> {
        check(settings)?;
        // Runs concurrently with everything else: the limits of addresses need it in a moment.
        std::thread::spawn(http::calibrate_clock);
        let lock = DataLock::acquire(settings)?;
        let foundation = Foundation::open(settings, ambient).await?;
        let token = OperatorTokenFile::load(settings, ambient)?;
        let outbox = Arc::new(outbox(settings, ambient, &foundation)?);
        foundation.release(settings, ambient.clock.now()).await?;
        let services = services(settings, ambient, &foundation, Arc::clone(&outbox), token.token())?;
        let services = Arc::new(services);
        let webhooks = webhooks::sender(settings, ambient, &foundation)?;
        let traffic = Arc::new(Traffic::default());
        let limits = address_limits(settings);
        let failed_keys = settings.limits.enabled.then_some(settings.limits.wrong_keys_per_address);
        let failed_keys = failed_keys.map(|rate| Arc::new(FailedKeys::new(rate)));
        let state = AppState {
            services: Arc::clone(&services),
            clients: ClientRules {
                trusted_proxies: settings.server.trusted_proxies.clone(),
                exempt_networks: settings.limits.exempt_networks.clone(),
            },
            failed_keys: failed_keys.clone(),
            admin: settings.admin.enabled,
            console: settings.console.enabled,
            mint_wait: Duration::from_secs(settings.delivery.wait_seconds),
            body_timeout: Duration::from_secs(settings.server.body_timeout_seconds),
            traffic: Arc::clone(&traffic),
        };
        let listening = Listening::start(settings, state, limits.clone(), ambient.metrics.clone(), extra)?;
        // After everything that can fail, because it is shown on this start or never.
        let new_operator_token = token.keep_new()?;
        let setup_link = setup_link(settings, &services).await?;
        let background = vec![
            tokio::spawn(deliver(Arc::clone(&outbox))),
            tokio::spawn(webhooks.run()),
            tokio::spawn(seed_generator()),
            tokio::spawn(keep_house(Arc::clone(&services), limits, failed_keys, ambient.clock.clone())),
        ];
        Ok(Self {
            services,
            outbox,
            listening,
            traffic,
            background,
            shutdown: Duration::from_secs(settings.server.shutdown_seconds),
            new_operator_token,
            setup_link,
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

    /// The operator token, on the start that created it.
    pub fn new_operator_token(&self) -> Option<&SecretString> {
        self.new_operator_token.as_ref()
    }

    /// A link to set up an operator's account, if there is a console and no operator.
    pub fn setup_link(&self) -> Option<&SetupLink> {
        self.setup_link.as_ref()
    }

    /// Serves until `stop`, then finishes requests in progress, then messages. Messages that cannot be sent
    /// in time stay in the outbox for the next start.
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
            // The task was aborted on purpose.
            let _ = task.await;
        }
        tracing::info!(messages_left = left, "stopped");
    }
}

/// A setup link, if nobody can sign in to the console yet.
async fn setup_link(settings: &Settings, services: &Services) -> Result<Option<SetupLink>, StartError> {
    if !settings.console.enabled || services.pages.public_url().is_none() {
        return Ok(None);
    }
    let unusable = |refusal| StartError::Store { path: database(settings), problem: format!("{refusal:?}") };
    match services.console.has_operators().await.map_err(unusable)? {
        true => Ok(None),
        false => services.console.make_setup_link().await.map(Some).map_err(unusable),
    }
}

/// After the threads that serve have started: it takes a processor for as long as the whole start.
async fn seed_generator() {
    tokio::time::sleep(SEED_AFTER).await;
    // A caller that needs it earlier seeds it, and waits.
    let _ = tokio::task::spawn_blocking(crate::crypto::seed_generator).await;
}

async fn deliver(outbox: Arc<Outbox>) {
    outbox.run(std::future::pending()).await;
}

async fn keep_house(
    services: Arc<Services>,
    limits: AddressLimits,
    failed_keys: Option<Arc<FailedKeys>>,
    clock: Arc<SteadyClock>,
) {
    let mut timekeeper = Timekeeper::new(clock);
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        timekeeper.look();
        services.admission.report_overload();
        limits.forget_quiet();
        if let Some(failed_keys) = &failed_keys {
            failed_keys.forget_quiet(services.now());
        }
        if let Err(refusal) = services.sweep().await {
            tracing::warn!(?refusal, "sweeping failed and is tried again");
        }
        if let Err(refusal) = services.keys.look_after().await {
            tracing::warn!(?refusal, "the keys could not be looked after and are tried again");
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
    foundation.keyring.advance(ambient.clock.now());
    Ok(Services::new(&Parts {
        store: Arc::clone(&foundation.store),
        keyring: Arc::clone(&foundation.keyring),
        outbox,
        tester: Arc::new(prober(settings, ambient)?),
        clock: ambient.clock.clone(),
        entropy: Arc::clone(&ambient.entropy),
        ids: Arc::new(IdGenerator::above(foundation.greatest_id)),
        rules: Arc::new(rules::rules(settings, operator_token)?),
    }))
}

fn address_limits(settings: &Settings) -> AddressLimits {
    let limits = &settings.limits;
    AddressLimits::new(limits.enabled.then_some(AddressRates {
        register: limits.register_per_address,
        mint: limits.mint_per_address,
        verify: limits.verify_per_address,
    }))
}
