//! The access tokens of all logins.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::OwnedMutexGuard;

use super::client::TokenClient;
use super::failure::TokenFailure;
use super::form::Ask;
use super::ledger::{KeptLogin, LoginLedger, LoginOwner, NotKept};
use super::slot::{Slot, Unstored};
use super::token::{AccessToken, Age, Granted};
use crate::domain::id::TenantId;
use crate::domain::tenants::oauth::{OAuthGrant, OAuthLogin, TokenRefusal};
use crate::domain::time::{Clock, Timestamp};

/// How many logins are known before those without a token are forgotten.
const ROOM: usize = 1_024;

/// The access tokens of all logins.
#[derive(Clone)]
pub struct Tokens(Arc<Inner>);

struct Inner {
    client: TokenClient,
    ledger: Arc<dyn LoginLedger>,
    clock: Arc<dyn Clock>,
    slots: Mutex<HashMap<LoginOwner, Arc<Slot>>>,
}

/// A token that is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// Its login.
    pub login: &'a OAuthLogin,
    /// The mailbox to log in to.
    pub mailbox: &'a str,
}

/// Whether a login that was stopped may be tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stopped {
    /// It fails at once.
    Fails,
    /// Its owner wants to know whether it works again.
    IsTried,
}

impl Tokens {
    /// Creates a collection without tokens.
    pub fn new(client: TokenClient, ledger: Arc<dyn LoginLedger>, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner { client, ledger, clock, slots: Mutex::default() }))
    }

    /// Returns a token for sending: the present one, or a new one if there is none or most of its
    /// life is over.
    pub async fn get(&self, wanted: Wanted<'_>) -> Result<AccessToken, TokenFailure> {
        let slot = self.0.slot(wanted.owner());
        let requests = slot.requests();
        let unstored = match slot.token(self.0.clock.now()) {
            Some((token, Age::Fresh)) => return Ok(token),
            // Somebody else sees to its successor, or this call does.
            Some((token, _)) => match Arc::clone(&slot.asking).try_lock_owned() {
                Ok(unstored) => unstored,
                Err(_) => return Ok(token),
            },
            None => Arc::clone(&slot.asking).lock_owned().await,
        };
        // Those who waited for the same request share its outcome.
        match (slot.token(self.0.clock.now()), slot.failure_since(requests)) {
            (Some((token, Age::Fresh)), _) => Ok(token),
            (None, Some(failure)) => Err(failure),
            _ => self.ask(slot, unstored, wanted, Stopped::Fails).await,
        }
    }

    /// Asks for a new token, even if the login was stopped, which ends with a success.
    pub async fn try_anew(&self, wanted: Wanted<'_>) -> Result<AccessToken, TokenFailure> {
        let slot = self.0.slot(wanted.owner());
        let unstored = Arc::clone(&slot.asking).lock_owned().await;
        self.ask(slot, unstored, wanted, Stopped::IsTried).await
    }

    /// Asks for a token with a login that is not saved, and keeps nothing of it.
    pub async fn try_unsaved(&self, wanted: Wanted<'_>) -> Result<AccessToken, TokenFailure> {
        if matches!(wanted.login.grant, OAuthGrant::RefreshToken { .. }) {
            return Err(TokenFailure::NotSaved);
        }
        let asked = self.0.clock.now();
        let granted = self.0.client.ask(&self.0.ask_of(wanted.login, None, wanted.mailbox)).await?;
        Ok(AccessToken::new(&granted, 0, asked))
    }

    /// Drops a token that a server has refused, unless it was replaced meanwhile.
    pub fn discard(&self, wanted: Wanted<'_>, token: &AccessToken) {
        self.0.slot(wanted.owner()).drop_token(token);
    }

    /// Asks for a token in a task of its own: a caller who has no more time must not end a request
    /// whose response may carry the only valid refresh token.
    async fn ask(
        &self,
        slot: Arc<Slot>,
        mut unstored: OwnedMutexGuard<Unstored>,
        wanted: Wanted<'_>,
        stopped: Stopped,
    ) -> Result<AccessToken, TokenFailure> {
        let (inner, owner) = (Arc::clone(&self.0), wanted.owner());
        let (login, mailbox) = (wanted.login.clone(), wanted.mailbox.to_owned());
        let asking = tokio::spawn(async move {
            let begun = inner.clock.now();
            match inner.renew(&mut unstored, owner, (&login, &mailbox), stopped).await {
                Ok((granted, asked)) => Ok(slot.keep(&granted, asked)),
                Err(failure) => {
                    tracing::warn!(tenant = owner.tenant.0, %failure, "no access token for a mail account");
                    slot.fail(failure, begun);
                    slot.token(inner.clock.now()).map(|(token, _)| token).ok_or(failure)
                }
            }
        });
        asking.await.unwrap_or(Err(TokenFailure::NotKept))
    }
}

impl Inner {
    /// Gets a token, and has whatever must outlive this process stored before it is used.
    async fn renew(
        &self,
        unstored: &mut Unstored,
        owner: LoginOwner,
        (login, mailbox): (&OAuthLogin, &str),
        stopped: Stopped,
    ) -> Result<(Granted, Timestamp), TokenFailure> {
        let mut kept = self.kept(owner).await?;
        if let Some(refusal) = kept.refused.filter(|_| stopped == Stopped::Fails) {
            return Err(TokenFailure::Refused(refusal));
        }
        // What waits to be stored may have ended while it waited, but its refresh token has not.
        if unstored.is_over(self.clock.now()) {
            self.store(unstored, owner, login, &mut kept).await?;
            kept = self.kept(owner).await?;
            unstored.0 = None;
        }
        if unstored.0.is_none() {
            let asked = self.clock.now();
            let granted = match self.granted(login, &kept, mailbox).await {
                Err(TokenFailure::Refused(refusal)) => {
                    let seen = kept.revision;
                    kept = self.kept(owner).await?;
                    // Another process may have been faster, and has the next refresh token.
                    if kept.revision == seen {
                        return Err(self.stop(owner, seen, refusal).await);
                    }
                    self.granted(login, &kept, mailbox).await?
                }
                other => other?,
            };
            unstored.0 = Some((granted, asked));
        }
        self.store(unstored, owner, login, &mut kept).await?;
        if kept.refused.is_some() {
            self.ledger.resume(owner, kept.revision).await.map_err(|_| TokenFailure::NotKept)?;
        }
        unstored.0.take().ok_or(TokenFailure::NotKept)
    }

    /// Stores a refresh token that has replaced the former one.
    async fn store(
        &self,
        unstored: &mut Unstored,
        owner: LoginOwner,
        login: &OAuthLogin,
        kept: &mut KeptLogin,
    ) -> Result<(), TokenFailure> {
        let granted = unstored.0.as_ref().map(|(granted, _)| granted);
        let Some(token) = granted.and_then(|granted| successor(granted, login, kept)) else { return Ok(()) };
        match self.ledger.keep_token(owner, kept.revision, token).await {
            Ok(revision) => {
                kept.revision = revision;
                Ok(())
            }
            Err(problem) => {
                if problem == NotKept::Outdated {
                    // The login is another one by now, or another process has its own token.
                    unstored.0 = None;
                }
                Err(TokenFailure::NotKept)
            }
        }
    }

    async fn granted(
        &self,
        login: &OAuthLogin,
        kept: &KeptLogin,
        mailbox: &str,
    ) -> Result<Granted, TokenFailure> {
        self.client.ask(&self.ask_of(login, Some(kept), mailbox)).await
    }

    fn ask_of<'a>(&self, login: &'a OAuthLogin, kept: Option<&'a KeptLogin>, mailbox: &'a str) -> Ask<'a> {
        let refresh_token = kept.and_then(|kept| kept.refresh_token.as_ref());
        Ask { login, refresh_token, mailbox, now: self.clock.wall() }
    }

    async fn kept(&self, owner: LoginOwner) -> Result<KeptLogin, TokenFailure> {
        self.ledger.find(owner).await.map_err(|_| TokenFailure::NotKept)
    }

    async fn stop(&self, owner: LoginOwner, seen: i64, refusal: TokenRefusal) -> TokenFailure {
        match self.ledger.stop(owner, seen, refusal, self.clock.now()).await {
            Ok(()) => TokenFailure::Refused(refusal),
            // Not recorded, so it has to be tried again.
            Err(_) => TokenFailure::NotKept,
        }
    }

    fn slot(&self, owner: LoginOwner) -> Arc<Slot> {
        let now = self.clock.now();
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= ROOM && !slots.contains_key(&owner) {
            slots.retain(|_, slot| Arc::strong_count(slot) > 1 || !slot.is_idle(now));
        }
        Arc::clone(slots.entry(owner).or_default())
    }
}

impl Wanted<'_> {
    fn owner(&self) -> LoginOwner {
        LoginOwner { tenant: self.tenant, login: self.login.id }
    }
}

/// Returns the refresh token that was given, if it replaces the one that was sent.
fn successor<'a>(granted: &'a Granted, login: &OAuthLogin, kept: &KeptLogin) -> Option<&'a SecretString> {
    let OAuthGrant::RefreshToken { refresh_token, .. } = &login.grant else { return None };
    let sent = kept.refresh_token.as_ref().unwrap_or(refresh_token);
    granted.refresh_token.as_ref().filter(|given| given.expose_secret() != sent.expose_secret())
}
