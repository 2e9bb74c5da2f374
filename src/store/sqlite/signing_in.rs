//! The accounts of operators: set up, signed in to, changed.

use std::net::IpAddr;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::id::TenantId;
use crate::domain::operator::{OperatorId, OperatorName, Who};
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{Sealed, SecretKeyHash, TokenHash};
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::time::Timestamp;
use crate::store::{
    ConsoleStore, NewOperator, NewSession, Noted, OperatorRow, OperatorSecrets, Proof, Session, SessionTimes,
    SetUp, Verb,
};

use super::group::Group;
use super::{SqliteStore, row, sessions};
use crate::store::sql::audit::About;

impl ConsoleStore for SqliteStore {
    fn has_operators(&self) -> Verb<'_, bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM operators)";
        self.engine.look(|connection| connection.query_row(sql, [], |row| row.get(0)))
    }

    fn operator_named(&self, name: OperatorName) -> Verb<'_, Option<OperatorRow>> {
        self.engine.look(move |connection| {
            let sql = format!("SELECT {COLUMNS} FROM operators WHERE name = ?1");
            connection.prepare_cached(&sql)?.query_row([name.as_str()], read).optional()
        })
    }

    fn operator(&self, id: OperatorId) -> Verb<'_, Option<OperatorRow>> {
        self.engine.look(move |connection| by_id(connection, id))
    }

    fn keep_setup_link(&self, link: TokenHash, expires_at: Timestamp, now: Timestamp) -> Verb<'_, ()> {
        self.engine.writer.write(move |group| {
            group.execute("DELETE FROM setup_links", [])?;
            let sql = "INSERT INTO setup_links (hash, expires_at) VALUES (?1, ?2)";
            group.execute(sql, (link.0, expires_at.as_millis()))?;
            group.note(now, AuditEvent::SetupLinkMade, About::default())
        })
    }

    fn has_setup_link(&self, links: Vec<TokenHash>, now: Timestamp) -> Verb<'_, bool> {
        self.engine.look(move |connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM setup_links WHERE hash = ?1 AND expires_at > ?2)";
            let mut query = connection.prepare_cached(sql)?;
            for link in links {
                if query.query_row((link.0, now.as_millis()), |row| row.get(0))? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    fn set_up_operator(&self, account: NewOperator, now: Timestamp) -> Verb<'_, SetUp> {
        self.engine.writer.write(move |group| set_up(group, &account, now))
    }

    fn sign_in(&self, proof: Proof, session: NewSession, now: Timestamp) -> Verb<'_, bool> {
        self.engine.writer.write(move |group| {
            let Some(name) = take(group, &proof)? else { return Ok(false) };
            sessions::begin(group, &Who::Operator(proof.operator), session, now)?;
            group.note(now, AuditEvent::OperatorSignedIn, by(&name, proof.client_ip))?;
            Ok(true)
        })
    }

    fn key_of(&self, hashes: Vec<SecretKeyHash>) -> Verb<'_, Option<(TenantId, KeyHandle)>> {
        self.engine.look(move |connection| sessions::key_of(connection, &hashes))
    }

    fn sign_in_tenant(
        &self,
        tenant: TenantId,
        key: KeyHandle,
        session: NewSession,
        now: Timestamp,
    ) -> Verb<'_, bool> {
        self.engine.writer.write(move |group| {
            if sessions::tenant(group, tenant, &key, now)?.is_none() {
                return Ok(false);
            }
            sessions::begin(group, &Who::Tenant(tenant, key.clone()), session, now)?;
            let about = About { tenant: Some(tenant), client_ip: session.client_ip, ..About::default() };
            group.note(now, AuditEvent::TenantSignedIn, about)?;
            Ok(true)
        })
    }

    fn confirm(&self, proof: Proof, tenant: Option<TenantId>, now: Timestamp) -> Verb<'_, bool> {
        self.engine.writer.write(move |group| {
            let Some(name) = take(group, &proof)? else { return Ok(false) };
            let about = About { tenant, ..by(&name, proof.client_ip) };
            group.note(now, AuditEvent::OperatorConfirmed, about)?;
            Ok(true)
        })
    }

    fn note_operator(&self, noted: Noted, now: Timestamp) -> Verb<'_, ()> {
        self.engine.writer.write(move |group| {
            let operator = noted.by.operator.as_ref().map(OperatorName::as_str);
            group.note(
                now,
                noted.event,
                About { operator, client_ip: noted.by.client_ip, ..About::default() },
            )
        })
    }

    fn session(&self, hashes: Vec<TokenHash>, idle: Duration, now: Timestamp) -> Verb<'_, Option<Session>> {
        self.engine.look(move |connection| sessions::find(connection, &hashes, idle, now))
    }

    fn touch_session(&self, hash: TokenHash, now: Timestamp) -> Verb<'_, ()> {
        self.engine.writer.write(move |group| sessions::touch(group, hash, now))
    }

    fn end_session(&self, session: Session, client_ip: Option<IpAddr>, now: Timestamp) -> Verb<'_, ()> {
        self.engine
            .writer
            .write(move |group| sessions::end(group, &session, by(&session.name, client_ip), now))
    }

    fn sessions_of(
        &self,
        operator: OperatorId,
        idle: Duration,
        now: Timestamp,
    ) -> Verb<'_, Vec<SessionTimes>> {
        self.engine.look(move |connection| sessions::of_operator(connection, operator, idle, now))
    }

    fn end_other_sessions(
        &self,
        session: Session,
        client_ip: Option<IpAddr>,
        now: Timestamp,
    ) -> Verb<'_, ()> {
        self.engine.writer.write(move |group| {
            let ended = sessions::end_those_beside(group, &session)?;
            if ended > 0 {
                group.note(now, AuditEvent::OperatorOthersSignedOut, by(&session.name, client_ip))?;
            }
            Ok(())
        })
    }

    fn change_operator(&self, change: OperatorSecrets, now: Timestamp) -> Verb<'_, bool> {
        self.engine.writer.write(move |group| apply(group, &change, now))
    }
}

const COLUMNS: &str = "id, name, password, totp, generation";

fn read(row: &Row) -> rusqlite::Result<OperatorRow> {
    Ok(OperatorRow {
        id: OperatorId(row.get("id")?),
        name: row::word(row, "name", OperatorName::parse)?,
        password: Sealed(row.get("password")?),
        totp: row.get::<_, Option<Vec<u8>>>("totp")?.map(Sealed),
        generation: row.get("generation")?,
    })
}

fn by_id(connection: &Connection, id: OperatorId) -> rusqlite::Result<Option<OperatorRow>> {
    let sql = format!("SELECT {COLUMNS} FROM operators WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([id.0], read).optional()
}

fn by(operator: &str, client_ip: Option<IpAddr>) -> About<'_> {
    About { operator: Some(operator), client_ip, ..About::default() }
}

/// Uses up a proof, and answers the name of whose it is: the secrets still have to be those that were
/// looked at, and a step is taken once.
fn take(group: &Group, proof: &Proof) -> rusqlite::Result<Option<String>> {
    let step = proof.step.map(|step| i64::try_from(step).unwrap_or(i64::MAX));
    let sql = "UPDATE operators SET totp_step = ifnull(?3, totp_step) \
               WHERE id = ?1 AND generation = ?2 AND (?3 IS NULL OR totp_step < ?3) RETURNING name";
    let parameters = (proof.operator.0, proof.generation, step);
    group.prepare_cached(sql)?.query_row(parameters, |row| row.get(0)).optional()
}

fn set_up(group: &Group, account: &NewOperator, now: Timestamp) -> rusqlite::Result<SetUp> {
    let sql = "SELECT id FROM operators WHERE name = ?1";
    let name = account.name.as_str();
    let known: Option<i64> = group.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()?;
    if known.is_some_and(|id| id != account.id.0) {
        return Ok(SetUp::Conflict);
    }
    if !use_link(group, &account.links, now)? {
        return Ok(SetUp::NoLink);
    }
    let sql = "INSERT INTO operators (id, name, password, totp_step, generation, created_at) \
               VALUES (?1, ?2, ?3, 0, 0, ?4) ON CONFLICT (id) DO UPDATE \
               SET password = excluded.password, totp = NULL, generation = generation + 1";
    let parameters = (account.id.0, name, &account.password.0, now.as_millis());
    group.prepare_cached(sql)?.execute(parameters)?;
    sessions::end_others(group, account.id, None)?;
    sessions::begin(group, &Who::Operator(account.id), account.session, now)?;
    group.note(now, AuditEvent::OperatorSetUp, by(name, account.session.client_ip))?;
    Ok(SetUp::Done)
}

fn use_link(group: &Group, links: &[TokenHash], now: Timestamp) -> rusqlite::Result<bool> {
    let mut query = group.prepare_cached("DELETE FROM setup_links WHERE hash = ?1 AND expires_at > ?2")?;
    for link in links {
        if query.execute((link.0, now.as_millis()))? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

fn apply(group: &Group, change: &OperatorSecrets, now: Timestamp) -> rusqlite::Result<bool> {
    let Some(name) = take(group, &change.proof)? else { return Ok(false) };
    let sql = "UPDATE operators SET password = ifnull(?2, password), totp = iif(?3, ?4, totp), \
               generation = generation + 1 WHERE id = ?1";
    let password = change.password.as_ref().map(|sealed| sealed.0.as_slice());
    let totp = change.totp.as_ref().and_then(|totp| totp.as_ref()).map(|sealed| sealed.0.as_slice());
    let operator = change.proof.operator;
    group.prepare_cached(sql)?.execute((operator.0, password, change.totp.is_some(), totp))?;
    sessions::end_others(group, operator, Some(change.keep))?;
    let events = [
        change.password.is_some().then_some(AuditEvent::OperatorPasswordChanged),
        change.totp.is_some().then_some(AuditEvent::OperatorTotpChanged),
    ];
    for event in events.into_iter().flatten() {
        group.note(now, event, by(&name, change.proof.client_ip))?;
    }
    Ok(true)
}
