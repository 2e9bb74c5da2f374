//! Sessions: signing in and out.

use std::net::IpAddr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::crypto::console;
use crate::crypto::console::TokenKind;
use crate::domain::operator::{ConsoleUser, OperatorName, Power, Role};
use crate::domain::reports::actor::Author;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::service::operator::identity::Operator;
use crate::service::refusal::Refusal;
use crate::store::{NewSession, Session, SessionTimes};

use super::denied::Denied;
use super::devices::{Browser, DeviceToken};
use super::parts::Console;
use super::secrets::{CheckedOperator, Factors};
use super::sign_in_tries::Claimant;

/// The interval at which the use of a session is recorded, so that pages do not wait for the disk
/// each time.
const NOTE_EVERY: Duration = Duration::from_secs(60);

/// A new session.
pub struct SignedIn {
    /// Its token, for its cookie.
    pub token: SecretString,
    /// The token by which the browser is known to the operator from now on.
    pub device: Option<DeviceToken>,
}

/// What a right password leads to.
pub enum SignInStep {
    /// A session.
    SignedIn(SignedIn),
    /// The code of the authenticator app, to be sent with this.
    NeedsCode(SecretString),
}

/// A signed-in user. It can only be created from the token of a session.
#[derive(Clone, Debug)]
pub struct Signed {
    pub(super) session: Session,
    pub(super) token: SecretString,
}

impl Signed {
    /// Returns the user of the session.
    pub fn user(&self) -> &ConsoleUser {
        &self.session.user
    }

    /// Returns the operator's name, or the tenant's, which may be empty.
    pub fn name(&self) -> &str {
        &self.session.name
    }

    /// Returns the tenant's handle, if the user is a tenant.
    pub fn tenant(&self) -> Option<&TenantHandle> {
        self.session.tenant.as_ref()
    }

    /// Returns the operator's role, if the user is one.
    pub fn role(&self) -> Option<Role> {
        self.session.role
    }

    /// Returns whether the user may do what takes this power. A tenant manages itself; what is not about itself does not
    /// exist for it.
    pub fn may(&self, power: Power) -> bool {
        match self.session.user {
            ConsoleUser::Operator(_) => self.session.role.is_some_and(|role| role.may(power)),
            ConsoleUser::Tenant(..) => true,
        }
    }

    /// Returns the operator, if the user is one.
    pub fn operator(&self) -> Option<Operator> {
        match self.session.user {
            ConsoleUser::Operator(_) => {
                let name = OperatorName::parse(&self.session.name)?;
                Some(Operator::signed_in(name, self.session.role?))
            }
            ConsoleUser::Tenant(..) => None,
        }
    }

    /// Returns the user as the audit trail has it.
    pub(super) fn author(&self) -> Author {
        match &self.session.user {
            ConsoleUser::Tenant(_, key) => Author::Key(key.clone()),
            ConsoleUser::Operator(_) => {
                self.operator().map_or(Author::Nobody, |operator| operator.author().clone())
            }
        }
    }

    /// Returns the token that the session's forms carry.
    pub fn form_token(&self) -> String {
        console::form_token(&self.token)
    }

    /// Returns whether a form with this token came from one of the session's pages.
    pub fn is_own_form(&self, sent: &str) -> bool {
        console::is_form_token(&self.token, sent)
    }
}

/// A session, as its operator sees it.
#[derive(Clone, Copy, Debug)]
pub struct OwnSession {
    /// When it began.
    pub began_at: Timestamp,
    /// When it was last used, as far as recorded.
    pub seen_at: Timestamp,
    /// Whether it is the session of this request.
    pub is_this: bool,
}

impl Console {
    /// Signs an operator in. Without a code, one who has an authenticator app is asked for it in a second step.
    pub async fn sign_in(
        &self,
        name: &str,
        password: &SecretString,
        code: Option<&str>,
        browser: &Browser,
    ) -> Result<SignInStep, Denied> {
        let name = OperatorName::parse(name);
        let known = self.known_device(name.as_ref(), browser).await?;
        let stranger = Claimant::Stranger(name.as_ref(), browser.client_ip);
        let who = known.map_or(stranger, Claimant::Device);
        let factors = code.map_or(Factors::Password, Factors::PasswordAndCode);
        let CheckedOperator { row, proof } =
            self.prove(who, name.clone(), (password, factors), browser.client_ip).await?;
        if code.is_none() && row.totp.is_some() {
            self.uncount(proof.counted).await;
            return Ok(SignInStep::NeedsCode(self.begun(&row)));
        }
        Ok(SignInStep::SignedIn(self.begin_session(&row, proof, known, browser).await?))
    }

    /// Signs a tenant in with a secret key. The store decides whether the key may manage the tenant.
    pub async fn sign_in_tenant(
        &self,
        secret_key: &SecretString,
        browser: &Browser,
    ) -> Result<SignedIn, Denied> {
        let counted = self.count_try(Claimant::Stranger(None, browser.client_ip)).await?;
        let found = match self.authenticator.authenticate(secret_key.expose_secret(), browser.client_ip).await
        {
            Ok(tenant) => tenant,
            Err(Refusal::UnknownSecretKey) => return Err(Denied::Wrong),
            Err(refusal) => {
                self.uncount(counted).await;
                return Err(refusal.into());
            }
        };
        let hashes = self.keyring.secret_key_hashes(secret_key.expose_secret());
        let key = self.store.key_of(hashes).await?;
        let Some((_, key)) = key.filter(|(tenant, _)| *tenant == found.id()) else {
            return Err(Denied::Wrong);
        };
        let (token, session) = self.new_session(browser);
        match self.store.sign_in_tenant((found.id(), key), session, counted, self.clock.now()).await? {
            true => Ok(SignedIn { token, device: None }),
            false => Err(Denied::Wrong),
        }
    }

    /// Returns the user of a session, if it has not ended. That of a tenant is used from where its key may be used.
    pub async fn signed(&self, token: &str, client_ip: Option<IpAddr>) -> Result<Option<Signed>, Refusal> {
        if !console::is_token(token) {
            return Ok(None);
        }
        let now = self.clock.now();
        let hashes = self.keyring.token_hashes(TokenKind::Session, token);
        let Some(session) = self.store.session(hashes, self.rules.idle, now).await? else {
            return Ok(None);
        };
        if !session.networks.admit(client_ip) {
            return Ok(None);
        }
        if session.seen_at + NOTE_EVERY.min(self.rules.idle / 2) <= now {
            self.store.touch_session(session.hash, now).await?;
        }
        Ok(Some(Signed { session, token: SecretString::from(token) }))
    }

    /// Ends a session.
    pub async fn sign_out(&self, signed: &Signed, client_ip: Option<IpAddr>) -> Result<(), Refusal> {
        Ok(self.store.end_session(signed.session.clone(), client_ip, self.clock.now()).await?)
    }

    /// Returns the sessions of the signed-in operator, latest first.
    pub async fn own_sessions(&self, signed: &Signed) -> Result<Vec<OwnSession>, Refusal> {
        let ConsoleUser::Operator(id) = signed.user() else { return Err(Refusal::OperatorTokenNeeded) };
        let found = self.store.sessions_of(*id, self.rules.idle, self.clock.now()).await?;
        let own = |times: SessionTimes| OwnSession {
            began_at: times.began_at,
            seen_at: times.seen_at,
            is_this: times.hash == signed.session.hash,
        };
        Ok(found.into_iter().map(own).collect())
    }

    /// Ends the other sessions of the signed-in user.
    pub async fn sign_out_others(&self, signed: &Signed, client_ip: Option<IpAddr>) -> Result<(), Refusal> {
        Ok(self.store.end_other_sessions(signed.session.clone(), client_ip, self.clock.now()).await?)
    }

    pub(super) fn new_session(&self, browser: &Browser) -> (SecretString, NewSession) {
        let token = console::draw(self.entropy.as_ref());
        let hash = self.keyring.token_hash(TokenKind::Session, token.expose_secret());
        let ends_at = self.clock.now() + self.rules.lifetime;
        let former = browser.session.iter().map(ExposeSecret::expose_secret);
        let former = former.filter(|token| console::is_token(token));
        let former = former.flat_map(|token| self.keyring.token_hashes(TokenKind::Session, token)).collect();
        (token, NewSession { hash, ends_at, former, client_ip: browser.client_ip })
    }
}
