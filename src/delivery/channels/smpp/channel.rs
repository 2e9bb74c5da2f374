//! The SMPP channel: composes a message as a text, and sends it through the tenant's own message centre.

use std::sync::Arc;
use std::time::Duration;

use super::accounts::Accounts;
use super::check;
use super::failure::SmppFailure;
use super::limits::SmppLimits;
use super::login::SmppLogin;
use super::opening::Opener;
use super::owner::Owner;
use super::requests::Submission;
use super::text::coded;
use crate::delivery::content::text_content;
use crate::delivery::net::tls::Trust;
use crate::delivery::ports::channel::{Acceptance, Channel, Outgoing, RouteToCheck};
use crate::delivery::ports::failure::{Blame, RouteFailure};
use crate::delivery::ports::reports::DeliveryReports;
use crate::domain::BoxFuture;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::id::TenantId;
use crate::domain::network::OutboundRule;
use crate::domain::tenants::route::{RouteHandle, Transport, TransportKind};
use crate::domain::tenants::route_check::{CheckedStep, TestMessage};
use crate::domain::time::Clock;

/// Sends codes through message centres.
pub struct SmppChannel {
    accounts: Accounts,
    opener: Arc<Opener>,
    clock: Arc<dyn Clock>,
}

/// The environment of an [`SmppChannel`].
pub struct SmppEnvironment {
    /// The hosts that message centres may be on.
    pub rule: OutboundRule,
    /// The certificate authorities that are trusted.
    pub trust: Trust,
    /// Who records what the centres report.
    pub reports: Arc<dyn DeliveryReports>,
}

impl SmppChannel {
    /// Creates a channel without sessions.
    pub fn new(limits: SmppLimits, environment: SmppEnvironment, clock: Arc<dyn Clock>) -> Self {
        let SmppEnvironment { rule, trust, reports } = environment;
        let opener = Arc::new(Opener { limits, rule, trust });
        Self { accounts: Accounts::new(Arc::clone(&opener), reports), opener, clock }
    }

    async fn try_send(&self, outgoing: Outgoing<'_>) -> Result<Acceptance, RouteFailure> {
        let Outgoing { sender, route, message, budget } = outgoing;
        let unusable =
            RouteFailure { blame: Blame::Unclear, ..RouteFailure::lasting(DeliveryError::MessageRefused) };
        let login = route.provider().and_then(SmppLogin::of);
        let (Some(login), Some(number), ChannelKind::Sms) =
            (login, message.recipient.phone(), message.channel)
        else {
            tracing::error!(route = %route.handle, "this route leads to no message centre for such a message");
            return Err(unusable);
        };
        let account = self.accounts.of(Owner::of(sender, &route.handle), sender.revision, &login);
        let settings = &account.desk.login.settings;
        let text = text_content(sender, message).map_err(|error| {
            tracing::error!(tenant = sender.tenant.0, %error, "a message cannot be composed");
            unusable
        })?;
        let Some(text) = coded(&text.text, settings.default_alphabet) else {
            tracing::warn!(tenant = sender.tenant.0, message = %message.id, "a text does not fit into one part");
            return Err(unusable);
        };
        let digits = number.digits();
        let left = message.expires_at.since(self.clock.now());
        let submission = Submission::new(settings.from.of(digits), digits, &text, left);
        match account.send(&submission, budget).await {
            Ok(id) => {
                tracing::debug!(tenant = sender.tenant.0, message = %message.id, route = %route.handle, "a text was sent");
                Ok(Acceptance { reply: None, id })
            }
            Err(failure) => {
                report(&outgoing, &login, &failure);
                let pause = account
                    .throttled_until()
                    .map(|until| until.saturating_duration_since(tokio::time::Instant::now()));
                Err(RouteFailure { pause, ..failure.of_route() })
            }
        }
    }
}

impl Channel for SmppChannel {
    fn transport(&self) -> TransportKind {
        TransportKind::Smpp
    }

    fn send<'a>(&'a self, outgoing: Outgoing<'a>) -> BoxFuture<'a, Result<Acceptance, RouteFailure>> {
        Box::pin(self.try_send(outgoing))
    }

    fn idle_sessions(&self, tenant: TenantId, route: &RouteHandle) -> usize {
        self.accounts.sessions(&Owner { tenant, route: route.clone() })
    }

    fn check<'a>(
        &'a self,
        RouteToCheck { transport, .. }: RouteToCheck<'a>,
        test: Option<&'a TestMessage>,
        limit: Duration,
    ) -> BoxFuture<'a, Vec<CheckedStep>> {
        let login = match transport {
            Transport::Provider(account) => SmppLogin::of(account),
            Transport::Smtp(_) => None,
        };
        Box::pin(async move {
            match login {
                Some(login) => check::walk(&self.opener, &login, test, limit).await,
                None => Vec::new(),
            }
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.accounts.close())
    }
}

/// Logs a failed try once. Of what the centre said, only numbers are in it.
fn report(outgoing: &Outgoing<'_>, login: &SmppLogin, failure: &SmppFailure) {
    let Outgoing { sender, route, message, .. } = outgoing;
    tracing::warn!(
        tenant = sender.tenant.0,
        message = %message.id,
        recipient = ?message.recipient,
        route = %route.handle,
        host = %login.settings.host,
        port = login.settings.port,
        phase = ?failure.phase,
        cause = %failure,
        outcome = ?failure.of_route().outcome(),
        "a try at sending a text failed"
    );
}
