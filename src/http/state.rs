//! What every handler can reach.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::domain::backup_standing::BackupStanding;
use crate::domain::certificate::CertificateStanding;
use crate::domain::disk::DiskStanding;
use crate::domain::membership::Lapse;
use crate::domain::web_origin::WebOrigin;
use crate::service::{self, AuthenticatedTenant, Operator, Refusal, Services};

use super::shared::client::ClientRules;
use super::shared::failed_keys::FailedKeys;
use super::shared::problems::problem::Problem;
use super::shared::problems::table::requests::{SERVER_OVERLOADED, SHUTTING_DOWN, STORE_UNAVAILABLE};
use super::traffic::{RequestGuard, Traffic};

/// Shared by the threads that serve.
pub struct AppState {
    /// The use cases.
    pub services: Arc<Services>,
    /// How the client IP is found.
    pub clients: ClientRules,
    /// Wrong secret keys by client IP; `None` if limits are switched off.
    pub failed_keys: Option<FailedKeys>,
    /// Whether the operator's routes exist here.
    pub admin: bool,
    /// The address where browsers reach the console; `None` if there is none here.
    pub console: Option<WebOrigin>,
    /// How long `POST /otp` waits for the mail server.
    pub mint_wait: Duration,
    /// How long the server waits for a request body.
    pub body_timeout: Duration,
    /// Whether the server is shutting down, and the requests that still run.
    pub traffic: Arc<Traffic>,
    /// How what the server lives on stands.
    pub upkeep: Upkeep,
}

/// How what the server lives on stands.
#[derive(Clone)]
pub struct Upkeep {
    /// Its own certificate; `None` if something else provides TLS.
    pub certificate: Option<Arc<CertificateStanding>>,
    /// Its own backups; `None` if it takes none.
    pub backups: Option<Arc<BackupStanding>>,
    /// The disk that it writes to.
    pub disk: Arc<DiskStanding>,
}

impl AppState {
    /// The tenant of this secret key, unless too many of its requests are waiting.
    pub(crate) async fn authenticate(
        &self,
        secret_key: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<AuthenticatedTenant, Refusal> {
        self.authenticate_as(secret_key, client_ip, |_| true).await
    }

    /// The tenant of this secret key, if it is the one that the caller also named: another one costs and teaches what
    /// a wrong key does.
    pub(crate) async fn authenticate_as(
        &self,
        secret_key: &str,
        client_ip: Option<IpAddr>,
        is_named: impl Fn(&AuthenticatedTenant) -> bool,
    ) -> Result<AuthenticatedTenant, Refusal> {
        let tenant = self.identify(secret_key, client_ip, is_named).await?;
        if let Err(refusal) = self.services.admission.check_share(tenant.waiters()) {
            let_body_arrive().await;
            return Err(refusal);
        }
        Ok(tenant)
    }

    /// The tenant of this secret key, unless too many wrong keys came from the same address. A generated key
    /// cannot be guessed, so wrong keys of others never block it.
    async fn identify(
        &self,
        secret_key: &str,
        client_ip: Option<IpAddr>,
        is_named: impl Fn(&AuthenticatedTenant) -> bool,
    ) -> Result<AuthenticatedTenant, Refusal> {
        let authenticator = &self.services.authenticator;
        let find = async || authenticator.authenticate_as(secret_key, client_ip, &is_named).await;
        let counted = client_ip.filter(|ip| !self.clients.is_exempt(*ip));
        let (Some(failed_keys), Some(ip), false) =
            (&self.failed_keys, counted, service::is_generated(secret_key))
        else {
            return find().await;
        };
        failed_keys.check(ip, self.services.now()).await.map_err(Refusal::Limited)?;
        let found = find().await;
        if found.as_ref().is_err_and(|refusal| *refusal == Refusal::UnknownSecretKey) {
            failed_keys.record(ip, self.services.now()).await;
        }
        found
    }

    /// The operator, if this is the operator token. The right token cannot be guessed, so it is never blocked; wrong
    /// ones are counted like wrong secret keys.
    pub(crate) async fn operator(
        &self,
        token: &SecretString,
        client_ip: Option<IpAddr>,
    ) -> Result<Operator, Refusal> {
        let proved = self.services.operator_tokens.prove(token).await;
        let counted = client_ip.filter(|ip| !self.clients.is_exempt(*ip));
        if let (Err(Refusal::OperatorTokenNeeded), Some(failed_keys), Some(ip)) =
            (&proved, &self.failed_keys, counted)
        {
            failed_keys.check(ip, self.services.now()).await.map_err(Refusal::Limited)?;
            failed_keys.record(ip, self.services.now()).await;
        }
        proved
    }

    /// Admits a request, unless the server is draining, overloaded or not a current node.
    pub(crate) async fn enter(&self) -> Result<RequestGuard, Problem> {
        let permit = self.enter_as_operator()?;
        if self.services.nodes.membership().lapse().is_some() {
            let_body_arrive().await;
            return Err((&STORE_UNAVAILABLE).into());
        }
        if self.services.admission.check_room().is_err() {
            let_body_arrive().await;
            return Err((&SERVER_OVERLOADED).into());
        }
        Ok(permit)
    }

    /// Admits a request of the operator even under overload: the operator may be about to end it.
    pub(crate) fn enter_as_operator(&self) -> Result<RequestGuard, Problem> {
        self.traffic.enter().ok_or_else(|| (&SHUTTING_DOWN).into())
    }

    /// The address where browsers reach the console, if there is one.
    pub(crate) fn console(&self) -> Option<&WebOrigin> {
        self.console.as_ref()
    }

    /// Why the server is not ready for requests; `None` if it is.
    pub(crate) fn unready(&self) -> Option<Unready> {
        match self.services.nodes.membership().lapse() {
            _ if self.traffic.is_draining() => Some(Unready::Draining),
            Some(Lapse::ClockDiffers(_)) => Some(Unready::Clock),
            Some(Lapse::NotRenewed(_)) => Some(Unready::Lease),
            None => (!self.services.is_healthy()).then_some(Unready::Store),
        }
    }
}

/// Why the server is not ready for requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unready {
    /// It is shutting down.
    Draining,
    /// The store cannot record.
    Store,
    /// It could not renew its lease.
    Lease,
    /// Its clock differs too much from the database's.
    Clock,
}

impl Unready {
    /// Returns the word on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Draining => "draining",
            Self::Store => "store",
            Self::Lease => "lease",
            Self::Clock => "clock",
        }
    }
}

/// Lets the HTTP layer read what has arrived of a body. It ends a connection whose request is answered
/// earlier, and clients that have to reconnect add load.
async fn let_body_arrive() {
    tokio::task::yield_now().await;
}
