//! The accounts of operators: setup, sign-in and changes.

use std::net::IpAddr;
use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::operator::{ConsoleUser, LinkPurpose, OperatorId, OperatorName, Role};
use crate::domain::reports::actor::{Actor, Author};
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{SecretKeyHash, TokenHash};
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{
    ConsoleStore, CountedTry, NewOperator, NewSession, Noted, OperatorRow, OperatorSecrets, Proof, Session,
    SessionTimes, SetUp, Verb,
};

use super::{proofs, sessions, sign_ins};

impl<E: Engine> ConsoleStore for SqlStore<E> {
    fn has_operators(&self) -> Verb<'_, bool> {
        self.read(|tx| tx.has("SELECT 1 FROM operators LIMIT 1", &[]))
    }

    fn operator_named(&self, name: OperatorName) -> Verb<'_, Option<OperatorRow>> {
        self.read(move |tx| {
            let sql = "SELECT id, name, role, password, totp, generation FROM operators WHERE name = ?1";
            tx.first(sql, with![name.as_str()], read)
        })
    }

    fn operator(&self, id: OperatorId) -> Verb<'_, Option<OperatorRow>> {
        self.read(move |tx| by_id(tx, id))
    }

    fn setup_link(&self, links: Vec<TokenHash>, now: Timestamp) -> Verb<'_, Option<LinkPurpose>> {
        self.read(move |tx| Ok(link(tx, &links, now)?.map(|(_, purpose)| purpose)))
    }

    fn set_up_operator(&self, account: NewOperator, now: Timestamp) -> Verb<'_, SetUp> {
        self.write(move |group| set_up(group, &account, now))
    }

    fn sign_in(&self, proof: Proof, session: NewSession, now: Timestamp) -> Verb<'_, bool> {
        self.write(move |group| {
            let Some(name) = proofs::take(group, &proof, now)? else { return Ok(false) };
            let sql = "UPDATE operators SET signed_in_at = ?2 WHERE id = ?1";
            group.later(sql, with![proof.operator, now])?;
            sessions::begin(group, &ConsoleUser::Operator(proof.operator), &session, now)?;
            group.note(now, AuditEvent::OperatorSignedIn, About::by(&operator(name, proof.client_ip)))?;
            Ok(true)
        })
    }

    fn key_of(&self, hashes: Vec<SecretKeyHash>) -> Verb<'_, Option<(TenantId, KeyHandle)>> {
        self.read(move |tx| sessions::key_of(tx, &hashes))
    }

    fn sign_in_tenant(
        &self,
        (tenant, key): (TenantId, KeyHandle),
        session: NewSession,
        counted: CountedTry,
        now: Timestamp,
    ) -> Verb<'_, bool> {
        self.write(move |group| {
            if sessions::tenant(group, tenant, &key, now)?.is_none() {
                return Ok(false);
            }
            sign_ins::take_back(&**group, &counted)?;
            sessions::begin(group, &ConsoleUser::Tenant(tenant, key.clone()), &session, now)?;
            let by = Actor { author: Author::Key(key.clone()), client_ip: session.client_ip };
            group.note(now, AuditEvent::TenantSignedIn, About::tenant(tenant, &by))?;
            Ok(true)
        })
    }

    fn confirm(&self, proof: Proof, tenant: Option<TenantId>, now: Timestamp) -> Verb<'_, bool> {
        self.write(move |group| {
            let Some(name) = proofs::take(group, &proof, now)? else { return Ok(false) };
            let by = operator(name, proof.client_ip);
            group.note(now, AuditEvent::OperatorConfirmed, About { tenant, ..About::by(&by) })?;
            Ok(true)
        })
    }

    fn step_up(&self, session: TokenHash, proof: Proof, now: Timestamp) -> Verb<'_, bool> {
        self.write(move |group| {
            let Some(name) = proofs::take(group, &proof, now)? else { return Ok(false) };
            group.note(now, AuditEvent::OperatorConfirmed, About::by(&operator(name, proof.client_ip)))?;
            sessions::step_up(group, session, now)?;
            Ok(true)
        })
    }

    fn step_up_tenant(&self, session: TokenHash, counted: CountedTry, now: Timestamp) -> Verb<'_, ()> {
        self.write(move |group| {
            sign_ins::take_back(&**group, &counted)?;
            sessions::step_up(group, session, now)
        })
    }

    fn note_operator(&self, noted: Noted, now: Timestamp) -> Verb<'_, ()> {
        self.write(move |group| {
            let tried = noted.operator.clone().map_or(Author::Nobody, Author::Operator);
            let tried = tried.word();
            group.note(now, noted.event, About { object: tried.as_deref(), ..About::by(&noted.by) })
        })
    }

    fn session(&self, hashes: Vec<TokenHash>, idle: Duration, now: Timestamp) -> Verb<'_, Option<Session>> {
        self.read(move |tx| sessions::find(tx, &hashes, idle, now))
    }

    fn touch_session(&self, hash: TokenHash, now: Timestamp) -> Verb<'_, ()> {
        self.write(move |group| sessions::touch(group, hash, now))
    }

    fn end_session(&self, session: Session, client_ip: Option<IpAddr>, now: Timestamp) -> Verb<'_, ()> {
        self.write(move |group| sessions::end(group, &session, client_ip, now))
    }

    fn sessions_of(
        &self,
        operator: OperatorId,
        idle: Duration,
        now: Timestamp,
    ) -> Verb<'_, Vec<SessionTimes>> {
        self.read(move |tx| sessions::of_operator(tx, operator, idle, now))
    }

    fn end_other_sessions(
        &self,
        session: Session,
        client_ip: Option<IpAddr>,
        now: Timestamp,
    ) -> Verb<'_, ()> {
        self.write(move |group| {
            let ended = sessions::end_those_beside(group, &session)?;
            if ended > 0 {
                let by = sessions::actor(&session, client_ip);
                group.note(now, AuditEvent::OperatorOthersSignedOut, About::by(&by))?;
            }
            Ok(())
        })
    }

    fn change_operator(&self, change: OperatorSecrets, now: Timestamp) -> Verb<'_, bool> {
        self.write(move |group| apply(group, &change, now))
    }
}

fn read(row: &mut Row) -> Result<OperatorRow> {
    Ok(OperatorRow {
        id: row.get()?,
        name: row.word(OperatorName::parse)?,
        role: row.word(Role::parse)?,
        password: row.get()?,
        totp: row.get()?,
        generation: row.get()?,
    })
}

fn by_id(tx: &dyn Tx, id: OperatorId) -> Result<Option<OperatorRow>> {
    let sql = "SELECT id, name, role, password, totp, generation FROM operators WHERE id = ?1";
    tx.first(sql, with![id], read)
}

fn operator(name: OperatorName, client_ip: Option<IpAddr>) -> Actor {
    Actor { author: Author::Operator(name), client_ip }
}

fn set_up(group: &Group, account: &NewOperator, now: Timestamp) -> Result<SetUp> {
    let (name, operator) = (account.name.as_str(), account.id);
    let sql = "SELECT id, role FROM operators WHERE name = ?1";
    let known = group.first(sql, with![name], |row| Ok((row.get()?, row.word(Role::parse)?)))?;
    if known.is_some_and(|(id, _): (OperatorId, _)| id != operator) {
        return Ok(SetUp::Conflict);
    }
    let found = link(&**group, &account.links, now)?;
    let fits = |purpose: &LinkPurpose| purpose.name.as_ref().is_none_or(|wanted| *wanted == account.name);
    let Some((hash, purpose)) = found.filter(|(_, purpose)| fits(purpose)) else {
        return Ok(SetUp::NoLink);
    };
    if known.is_some_and(|(_, role)| role != purpose.role) {
        return Ok(SetUp::OtherRole);
    }
    group.later("DELETE FROM setup_links WHERE hash = ?1", with![&hash])?;
    let sql = "INSERT INTO operators (id, name, role, password, totp_step, in_a_row, generation, created_at, \
               signed_in_at) VALUES (?1, ?2, ?3, ?4, 0, 0, 0, ?5, ?5) ON CONFLICT (id) DO UPDATE \
               SET password = excluded.password, totp = NULL, in_a_row = 0, generation = operators.generation + 1, \
               signed_in_at = excluded.signed_in_at";
    group.later(sql, with![operator, name, purpose.role.as_str(), &account.password, now])?;
    sessions::end_others(group, operator, None)?;
    sessions::begin(group, &ConsoleUser::Operator(operator), &account.session, now)?;
    let by = self::operator(account.name.clone(), account.session.client_ip);
    let object = by.author.word();
    let about = About { object: object.as_deref(), ..About::by(&by) };
    group.note(now, AuditEvent::OperatorSetUp, about)?;
    Ok(SetUp::Done)
}

/// Returns the setup link with one of these hashes, if it is valid.
fn link(tx: &dyn Tx, links: &[TokenHash], now: Timestamp) -> Result<Option<(TokenHash, LinkPurpose)>> {
    let sql = "SELECT role, name FROM setup_links WHERE hash = ?1 AND expires_at > ?2";
    for link in links {
        let found = tx.first(sql, with![link, now], |row| {
            Ok(LinkPurpose { role: row.word(Role::parse)?, name: row.maybe_word(OperatorName::parse)? })
        })?;
        if let Some(purpose) = found {
            return Ok(Some((*link, purpose)));
        }
    }
    Ok(None)
}

fn apply(group: &Group, change: &OperatorSecrets, now: Timestamp) -> Result<bool> {
    let Some(name) = proofs::take(group, &change.proof, now)? else { return Ok(false) };
    let sql = "UPDATE operators SET password = coalesce(?2, password), totp = CASE WHEN ?3 = 1 THEN ?4 ELSE totp END, \
               generation = generation + 1 WHERE id = ?1";
    let totp = change.totp.as_ref().and_then(|totp| totp.as_ref());
    let row = change.proof.operator;
    group.later(sql, with![row, change.password.as_ref(), change.totp.is_some(), totp])?;
    sessions::end_others(group, row, Some(change.keep))?;
    let by = operator(name, change.proof.client_ip);
    let events = [
        change.password.is_some().then_some(AuditEvent::OperatorPasswordChanged),
        change.totp.is_some().then_some(AuditEvent::OperatorTotpChanged),
    ];
    for event in events.into_iter().flatten() {
        group.note(now, event, About::by(&by))?;
    }
    Ok(true)
}
