//! A server that is built and bound, and serves nobody yet.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use secrecy::SecretString;
use tokio::task::JoinHandle;

use crate::config::Settings;
use crate::delivery::Outbox;
use crate::delivery::webhooks::WebhookSender;
use crate::domain::node::NodeKind;
use crate::domain::operator::{LinkPurpose, Role};
use crate::domain::reports::actor::Actor;
use crate::domain::steady_clock::SteadyClock;
use crate::domain::time::Clock;
use crate::http::{
    self, AddressLimits, AddressRates, AppState, ClientRules, DocumentLimit, FailedKeys, PlainDoor, Traffic,
    Upkeep,
};
use crate::service::{Denied, Heartbeat, Services, SetupLink};

use super::ambient::Ambient;
use super::certificates::Certificates;
use super::disk::DiskWatch;
use super::foundation::{DataLock, Foundation};
use super::heartbeat::{self, Beating};
use super::housekeeping::{count_together, deliver, follow, run_housekeeping, seed_generator};
use super::listening::{BoundListeners, ExtraRoutes, Offer, OperatorOffer};
use super::operator_token::FoundToken;
use super::scheduled_backups::ScheduledBackups;
use super::senders::{check, outbox};
use super::server::App;
use super::services::services;
use super::start_error::StartError;
use super::webhooks;

/// A server, built and bound. Connections wait until it serves, so that what they find can be set up first.
pub struct Prepared {
    services: Arc<Services>,
    bound: BoundListeners,
    beside: Beside,
    traffic: Arc<Traffic>,
    heartbeat: Option<Arc<Heartbeat>>,
    shutdown: Duration,
    new_operator_token: Option<SecretString>,
    setup_link: Option<SetupLink>,
    lock: DataLock,
}

impl Prepared {
    /// Builds everything and binds the addresses. Must be called within a multi-threaded Tokio runtime, on which
    /// messages are sent.
    pub async fn build(
        settings: &Settings,
        ambient: &Ambient,
        extra: Option<ExtraRoutes>,
    ) -> Result<Self, StartError> {
        let place = check(settings)?;
        // Runs concurrently with everything else: the limit on documents needs it in a moment.
        std::thread::spawn(http::calibrate_clock);
        let backups = ScheduledBackups::of(settings, ambient)?;
        let tls = Certificates::of(settings)?;
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
        let documents = limits.documents().clone();
        let disk = DiskWatch::of(settings.data_dir.clone(), ambient);
        let upkeep = Upkeep {
            certificate: tls.as_ref().map(Certificates::standing),
            backups: backups.as_ref().map(ScheduledBackups::standing),
            disk: disk.standing(),
        };
        let (open, own) = states(settings, &services, &traffic, &upkeep)?;
        let operator_tls = tls.as_ref().map(Certificates::operator_acceptor).transpose()?;
        let offer = Offer {
            state: Data::new(open),
            operator: OperatorOffer { state: Data::new(own), tls: operator_tls },
            limits,
            plain: plain(&services),
            metrics: ambient.metrics.clone(),
            extra,
            tls: tls.as_ref().map(|tls| tls.acceptor(&services)),
            clock: ambient.clock.clone(),
        };
        let bound = BoundListeners::take(settings, offer)?;
        let setup_link = setup_link(settings, &services, &foundation).await?;
        // After everything that can fail, because it is shown on this start or never; before the server is ready.
        let new_operator_token = token.settle(&services, ambient, &foundation.place).await?;
        let certificate = match tls {
            Some(tls) => tls.start(settings, ambient, &services).await,
            None => Vec::new(),
        };
        let (clock, follow_every) = (ambient.clock.clone(), ambient.follow_every);
        Ok(Self {
            services,
            bound,
            beside: Beside { outbox, webhooks, documents, clock, follow_every, backups, certificate, disk },
            traffic,
            heartbeat,
            shutdown: Duration::from_secs(settings.server.shutdown_seconds),
            new_operator_token,
            setup_link,
            lock,
        })
    }

    /// The address of the API.
    pub fn address(&self) -> SocketAddr {
        self.bound.address()
    }

    /// The use cases.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// A link to set up an operator's account, if there is a console and no operator.
    pub fn setup_link(&self) -> Option<&SetupLink> {
        self.setup_link.as_ref()
    }

    /// Serves, and sends messages.
    pub fn serve(self) -> App {
        let Self { services, beside, .. } = self;
        App {
            outbox: Arc::clone(&beside.outbox),
            listening: self.bound.serve(),
            background: beside.start(&services),
            services,
            traffic: self.traffic,
            heartbeat: self.heartbeat.map(Beating::start),
            shutdown: self.shutdown,
            new_operator_token: self.new_operator_token,
            setup_link: self.setup_link,
            _lock: self.lock,
        }
    }
}

/// What runs beside answering.
struct Beside {
    outbox: Arc<Outbox>,
    webhooks: Arc<WebhookSender>,
    documents: DocumentLimit,
    clock: Arc<SteadyClock>,
    follow_every: Duration,
    backups: Option<ScheduledBackups>,
    certificate: Vec<JoinHandle<()>>,
    disk: DiskWatch,
}

impl Beside {
    fn start(self, services: &Arc<Services>) -> Vec<JoinHandle<()>> {
        let mut tasks = vec![
            tokio::spawn(deliver(self.outbox)),
            tokio::spawn(self.webhooks.run()),
            tokio::spawn(seed_generator()),
            tokio::spawn(self.disk.run()),
            tokio::spawn(follow(Arc::clone(services), self.follow_every)),
            tokio::spawn(count_together(Arc::clone(services))),
            tokio::spawn(run_housekeeping(Arc::clone(services), self.documents, self.clock)),
        ];
        tasks.extend(self.certificate);
        tasks.extend(self.backups.map(|backups| tokio::spawn(backups.run(Arc::clone(services)))));
        tasks
    }
}

fn plain(services: &Arc<Services>) -> Option<PlainDoor> {
    let public = services.pages.public_url()?.clone();
    Some(PlainDoor { public, services: Arc::clone(services) })
}

/// What the handlers of the server's listener reach, and those of the operator's: where there is one, only its handlers
/// reach what is the operator's.
fn states(
    settings: &Settings,
    services: &Arc<Services>,
    traffic: &Arc<Traffic>,
    upkeep: &Upkeep,
) -> Result<(AppState, AppState), StartError> {
    let console = settings.console_url().map_err(|error| StartError::Config(error.to_string()))?;
    let state = || state(settings, services, traffic, upkeep);
    let own = AppState { admin: settings.admin.enabled, console, ..state() };
    let open = match settings.operator.is_apart() {
        true => state(),
        false => AppState { admin: own.admin, console: own.console.clone(), ..state() },
    };
    Ok((open, own))
}

/// What every handler reaches, without what is the operator's.
fn state(settings: &Settings, services: &Arc<Services>, traffic: &Arc<Traffic>, upkeep: &Upkeep) -> AppState {
    let failed_keys = settings.limits.enabled.then_some(settings.limits.wrong_keys_per_address);
    let failed_keys = failed_keys.map(|rate| FailedKeys::new(Arc::clone(&services.limiter), rate));
    AppState {
        services: Arc::clone(services),
        clients: ClientRules {
            trusted_proxies: settings.server.trusted_proxies.clone(),
            exempt_networks: settings.limits.exempt_networks.clone(),
        },
        failed_keys,
        admin: false,
        console: None,
        mint_wait: Duration::from_secs(settings.delivery.wait_seconds),
        body_timeout: Duration::from_secs(settings.server.body_timeout_seconds),
        traffic: Arc::clone(traffic),
        upkeep: upkeep.clone(),
    }
}

/// A setup link, if nobody can sign in to the console yet.
async fn setup_link(
    settings: &Settings,
    services: &Services,
    foundation: &Foundation,
) -> Result<Option<SetupLink>, StartError> {
    if settings.console_url().map_err(|error| StartError::Config(error.to_string()))?.is_none() {
        return Ok(None);
    }
    let unusable = |why: Denied| foundation.place.unusable(format!("{why:?}"));
    match services.console.has_operators().await.map_err(|refusal| unusable(refusal.into()))? {
        true => Ok(None),
        false => {
            let first = LinkPurpose::any(Role::Owner);
            services.console.make_setup_link(first, Actor::default()).await.map(Some).map_err(unusable)
        }
    }
}

fn address_limits(settings: &Settings, ambient: &Ambient, services: &Services) -> AddressLimits {
    let limits = &settings.limits;
    let rates = limits.enabled.then_some(AddressRates {
        register: limits.register_per_address,
        mint: limits.mint_per_address,
        verify: limits.verify_per_address,
        documents: limits.documents_per_address,
        network_factor: limits.network_factor,
    });
    AddressLimits::new(rates, Arc::clone(&services.limiter), ambient.clock.clone())
}
