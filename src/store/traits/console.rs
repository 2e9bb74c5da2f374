//! The verbs of the console: the accounts of operators, their setup links, and sessions.

use std::net::IpAddr;
use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::operator::{ConsoleUser, LinkPurpose, OperatorId, OperatorName, Role};
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{Sealed, SecretKeyHash, TokenHash};
use crate::domain::tenants::allowed_networks::AllowedNetworks;
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;

use super::sign_ins::CountedTry;
use super::verb::Verb;

/// Accounts and sessions of the console.
pub trait ConsoleStore {
    /// Returns whether any operator exists.
    fn has_operators(&self) -> Verb<'_, bool>;

    /// Returns the operator with this name.
    fn operator_named(&self, name: OperatorName) -> Verb<'_, Option<OperatorRow>>;

    /// Returns the operator with this row.
    fn operator(&self, id: OperatorId) -> Verb<'_, Option<OperatorRow>>;

    /// Returns what the setup link with one of these hashes is for, if it is valid.
    fn setup_link(&self, links: Vec<TokenHash>, now: Timestamp) -> Verb<'_, Option<LinkPurpose>>;

    /// Consumes a setup link and creates the account, or replaces one of the same name and role, whose sessions end.
    fn set_up_operator(&self, account: NewOperator, now: Timestamp) -> Verb<'_, SetUp>;

    /// Begins the session of an operator whose password was right. Returns `false` if the code was wrong or used
    /// before, the account is locked, or one of the secrets has changed since they were checked. Records that, and
    /// that the account is locked from now on.
    fn sign_in(&self, proof: Proof, session: NewSession, now: Timestamp) -> Verb<'_, bool>;

    /// Returns the secret key that has one of these hashes, and its tenant.
    fn key_of(&self, hashes: Vec<SecretKeyHash>) -> Verb<'_, Option<(TenantId, KeyHandle)>>;

    /// Begins the session of a tenant, and uncounts the try. Returns `false` if its key is no longer valid.
    fn sign_in_tenant(
        &self,
        key: (TenantId, KeyHandle),
        session: NewSession,
        counted: CountedTry,
        now: Timestamp,
    ) -> Verb<'_, bool>;

    /// Records that an operator confirmed the secrets. Returns `false` in the same cases as
    /// [`sign_in`](Self::sign_in).
    fn confirm(&self, proof: Proof, tenant: Option<TenantId>, now: Timestamp) -> Verb<'_, bool>;

    /// Records that the operator of a session proved the secrets. Returns `false` in the same cases as
    /// [`sign_in`](Self::sign_in).
    fn step_up(&self, session: TokenHash, proof: Proof, now: Timestamp) -> Verb<'_, bool>;

    /// Records that the tenant of a session proved its key, and uncounts the try.
    fn step_up_tenant(&self, session: TokenHash, counted: CountedTry, now: Timestamp) -> Verb<'_, ()>;

    /// Records a failed attempt in an operator's name.
    fn note_operator(&self, noted: Noted, now: Timestamp) -> Verb<'_, ()>;

    /// Returns the session with one of these hashes, unless it has ended, has been idle for `idle`,
    /// or its operator, tenant or key no longer exists.
    fn session(&self, hashes: Vec<TokenHash>, idle: Duration, now: Timestamp) -> Verb<'_, Option<Session>>;

    /// Records that a session was used.
    fn touch_session(&self, hash: TokenHash, now: Timestamp) -> Verb<'_, ()>;

    /// Ends a session.
    fn end_session(&self, session: Session, client_ip: Option<IpAddr>, now: Timestamp) -> Verb<'_, ()>;

    /// Returns the sessions of an operator that have neither ended nor been idle for `idle`, latest
    /// first.
    fn sessions_of(
        &self,
        operator: OperatorId,
        idle: Duration,
        now: Timestamp,
    ) -> Verb<'_, Vec<SessionTimes>>;

    /// Ends the other sessions of this session's operator. A session that has ended itself ends no
    /// others.
    fn end_other_sessions(&self, session: Session, client_ip: Option<IpAddr>, now: Timestamp)
    -> Verb<'_, ()>;

    /// Replaces secrets of an operator and ends all sessions but one. Returns `false` in the same
    /// cases as [`sign_in`](Self::sign_in).
    fn change_operator(&self, change: OperatorSecrets, now: Timestamp) -> Verb<'_, bool>;
}

/// An operator.
#[derive(Clone, Debug)]
pub struct OperatorRow {
    /// The row.
    pub id: OperatorId,
    /// The name.
    pub name: OperatorName,
    /// The role.
    pub role: Role,
    /// The hash of the password, sealed.
    pub password: Sealed,
    /// The secret of the authenticator app, sealed, if the operator has enabled one.
    pub totp: Option<Sealed>,
    /// A number that grows when one of the two changes.
    pub generation: i64,
}

/// An account to set up.
#[derive(Clone, Debug)]
pub struct NewOperator {
    /// The possible hashes of the link.
    pub links: Vec<TokenHash>,
    /// The row: that of the existing account with this name, or a new one.
    pub id: OperatorId,
    /// The name.
    pub name: OperatorName,
    /// The hash of the password, sealed.
    pub password: Sealed,
    /// The session to begin.
    pub session: NewSession,
}

/// The result of setting up an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetUp {
    /// The account exists.
    Done,
    /// The link was used, has expired, or is for another name.
    NoLink,
    /// There is an account of this name, whose role is not that of the link; nothing was changed.
    OtherRole,
    /// The name has another row by now; nothing was changed.
    Conflict,
}

/// A session to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The hash of its token.
    pub hash: TokenHash,
    /// When it ends in any case.
    pub ends_at: Timestamp,
    /// The possible hashes of the token of the same browser's former session, which ends.
    pub former: Vec<TokenHash>,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

/// Proof that an operator's password was right, and what became of the code. The store decides whether that lets
/// anybody in: it counts wrong codes, and no code counts for an account that is locked.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The operator.
    pub operator: OperatorId,
    /// The generation of the secrets.
    pub generation: i64,
    /// The code of the authenticator app.
    pub code: ShownCode,
    /// The wrong codes in a row after which the account is locked.
    pub locked_after: u32,
    /// The try that was counted, which is uncounted if the proof is accepted.
    pub counted: CountedTry,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

/// The code of an authenticator app that came with a right password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShownCode {
    /// None was needed.
    NotNeeded,
    /// A right one, of this step.
    Right(u64),
    /// A wrong one.
    Wrong,
}

/// A failed attempt in the name of an operator.
#[derive(Clone, Debug)]
pub struct Noted {
    /// The event.
    pub event: AuditEvent,
    /// The operator in whose name it was tried, if there is one of this name.
    pub operator: Option<OperatorName>,
    /// The actor.
    pub by: Actor,
}

/// A session that has not ended.
#[derive(Clone, Debug)]
pub struct Session {
    /// The hash of its token.
    pub hash: TokenHash,
    /// The user.
    pub user: ConsoleUser,
    /// The name of the operator, or of the tenant.
    pub name: String,
    /// The handle of the tenant.
    pub tenant: Option<TenantHandle>,
    /// The role of the operator at this moment.
    pub role: Option<Role>,
    /// Whether the operator needs a code of an authenticator app to sign in.
    pub has_totp: bool,
    /// When it was last used, as far as recorded.
    pub seen_at: Timestamp,
    /// When its user last proved the secrets.
    pub proved_at: Timestamp,
    /// From where it may be used: that of a tenant, from where its key may be.
    pub networks: AllowedNetworks,
}

/// A session in the list of its operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionTimes {
    /// The hash of its token.
    pub hash: TokenHash,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was last used, as far as recorded.
    pub seen_at: Timestamp,
}

/// New secrets of an operator.
#[derive(Clone, Debug)]
pub struct OperatorSecrets {
    /// The proof that the present ones were checked.
    pub proof: Proof,
    /// The hash of the password, sealed; `None` leaves it unchanged.
    pub password: Option<Sealed>,
    /// The secret of the authenticator app, sealed, or none; the outer `None` leaves it unchanged.
    pub totp: Option<Option<Sealed>>,
    /// The session that is not ended.
    pub keep: TokenHash,
}
