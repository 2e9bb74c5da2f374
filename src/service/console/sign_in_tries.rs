//! Limits on wrong tries to sign in, or to prove the secrets again.
//!
//! A try is counted in the store before its secrets are checked, and uncounted if they were right. So however many
//! arrive concurrently, at whichever nodes, no more are evaluated than the limit allows, and a restart forgets none.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::crypto::console::{DeviceId, TryKind};
use crate::domain::network::client_block;
use crate::domain::operator::OperatorName;
use crate::domain::secret::TryPlace;
use crate::service::refusal::Refusal;
use crate::store::{CountedTry, TryCounter};

use super::denied::Denied;
use super::parts::Console;
use super::password_hashing::HashingPlace;

/// Who claims to know a secret, as far as that is counted.
#[derive(Clone, Copy)]
pub(super) enum Claimant<'a> {
    /// Anybody: counted for the name, if one was typed, and for the address.
    Stranger(Option<&'a OperatorName>, Option<IpAddr>),
    /// A browser in which the operator of this name has signed in before. It is counted for itself alone: what strangers
    /// try with the same name, or behind the same address, does not keep the operator out.
    Device(DeviceId),
    /// Whoever has this token of a session. It is counted for the session alone: what strangers try does not keep its
    /// user from proving the secrets.
    Session(&'a SecretString),
}

impl Console {
    /// Counts a try whose secret takes no time to check.
    pub(super) async fn count_try(&self, who: Claimant<'_>) -> Result<CountedTry, Denied> {
        let counters = self.counters(who);
        self.refuse_at_once(&counters).await?;
        self.count_in(counters).await
    }

    /// Counts a try whose password is hashed next, in the place that is returned. Without a free place nothing is
    /// counted.
    pub(super) async fn count_hashed_try(
        &self,
        who: Claimant<'_>,
    ) -> Result<(CountedTry, HashingPlace), Denied> {
        let counters = self.counters(who);
        self.refuse_at_once(&counters).await?;
        let place = match who {
            Claimant::Stranger(..) => self.passwords.place()?,
            Claimant::Device(_) | Claimant::Session(_) => self.passwords.kept_place()?,
        };
        Ok((self.count_in(counters).await?, place))
    }

    /// Uncounts a try that was right, or that was not checked. If that fails, it stays counted.
    pub(super) async fn uncount(&self, counted: CountedTry) {
        if let Err(error) = self.store.take_back_try(counted).await {
            tracing::warn!(%error, "a try to sign in stays counted");
        }
    }

    /// Refuses without a write, so that refused tries cost the store nothing.
    async fn refuse_at_once(&self, counters: &[TryCounter]) -> Result<(), Denied> {
        let refused = self.store.refused_try(counters.to_vec(), self.clock.now()).await?;
        refused.map_or(Ok(()), |hit| Err(Denied::Limited(hit)))
    }

    async fn count_in(&self, counters: Vec<TryCounter>) -> Result<CountedTry, Denied> {
        let counted = self.store.count_try(counters, self.clock.now()).await.map_err(Refusal::Store)?;
        counted.map_err(Denied::Limited)
    }

    fn counters(&self, who: Claimant<'_>) -> Vec<TryCounter> {
        let limits = self.rules.sign_in_tries;
        let counter = |kind, content: &[u8], rate| TryCounter { places: self.places(kind, content), rate };
        match who {
            Claimant::Stranger(name, ip) => {
                let address = ip.map(|ip| client_block(ip).to_string());
                let address = address.map(|ip| counter(TryKind::Address, ip.as_bytes(), limits.per_address));
                let name =
                    name.map(|name| counter(TryKind::Name, name.as_str().as_bytes(), limits.per_account));
                address.into_iter().chain(name).collect()
            }
            Claimant::Device(device) => {
                vec![counter(TryKind::Device, device.as_bytes(), limits.per_account)]
            }
            Claimant::Session(token) => {
                vec![counter(TryKind::Session, token.expose_secret().as_bytes(), limits.per_account)]
            }
        }
    }

    fn places(&self, kind: TryKind, content: &[u8]) -> Vec<TryPlace> {
        self.keyring.try_places(kind, content)
    }
}
