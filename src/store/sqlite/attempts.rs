//! Deciding about an answer.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::audit::AuditEvent;
use crate::domain::challenge::{Binding, Challenge, ChallengeStatus, Standing};
use crate::domain::channel::ChannelKind;
use crate::domain::event::EventKind;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::idempotency::Outcome;
use crate::domain::limit::{LimitHit, Rate, RecipientLimits};
use crate::domain::policy::GrantedLimits;
use crate::domain::purpose::Purpose;
use crate::domain::secret::{CodeHash, Sealed};
use crate::domain::tenant::{TenantHandle, TenantStatus};
use crate::store::{Attempt, Decision, Target, Verified};

use super::audit::{About, Trail};
use super::challenges::{end, find, read_standing};
use super::recipients::{self, Counters};
use super::{events, idempotency, pages, results, row, statistics};

/// What the judge said when it was asked, if it was: admitting an answer takes from a rate, so it
/// must not be asked again when a transaction is run again.
pub(super) type Admission = Option<Result<(), LimitHit>>;

/// Decides about an answer, unless the same request was decided about before, and remembers what
/// it changed.
pub(super) fn decide(
    connection: &Connection,
    trail: &Trail,
    attempt: &Attempt,
    admission: &mut Admission,
) -> rusqlite::Result<Decision> {
    let Some((tenant, once)) = attempt.tenant.zip(attempt.once.as_ref()) else {
        return judge(connection, trail, attempt, admission);
    };
    if idempotency::is_taken(connection, tenant, Some(once), attempt.now)? {
        return Ok(Decision::Repeated);
    }
    let decision = judge(connection, trail, attempt, admission)?;
    let outcome = match &decision {
        Decision::Verified(verified) => Outcome::Verified(verified.binding.challenge),
        Decision::Mismatched { attempts_remaining } => {
            Outcome::Mismatched { attempts_remaining: *attempts_remaining }
        }
        Decision::Ended(_)
        | Decision::Unknown
        | Decision::Limited(_)
        | Decision::Repeated
        | Decision::Undecided => {
            return Ok(decision);
        }
    };
    idempotency::remember(connection, tenant, Some(once), outcome, attempt.now)?;
    Ok(decision)
}

/// Count, compare, consume.
fn judge(
    connection: &Connection,
    trail: &Trail,
    attempt: &Attempt,
    admission: &mut Admission,
) -> rusqlite::Result<Decision> {
    let Some(id) = find_target(connection, attempt)? else { return Ok(Decision::Unknown) };
    let Some(row) = Live::find(connection, id)? else { return Ok(Decision::Unknown) };
    if attempt.tenant.is_some_and(|tenant| tenant != row.tenant) || row.owner != TenantStatus::Active {
        return Ok(Decision::Unknown);
    }
    let status = row.standing.status_at(attempt.now);
    let (ChallengeStatus::Pending, Some((binding, expected, payload))) = (status, row.secret.as_ref()) else {
        return Ok(Decision::Ended(status));
    };
    if !attempt.judge.knows(row.code_key) {
        return Ok(Decision::Undecided);
    }
    if let Err(hit) = *admission.get_or_insert_with(|| attempt.judge.admit(row.tenant, &row.granted)) {
        return Ok(Decision::Limited(hit));
    }
    let limits = row.limits(attempt);
    let counters = Counters::of(connection, row.tenant, binding.recipient, limits.as_deref())?;
    if let Some(hit) = counters.check_failures(attempt.now)? {
        return Ok(Decision::Limited(hit));
    }
    count(connection, id)?;
    let is_right = attempt.judge.hash(row.code_key, binding).is_some_and(|hash| hash == *expected);
    let standing = row.standing.counted().compared(is_right);
    let event = match standing.status {
        ChallengeStatus::Verified => AuditEvent::Verified,
        ChallengeStatus::Exhausted => AuditEvent::Exhausted,
        _ => AuditEvent::Mismatched,
    };
    let about = row.about(id, attempt);
    trail.note(attempt.now, event, about)?;
    if standing.status != ChallengeStatus::Pending {
        end(connection, id, standing.status, attempt.now)?;
        let kind = if is_right { EventKind::ChallengeVerified } else { EventKind::ChallengeExhausted };
        events::tell(connection, id, kind, attempt.now)?;
    }
    if !is_right {
        statistics::mismatch(connection, id)?;
        if counters.record_failure(attempt.now)? {
            trail.note(attempt.now, AuditEvent::LockedOut, about)?;
        }
        return Ok(Decision::Mismatched { attempts_remaining: standing.attempts_remaining() });
    }
    counters.record_success()?;
    if let Target::Hosted(_, result) = &attempt.target {
        results::add(connection, row.tenant, id, result)?;
    }
    let Some(challenge) = find(connection, row.tenant, id)? else { return Ok(Decision::Unknown) };
    let (binding, payload) = (binding.clone(), payload.clone());
    Ok(Decision::Verified(Box::new(Verified { challenge, tenant: row.handle, binding, payload })))
}

/// The challenge that an answer is for.
fn find_target(connection: &Connection, attempt: &Attempt) -> rusqlite::Result<Option<ChallengeId>> {
    let (tenant, indexes, purpose) = match (&attempt.target, attempt.tenant) {
        (Target::Challenge(id) | Target::Hosted(id, _), _) => return Ok(Some(*id)),
        // Before anything is counted: a page of somebody else must not use up the attempts.
        (Target::Held(id, page), _) => {
            let owner = pages::owner(connection, *id, page.as_ref(), attempt.now)?;
            return Ok(owner.map(|_| *id));
        }
        (Target::Latest(..), None) => return Ok(None),
        (Target::Latest(indexes, purpose), Some(tenant)) => (tenant, indexes, purpose),
    };
    let mut latest = Vec::new();
    for index in indexes {
        latest.extend(recipients::latest(connection, tenant, *index)?);
    }
    latest.sort_unstable();
    for id in latest.into_iter().rev() {
        let found = find(connection, tenant, id)?;
        let is_meant = |challenge: &Challenge| {
            challenge.purpose == *purpose
                && challenge.standing.status_at(attempt.now) == ChallengeStatus::Pending
        };
        if found.as_ref().is_some_and(is_meant) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// What deciding about an answer has to know of a challenge.
struct Live {
    tenant: TenantId,
    /// The status of its tenant; a sandbox is no more active than the tenant that it belongs to.
    owner: TenantStatus,
    handle: TenantHandle,
    recipient_hint: String,
    standing: Standing,
    code_key: u32,
    own_failures: Option<Rate>,
    /// What the operator has set for its tenant.
    granted: GrantedLimits,
    /// What the code is bound to, its hash and the message, until they are erased.
    secret: Option<(Binding, CodeHash, Sealed)>,
}

impl Live {
    fn find(connection: &Connection, id: ChallengeId) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT c.tenant, c.purpose, c.channel, c.recipient, c.recipient_hint, c.code_key, \
                   c.code_hash, c.payload, c.status, c.attempts, c.max_attempts, c.expires_at, \
                   c.own_failures, t.handle, iif(t.sandbox_of IS NULL, t.limits, l.limits) AS limits, \
                   iif(t.status = ?2, ifnull(l.status, ?2), t.status) AS owner \
                   FROM challenges c JOIN tenants t ON t.id = c.tenant \
                   LEFT JOIN tenants l ON l.id = t.sandbox_of WHERE c.id = ?1";
        let parameters = (id.0, TenantStatus::Active.as_str());
        connection.prepare_cached(sql)?.query_row(parameters, |row| Self::read(row, id)).optional()
    }

    fn read(row: &Row, id: ChallengeId) -> rusqlite::Result<Self> {
        let tenant = TenantId(row.get("tenant")?);
        let purpose = row::word(row, "purpose", Purpose::parse)?;
        let channel = row::word(row, "channel", ChannelKind::parse)?;
        let hash = row.get::<_, Option<[u8; 32]>>("code_hash")?.map(CodeHash);
        let recipient = row::recipient(row, "recipient")?;
        let payload = row.get::<_, Option<Vec<u8>>>("payload")?.map(Sealed);
        let secret = recipient.zip(hash).zip(payload).map(|((recipient, hash), payload)| {
            (Binding { tenant, challenge: id, purpose, channel, recipient }, hash, payload)
        });
        Ok(Self {
            tenant,
            owner: row::word(row, "owner", TenantStatus::parse)?,
            handle: row::word(row, "handle", TenantHandle::parse)?,
            recipient_hint: row.get("recipient_hint")?,
            standing: read_standing(row)?,
            code_key: row.get("code_key")?,
            own_failures: row::maybe_word(row, "own_failures", |text| text.parse().ok())?,
            granted: row::json(row, "limits")?,
            secret,
        })
    }

    /// The operator's limits for this tenant, and what the tenant's were when the challenge was minted.
    fn limits(&self, attempt: &Attempt) -> Option<Arc<RecipientLimits>> {
        let limits = self.granted.over(attempt.limits.as_ref()?);
        Some(match self.own_failures {
            None => limits,
            own_failures => Arc::new(RecipientLimits { own_failures, ..RecipientLimits::clone(&limits) }),
        })
    }

    fn about(&self, id: ChallengeId, attempt: &Attempt) -> About<'_> {
        About {
            tenant: Some(self.tenant),
            challenge: Some(id),
            recipient: Some(&self.recipient_hint),
            origin: attempt.origin,
        }
    }
}

fn count(connection: &Connection, id: ChallengeId) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE challenges SET attempts = attempts + 1 WHERE id = ?1")?
        .execute([id.0])?;
    Ok(())
}
