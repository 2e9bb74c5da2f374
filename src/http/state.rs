//! What every handler can reach.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::domain::web_origin::WebOrigin;
use crate::service::{self, AuthenticatedTenant, Operator, Refusal, Services};

use super::shared::client::ClientRules;
use super::shared::failed_keys::FailedKeys;
use super::shared::problems::problem::Problem;
use super::traffic::{Permit, Traffic};

/// What every handler can reach.
pub struct AppState {
    /// The use cases.
    pub services: Arc<Services>,
    /// How the client's address is found.
    pub clients: ClientRules,
    /// Wrong secret keys by address; `None` when limits are switched off.
    pub failed_keys: Option<FailedKeys>,
    /// Whether there are routes for the operator.
    pub admin: bool,
    /// Whether there is a console, where browsers can reach this server.
    pub console: bool,
    /// How long `POST /otp` waits for the mail server.
    pub mint_wait: Duration,
    /// How long a request body may take.
    pub body_timeout: Duration,
    /// Whether the server is on its way out, and what it still has to finish.
    pub traffic: Arc<Traffic>,
}

impl AppState {
    /// The tenant that holds this secret key, unless it has enough to wait for already.
    pub(crate) async fn authenticate(
        &self,
        secret_key: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<AuthenticatedTenant, Refusal> {
        let tenant = self.identify(secret_key, client_ip).await?;
        if let Err(refusal) = self.services.admission.check_share(tenant.lane()) {
            take_in_body().await;
            return Err(refusal);
        }
        Ok(tenant)
    }

    /// The tenant that holds this secret key, unless too many wrong ones came from the same
    /// address. A generated key cannot be guessed, so it is never held up by others.
    async fn identify(
        &self,
        secret_key: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<AuthenticatedTenant, Refusal> {
        let counted = client_ip.filter(|ip| !self.clients.is_exempt(*ip));
        let (Some(failed_keys), Some(ip), false) =
            (&self.failed_keys, counted, service::is_generated(secret_key))
        else {
            return self.services.authenticator.authenticate(secret_key).await;
        };
        failed_keys.check(ip, self.services.now()).map_err(Refusal::Limited)?;
        let found = self.services.authenticator.authenticate(secret_key).await;
        if found.as_ref().is_err_and(|refusal| *refusal == Refusal::UnknownSecretKey) {
            failed_keys.record(ip, self.services.now());
        }
        found
    }

    /// The operator, if this is the token. The right one cannot be guessed, so it is never held up; wrong
    /// ones are counted like wrong secret keys.
    pub(crate) async fn operator(
        &self,
        token: &SecretString,
        client_ip: Option<IpAddr>,
    ) -> Result<Operator, Refusal> {
        let proved = self.services.operator_token.prove(token).await;
        let counted = client_ip.filter(|ip| !self.clients.is_exempt(*ip));
        if let (Err(Refusal::OperatorTokenNeeded), Some(failed_keys), Some(ip)) =
            (&proved, &self.failed_keys, counted)
        {
            failed_keys.check(ip, self.services.now()).map_err(Refusal::Limited)?;
            failed_keys.record(ip, self.services.now());
        }
        proved
    }

    /// Lets a request in, unless the server is draining or has too much to do.
    pub(crate) async fn enter(&self) -> Result<Permit, Problem> {
        let permit = self.enter_anyway()?;
        if self.services.admission.check_room().is_err() {
            take_in_body().await;
            return Err(Problem::overloaded());
        }
        Ok(permit)
    }

    /// The same for the operator, who may be about to end the load.
    pub(crate) fn enter_anyway(&self) -> Result<Permit, Problem> {
        self.traffic.enter().ok_or_else(Problem::draining)
    }

    /// Where browsers reach the console, if there is one.
    pub(crate) fn console(&self) -> Option<&WebOrigin> {
        self.services.pages.public_url().filter(|_| self.console)
    }

    /// Whether a request should be sent here at all.
    pub fn is_ready(&self) -> bool {
        !self.traffic.is_draining() && self.services.is_healthy()
    }
}

/// Lets the HTTP layer take in what has arrived of a body. It ends a connection on which a request is
/// answered before, and clients that have to connect anew are more load and not less.
async fn take_in_body() {
    tokio::task::yield_now().await;
}
