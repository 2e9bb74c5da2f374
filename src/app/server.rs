//! A server: built, listening, drained.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::task::JoinHandle;

use crate::config::Settings;
use crate::delivery::Outbox;
use crate::domain::node::NodeKind;
use crate::domain::time::Clock;
use crate::http::{self, AddressLimits, AddressRates, AppState, ClientRules, FailedKeys, Traffic};
use crate::service::{Heartbeat, NodeEnd, Services, SetupLink};

use super::ambient::Ambient;
use super::foundation::{DataLock, Foundation};
use super::heartbeat::{self, Beating};
use super::housekeeping::{count_together, deliver, follow, run_housekeeping, seed_generator};
use super::operator_token::FoundToken;
use super::senders::{check, outbox};
use super::services::services;
use super::serving::{BoundListeners, ExtraRoutes, Listening};
use super::start_error::StartError;
use super::webhooks;

/// A server, built and listening.
pub struct App {
    services: Arc<Services>,
    outbox: Arc<Outbox>,
    listening: Listening,
    traffic: Arc<Traffic>,
    background: Vec<JoinHandle<()>>,
    heartbeat: Option<Beating>,
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
        let place = check(settings)?;
        // Runs concurrently with everything else: the limit on documents needs it in a moment.
        std::thread::spawn(http::calibrate_clock);
        let lock = DataLock::acquire(settings)?;
        let foundation = Foundation::open_as(NodeKind::Server, place, settings, ambient).await?;
        let Foundation { store, seat, .. } = &foundation;
        let heartbeat = heartbeat::begin(store, seat, ambient, NodeKind::Server).await?;
        let token = FoundToken::load(settings)?;
        let outbox = Arc::new(outbox(settings, ambient, &foundation)?);
        foundation.release(ambient.clock.now()).await?;
        let services = Arc::new(services(settings, ambient, &foundation, Arc::clone(&outbox))?);
        let webhooks = webhooks::sender(settings, ambient, &foundation)?;
        let traffic = Arc::new(Traffic::default());
        let limits = address_limits(settings, ambient, &services);
        let failed_keys = settings.limits.enabled.then_some(settings.limits.wrong_keys_per_address);
        let failed_keys = failed_keys.map(|rate| FailedKeys::new(Arc::clone(&services.limiter), rate));
        let state = AppState {
            services: Arc::clone(&services),
            clients: ClientRules {
                trusted_proxies: settings.server.trusted_proxies.clone(),
                exempt_networks: settings.limits.exempt_networks.clone(),
            },
            failed_keys,
            admin: settings.admin.enabled,
            console: settings.console.enabled,
            mint_wait: Duration::from_secs(settings.delivery.wait_seconds),
            body_timeout: Duration::from_secs(settings.server.body_timeout_seconds),
            traffic: Arc::clone(&traffic),
        };
        let documents = limits.documents().clone();
        let bound = BoundListeners::take(settings, state, limits, ambient.metrics.clone(), extra)?;
        let setup_link = setup_link(settings, &services, &foundation).await?;
        // After everything that can fail, because it is shown on this start or never; before the server is ready.
        let new_operator_token = token.settle(&services, ambient, &foundation.place).await?;
        let listening = bound.serve();
        let background = vec![
            tokio::spawn(deliver(Arc::clone(&outbox))),
            tokio::spawn(webhooks.run()),
            tokio::spawn(seed_generator()),
            tokio::spawn(follow(Arc::clone(&services), ambient.follow_every)),
            tokio::spawn(count_together(Arc::clone(&services))),
            tokio::spawn(run_housekeeping(Arc::clone(&services), documents, ambient.clock.clone())),
        ];
        Ok(Self {
            services,
            outbox,
            listening,
            traffic,
            background,
            heartbeat: heartbeat.map(Beating::start),
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

    /// What renews the lease of the server, if it shares its store with others.
    pub fn heartbeat(&self) -> Option<&Arc<Heartbeat>> {
        self.heartbeat.as_ref().map(Beating::heartbeat)
    }

    /// The operator token, on the start that created it, to be shown. It is handed out once, and then
    /// forgotten.
    pub fn take_new_operator_token(&mut self) -> Option<SecretString> {
        self.new_operator_token.take()
    }

    /// A link to set up an operator's account, if there is a console and no operator.
    pub fn setup_link(&self) -> Option<&SetupLink> {
        self.setup_link.as_ref()
    }

    /// Serves until `stop`, then finishes requests in progress, then messages. Messages that cannot be sent
    /// in time stay in the outbox for the next start. Stops at once if the server is no node of its store any
    /// more: then nothing can be recorded, and others go on.
    pub async fn run_until(mut self, stop: impl Future<Output = ()>) -> Stopped {
        let stopped = tokio::select! {
            () = stop => Stopped::Asked,
            end = ended(&mut self.heartbeat) => Stopped::Ended(end),
        };
        tracing::info!("draining");
        let time_left = match stopped {
            Stopped::Asked => self.shutdown,
            Stopped::Ended(_) => Duration::ZERO,
        };
        let deadline = tokio::time::Instant::now() + time_left;
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
        if let Some(beating) = self.heartbeat {
            beating.stop();
            if stopped == Stopped::Asked {
                beating.leave().await;
            }
        }
        tracing::info!(messages_left = left, "stopped");
        stopped
    }
}

/// Why a server stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// It was asked to.
    Asked,
    /// It was no node of its store any more.
    Ended(NodeEnd),
}

/// Completes when the server is no node of its store any more; never for one that is alone.
async fn ended(heartbeat: &mut Option<Beating>) -> NodeEnd {
    match heartbeat {
        Some(beating) => beating.ended().await,
        None => std::future::pending().await,
    }
}

/// A setup link, if nobody can sign in to the console yet.
async fn setup_link(
    settings: &Settings,
    services: &Services,
    foundation: &Foundation,
) -> Result<Option<SetupLink>, StartError> {
    if !settings.console.enabled || services.pages.public_url().is_none() {
        return Ok(None);
    }
    let unusable = |refusal| foundation.place.unusable(format!("{refusal:?}"));
    match services.console.has_operators().await.map_err(unusable)? {
        true => Ok(None),
        false => services.console.make_setup_link().await.map(Some).map_err(unusable),
    }
}

fn address_limits(settings: &Settings, ambient: &Ambient, services: &Services) -> AddressLimits {
    let limits = &settings.limits;
    let rates = limits.enabled.then_some(AddressRates {
        register: limits.register_per_address,
        mint: limits.mint_per_address,
        verify: limits.verify_per_address,
        documents: limits.documents_per_address,
    });
    AddressLimits::new(rates, Arc::clone(&services.limiter), ambient.clock.clone())
}
