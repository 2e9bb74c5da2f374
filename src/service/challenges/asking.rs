//! Challenges whose page asks for the recipient: the visitor gives one, and may withdraw it.
//!
//! Giving a recipient costs the same as a mint: it counts for the tenant's rate and the recipient's
//! limits, and takes a place in the outbox. The numbers of messages and attempts were fixed when
//! the challenge was opened, whichever recipients are given. So somebody who has the link can have
//! only a few messages sent.

use std::net::IpAddr;

use crate::domain::reports::actor::Actor;
use crate::domain::web_origin::WebOrigin;
use crate::service::limits::gauge::Gauge;
use crate::service::refusal::Refusal;
use crate::store::{Hosted, Withdrawn};

use super::hosted::HostedPages;
use super::order::{GivenRecipient, IssueCause, Order};

impl HostedPages {
    /// Gives the challenge of a page the recipient that its visitor typed, and sends it a code. If
    /// there is a recipient already, another tab was first, and this does nothing.
    pub async fn give_recipient(
        &self,
        key: &str,
        embedder: Option<&WebOrigin>,
        to: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let permit = self.admission.admit(None)?;
        let (found, hosting, _) = self.find_hosted(key, embedder).await?;
        let Hosted { tenant, challenge, payload, .. } = found;
        let asked = hosting.asks.zip(payload.as_ref());
        let (asking, payload) =
            asked.ok_or_else(|| Refusal::Ended(challenge.standing.status_at(self.clock.now())))?;
        let to = asking.ask.read(to, tenant.settings.phone.region).map_err(|_| Refusal::InvalidRecipient)?;
        let tenant = self.loader.load(tenant).await?;
        let (channel, fallback) = tenant.way_to(&to, None, &challenge.purpose);
        let given = GivenRecipient {
            challenge: &challenge,
            payload,
            alphabet: hosting.alphabet,
            asking,
            to,
            channel,
            fallback,
        };
        let (gauge, cause) = (&Gauge::default(), IssueCause::Recipient(given));
        let order = Order {
            tenant: &tenant,
            gauge,
            permit,
            by: Actor::at(client_ip),
            end_user: client_ip,
            once: None,
            cause,
        };
        self.issuer.issue(order).await.map(|_| ())
    }

    /// Withdraws the recipient of a page, because its visitor mistyped it. The code that was sent
    /// becomes invalid, and the page asks again.
    pub async fn withdraw_recipient(
        &self,
        key: &str,
        embedder: Option<&WebOrigin>,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let _permit = self.admission.admit(None)?;
        let (found, ..) = self.find_hosted(key, embedder).await?;
        let id = found.challenge.id;
        let by = Actor::at(client_ip);
        match self.store.withdraw_recipient(found.tenant.id, id, by, self.clock.now()).await? {
            Withdrawn::Withdrawn | Withdrawn::Already => Ok(()),
            Withdrawn::UnderWay => Err(Refusal::StillRunning),
            Withdrawn::Spent => Err(Refusal::SendsSpent),
            Withdrawn::Ended(status) => Err(Refusal::Ended(status)),
            Withdrawn::Unknown => Err(Refusal::UnknownChallenge),
        }
    }
}
