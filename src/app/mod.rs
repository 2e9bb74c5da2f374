//! The composition root: the one place that reads settings and names concrete parts.

mod ambient;
mod foundation;
mod master_key;
mod patience;
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
use crate::domain::random::Entropy;
use crate::domain::steady_clock::SteadyClock;
use crate::domain::time::Clock;
use crate::http::{self, AddressLimits, AddressRates, AppState, ClientRules, Guesses, Traffic};
use crate::service::{Parts, Services, SetupLink};

pub use ambient::{SystemClocks, SystemEntropy};
use foundation::OperatorTokenFile;
use timekeeping::Timekeeper;

pub use foundation::{DataLock, Foundation, StartError, database};
pub use master_key::{ReplacedMasterKey, replace_master_key};
pub use rules::retention;
pub use senders::{check, outbox, routing};
pub use serving::{ExtraRoutes, Listening};

/// Between two sweeps: well within the minute in which what has ended must be erased.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// From the start of the threads that serve until they do, and more.
const SEED_AFTER: Duration = Duration::from_millis(100);

/// What the process gives to the program.
#[derive(Clone)]
pub struct Ambient {
    /// The time.
    pub clock: Arc<SteadyClock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Renders the metrics; without it there is no metrics listener.
    pub metrics: Option<Arc<dyn Fn() -> String + Send + Sync>>,
    /// Is told what becomes of each message.
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
    /// Builds everything and starts to listen. Must be called within a Tokio runtime of several
    /// threads, on which messages are sent.
    pub async fn build(
        settings: &Settings,
        ambient: &Ambient,
        extra: Option<ExtraRoutes>,
    ) -> Result<Self, StartError> {
        check(settings)?;
        // Beside everything else: the limits of addresses need it in a moment.
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
        let guesses = settings.limits.enabled.then_some(settings.limits.wrong_keys_per_address);
        let guesses = guesses.map(|rate| Arc::new(Guesses::new(rate)));
        let state = AppState {
            services: Arc::clone(&services),
            clients: ClientRules {
                trusted_proxies: settings.server.trusted_proxies.clone(),
                exempt_networks: settings.limits.exempt_networks.clone(),
            },
            guesses: guesses.clone(),
            admin: settings.admin.enabled,
            console: settings.console.enabled,
            mint_wait: Duration::from_secs(settings.delivery.wait_seconds),
            body_timeout: Duration::from_secs(settings.server.body_timeout_seconds),
            traffic: Arc::clone(&traffic),
        };
        let listening = Listening::start(settings, state, limits.clone(), ambient.metrics.clone(), extra)?;
        // After all that can fail, for it is shown on this start or never.
        let new_operator_token = token.keep_new()?;
        let setup_link = setup_link(settings, &services).await?;
        let background = vec![
            tokio::spawn(deliver(Arc::clone(&outbox))),
            tokio::spawn(webhooks.run()),
            tokio::spawn(seed_generator()),
            tokio::spawn(keep_house(Arc::clone(&services), limits, guesses, ambient.clock.clone())),
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

    /// The operator token, on the start that made it.
    pub fn new_operator_token(&self) -> Option<&SecretString> {
        self.new_operator_token.as_ref()
    }

    /// A link to set up the account of an operator, where there is a console and no operator.
    pub fn setup_link(&self) -> Option<&SetupLink> {
        self.setup_link.as_ref()
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

/// The way in to a console that nobody can sign in to yet.
async fn setup_link(settings: &Settings, services: &Services) -> Result<Option<SetupLink>, StartError> {
    if !settings.console.enabled || services.public_url().is_none() {
        return Ok(None);
    }
    let unusable = |refusal| StartError::Store { path: database(settings), problem: format!("{refusal:?}") };
    match services.has_operators().await.map_err(unusable)? {
        true => Ok(None),
        false => services.make_setup_link().await.map(Some).map_err(unusable),
    }
}

/// Once the threads that serve have begun: it takes a processor for as long as the whole start.
async fn seed_generator() {
    tokio::time::sleep(SEED_AFTER).await;
    // What needs it before has it seeded, and waits.
    let _ = tokio::task::spawn_blocking(crate::crypto::seed_generator).await;
}

async fn deliver(outbox: Arc<Outbox>) {
    outbox.run(std::future::pending()).await;
}

async fn keep_house(
    services: Arc<Services>,
    limits: AddressLimits,
    guesses: Option<Arc<Guesses>>,
    clock: Arc<SteadyClock>,
) {
    let mut timekeeper = Timekeeper::new(clock);
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        timekeeper.look();
        services.report_overload();
        limits.forget_quiet();
        if let Some(guesses) = &guesses {
            guesses.forget_quiet(services.now());
        }
        if let Err(refusal) = services.sweep().await {
            tracing::warn!(?refusal, "sweeping failed and is tried again");
        }
        if let Err(refusal) = services.look_after_keys().await {
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
    Ok(Services::new(Parts {
        store: Arc::clone(&foundation.store),
        keyring: Arc::clone(&foundation.keyring),
        routing: Arc::clone(outbox.routing()),
        outbox,
        clock: ambient.clock.clone(),
        entropy: Arc::clone(&ambient.entropy),
        greatest_id: foundation.greatest_id,
        rules: rules::rules(settings, operator_token)?,
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
