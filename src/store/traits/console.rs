//! Verbs of the console: the accounts of operators, their setup links, and sessions.

use std::net::IpAddr;
use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::operator::{OperatorId, OperatorName, Who};
use crate::domain::reports::audit::{Actor, AuditEvent};
use crate::domain::secret::{Sealed, SecretKeyHash, TokenHash};
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Who signs in, and who has.
pub trait ConsoleStore {
    /// Whether there is any operator.
    fn has_operators(&self) -> Verb<'_, bool>;

    /// The operator of this name.
    fn operator_named(&self, name: OperatorName) -> Verb<'_, Option<OperatorRow>>;

    /// The operator of this row.
    fn operator(&self, id: OperatorId) -> Verb<'_, Option<OperatorRow>>;

    /// Keeps a setup link in the place of any other.
    fn keep_setup_link(&self, link: TokenHash, expires_at: Timestamp, now: Timestamp) -> Verb<'_, ()>;

    /// Whether one of these is a setup link that can be used.
    fn has_setup_link(&self, links: Vec<TokenHash>, now: Timestamp) -> Verb<'_, bool>;

    /// Uses up a setup link: the account is there from then on, in the place of one of the same name,
    /// whose sessions end.
    fn set_up_operator(&self, account: NewOperator, now: Timestamp) -> Verb<'_, SetUp>;

    /// Begins the session of an operator whose secrets were right; `false` when one of them has changed
    /// since it was looked at, or the step was taken before.
    fn sign_in(&self, proof: Proof, session: NewSession, now: Timestamp) -> Verb<'_, bool>;

    /// Which secret key of which tenant has one of these hashes.
    fn key_of(&self, hashes: Vec<SecretKeyHash>) -> Verb<'_, Option<(TenantId, KeyHandle)>>;

    /// Begins the session of a tenant; `false` when its key has ended since.
    fn sign_in_tenant(
        &self,
        tenant: TenantId,
        key: KeyHandle,
        session: NewSession,
        now: Timestamp,
    ) -> Verb<'_, bool>;

    /// Notes that an operator gave the right secrets again; `false` as when signing in.
    fn confirm(&self, proof: Proof, tenant: Option<TenantId>, now: Timestamp) -> Verb<'_, bool>;

    /// Writes something down that an operator did, or that was tried as an operator.
    fn note_operator(&self, noted: Noted, now: Timestamp) -> Verb<'_, ()>;

    /// The session of one of these hashes, unless it has ended, or has been idle for so long, or the
    /// operator, the tenant or its key is not there any more.
    fn session(&self, hashes: Vec<TokenHash>, idle: Duration, now: Timestamp) -> Verb<'_, Option<Session>>;

    /// Notes that a session was used.
    fn touch_session(&self, hash: TokenHash, now: Timestamp) -> Verb<'_, ()>;

    /// Ends a session.
    fn end_session(&self, session: Session, client_ip: Option<IpAddr>, now: Timestamp) -> Verb<'_, ()>;

    /// The sessions of an operator that have neither ended nor been idle for so long, the latest first.
    fn sessions_of(
        &self,
        operator: OperatorId,
        idle: Duration,
        now: Timestamp,
    ) -> Verb<'_, Vec<SessionTimes>>;

    /// Ends the other sessions of whose session this is. One that has ended itself ends no other.
    fn end_other_sessions(&self, session: Session, client_ip: Option<IpAddr>, now: Timestamp)
    -> Verb<'_, ()>;

    /// Replaces a secret of an operator and ends all sessions but one; `false` as when signing in.
    fn change_operator(&self, change: OperatorSecrets, now: Timestamp) -> Verb<'_, bool>;
}

/// An operator.
#[derive(Clone, Debug)]
pub struct OperatorRow {
    /// The row.
    pub id: OperatorId,
    /// The name.
    pub name: OperatorName,
    /// The hash of the password, sealed.
    pub password: Sealed,
    /// The secret of the authenticator app, sealed, where codes of it are asked for.
    pub totp: Option<Sealed>,
    /// Grows when one of the two changes.
    pub generation: i64,
}

/// An account to be set up.
#[derive(Clone, Debug)]
pub struct NewOperator {
    /// The hashes that the link may have.
    pub links: Vec<TokenHash>,
    /// The row: that of the present account of this name, or a new one.
    pub id: OperatorId,
    /// The name.
    pub name: OperatorName,
    /// The hash of the password, sealed.
    pub password: Sealed,
    /// The session that begins.
    pub session: NewSession,
}

/// What came of setting up an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetUp {
    /// It is there.
    Done,
    /// The link was used, or its time is over.
    NoLink,
    /// The name has another row by now; nothing was done.
    Conflict,
}

/// A session to begin.
#[derive(Clone, Copy, Debug)]
pub struct NewSession {
    /// The hash of its token.
    pub hash: TokenHash,
    /// When it ends whatever happens.
    pub ends_at: Timestamp,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

/// What was right about an operator's secrets.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Whose.
    pub operator: OperatorId,
    /// The generation of the secrets.
    pub generation: i64,
    /// The step of the code, where there was one.
    pub step: Option<u64>,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

/// What an operator did.
#[derive(Clone, Debug)]
pub struct Noted {
    /// What.
    pub event: AuditEvent,
    /// Who, or as whom it was tried.
    pub by: Actor,
}

/// A session that goes on.
#[derive(Clone, Debug)]
pub struct Session {
    /// The hash of its token.
    pub hash: TokenHash,
    /// Whose.
    pub who: Who,
    /// The name of the operator, or of the tenant.
    pub name: String,
    /// The handle of the tenant.
    pub tenant: Option<TenantHandle>,
    /// When it was used last, as far as it was noted.
    pub seen_at: Timestamp,
}

/// A session in the list of its operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionTimes {
    /// The hash of its token.
    pub hash: TokenHash,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was used last, as far as it was noted.
    pub seen_at: Timestamp,
}

/// The secrets of an operator, as they are to be.
#[derive(Clone, Debug)]
pub struct OperatorSecrets {
    /// What was right about the present ones.
    pub proof: Proof,
    /// The hash of the password, sealed; `None` leaves it.
    pub password: Option<Sealed>,
    /// The secret of the authenticator app, sealed, or none; the outer `None` leaves it.
    pub totp: Option<Option<Sealed>>,
    /// The session that does not end.
    pub keep: TokenHash,
}
