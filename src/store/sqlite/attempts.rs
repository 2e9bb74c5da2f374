//! Deciding about an answer.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::challenges::challenge::{Binding, Challenge, ChallengeStatus, Standing};
use crate::domain::challenges::idempotency::Outcome;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::rate::Rate;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::policy::GrantedLimits;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{CodeHash, Sealed};
use crate::domain::tenants::tenant::{TenantHandle, TenantStatus};
use crate::domain::webhooks::event::EventKind;
use crate::store::{Attempt, Decision, Target, Verified};

use super::challenges::{self, Affected, affected_columns, challenge_columns, end};
use super::group::Group;
use super::recipients::{self, Counters};
use super::row::Columns;
use super::{events, idempotency, pages, results};
use crate::store::sql::audit::About;
use crate::store::sql::reports::Counter;

/// What the judge said when it was asked, if it was: admitting an answer takes from a rate, so it
/// must not be asked again when a transaction is run again.
pub(super) type Admission = Option<Result<(), LimitHit>>;

/// Decides about an answer, unless the same request was decided about before, and remembers what
/// it changed.
pub(super) fn decide(
    group: &Group,
    attempt: &Attempt,
    admission: &mut Admission,
) -> rusqlite::Result<Decision> {
    let Some((tenant, once)) = attempt.tenant.zip(attempt.once.as_ref()) else {
        return judge(group, attempt, admission);
    };
    if idempotency::is_taken(group, tenant, Some(once), attempt.now)? {
        return Ok(Decision::Repeated);
    }
    let decision = judge(group, attempt, admission)?;
    let outcome = match &decision {
        Decision::Verified(verified) => Outcome::Verified(verified.binding.challenge),
        Decision::Mismatched { attempts_remaining } => {
            Outcome::Mismatched { attempts_remaining: *attempts_remaining }
        }
        Decision::Ended(_)
        | Decision::Unknown
        | Decision::NoRecipient
        | Decision::Limited(_)
        | Decision::Repeated
        | Decision::Undecided => {
            return Ok(decision);
        }
    };
    idempotency::remember(group, tenant, Some(once), outcome, attempt.now)?;
    Ok(decision)
}

/// Count, compare, consume.
fn judge(group: &Group, attempt: &Attempt, admission: &mut Admission) -> rusqlite::Result<Decision> {
    let Some(id) = find_target(group, attempt)? else { return Ok(Decision::Unknown) };
    let Some(live) = Live::find(group, id)? else { return Ok(Decision::Unknown) };
    if attempt.tenant.is_some_and(|tenant| tenant != live.tenant) || live.owner != TenantStatus::Active {
        return Ok(Decision::Unknown);
    }
    let status = live.challenge.standing.status_at(attempt.now);
    if status != ChallengeStatus::Pending {
        return Ok(Decision::Ended(status));
    }
    let Some(secret) = live.secret.as_ref().filter(|secret| secret.is_meant(&attempt.target)) else {
        return Ok(Decision::NoRecipient);
    };
    if !attempt.judge.knows(live.code_key) {
        return Ok(Decision::Undecided);
    }
    if let Err(hit) = *admission.get_or_insert_with(|| attempt.judge.admit(live.tenant, &live.granted)) {
        return Ok(Decision::Limited(hit));
    }
    let limits = live.limits(attempt);
    let counters = Counters::of(group, live.tenant, secret.binding.recipient, limits.as_deref())?;
    if let Some(hit) = counters.check_failures(attempt.now) {
        return Ok(Decision::Limited(hit));
    }
    let counted = live.challenge.standing.counted();
    let hash = attempt.judge.hash(live.code_key, &secret.binding);
    let is_right = hash.is_some_and(|hash| hash == secret.code_hash);
    let standing = counted.compared(is_right);
    keep(group, &live, standing, attempt)?;
    if is_right {
        counters.record_success()?;
        if let Target::Hosted(_, result) = &attempt.target {
            results::add(group, live.tenant, id, result)?;
        }
        return live.verified(group, standing);
    }
    if counters.record_failure(attempt.now)? {
        group.note(attempt.now, AuditEvent::LockedOut, live.about(attempt))?;
    }
    Ok(Decision::Mismatched { attempts_remaining: standing.attempts_remaining() })
}

/// Records how a challenge stands after an answer: at once, so that none is compared that is not
/// counted.
fn keep(group: &Group, live: &Live, standing: Standing, attempt: &Attempt) -> rusqlite::Result<()> {
    let affected = Affected { attempts: standing.attempts, ..live.affected };
    if standing.status != ChallengeStatus::Verified {
        group.count(affected.cell, Counter::Mismatched, 1);
    }
    let (event, told) = match standing.status {
        ChallengeStatus::Verified => (AuditEvent::Verified, EventKind::ChallengeVerified),
        ChallengeStatus::Exhausted => (AuditEvent::Exhausted, EventKind::ChallengeExhausted),
        _ => {
            group.note(attempt.now, AuditEvent::Mismatched, live.about(attempt))?;
            return count(group, &affected);
        }
    };
    group.note(attempt.now, event, live.about(attempt))?;
    end(group, &affected, standing.status, attempt.now)?;
    events::tell(group, &affected, told, attempt.now)
}

/// Records that one more answer was evaluated.
fn count(connection: &Connection, challenge: &Affected) -> rusqlite::Result<()> {
    let sql = "UPDATE challenges SET attempts = ?2 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute((challenge.id.0, challenge.attempts))?;
    Ok(())
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
        let found = challenges::find(connection, tenant, id)?;
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
    challenge: Challenge,
    affected: Affected,
    code_key: u32,
    own_failures: Option<Rate>,
    /// What the operator has set for its tenant.
    granted: GrantedLimits,
    secret: Option<Secret>,
}

/// What is erased at the end of a challenge, and is not there before it has a recipient.
struct Secret {
    /// What the code is bound to.
    binding: Binding,
    code_hash: CodeHash,
    /// The message.
    payload: Sealed,
}

impl Live {
    fn find(connection: &Connection, id: ChallengeId) -> rusqlite::Result<Option<Self>> {
        let sql = concat!(
            "SELECT ",
            challenge_columns!(),
            ", ",
            affected_columns!(),
            ", c.tenant, c.recipient, c.code_hash, c.payload, c.code_key, c.own_failures, t.handle, \
             iif(t.sandbox_of IS NULL, t.limits, l.limits), iif(t.status = ?2, ifnull(l.status, ?2), t.status) \
             FROM challenges c JOIN tenants t ON t.id = c.tenant \
             LEFT JOIN tenants l ON l.id = t.sandbox_of WHERE c.id = ?1"
        );
        let parameters = (id.0, TenantStatus::Active.as_str());
        let read = |row: &Row| Self::read(&mut Columns::of(row));
        connection.prepare_cached(sql)?.query_row(parameters, read).optional()
    }

    fn read(columns: &mut Columns) -> rusqlite::Result<Self> {
        let challenge = challenges::read(columns)?;
        let affected = Affected::read(columns)?;
        let tenant = TenantId(columns.get()?);
        let secret = Secret::read(columns, tenant, &challenge)?;
        Ok(Self {
            tenant,
            challenge,
            affected,
            secret,
            code_key: columns.get()?,
            own_failures: columns.maybe_word(|text| text.parse().ok())?,
            handle: columns.word(TenantHandle::parse)?,
            granted: columns.json()?,
            owner: columns.word(TenantStatus::parse)?,
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

    fn about(&self, attempt: &Attempt) -> About<'_> {
        About {
            tenant: Some(self.tenant),
            challenge: Some(self.challenge.id),
            recipient: self.challenge.to.as_deref(),
            client_ip: attempt.client_ip,
            operator: None,
        }
    }

    /// What is told of a challenge that was verified, as it stands now.
    fn verified(self, connection: &Connection, standing: Standing) -> rusqlite::Result<Decision> {
        let challenge = match self.affected.is_queued() {
            // Its end called the message off too.
            true => challenges::find(connection, self.tenant, self.challenge.id)?,
            false => Some(Challenge { standing, ..self.challenge }),
        };
        Ok(match challenge.zip(self.secret) {
            None => Decision::Unknown,
            Some((challenge, Secret { binding, payload, .. })) => {
                Decision::Verified(Box::new(Verified { challenge, tenant: self.handle, binding, payload }))
            }
        })
    }
}

impl Secret {
    /// Whether a result names the recipient for whom the answer is judged. It was made out before, and the
    /// recipient may have been replaced in between.
    fn is_meant(&self, target: &Target) -> bool {
        match target {
            Target::Hosted(_, result) => result.message == self.payload,
            Target::Challenge(_) | Target::Held(..) | Target::Latest(..) => true,
        }
    }

    fn read(columns: &mut Columns, tenant: TenantId, of: &Challenge) -> rusqlite::Result<Option<Self>> {
        let recipient = columns.recipient()?;
        let code_hash = columns.get::<Option<[u8; 32]>>()?.map(CodeHash);
        let payload = columns.get::<Option<Vec<u8>>>()?.map(Sealed);
        Ok(recipient.zip(code_hash).zip(payload).map(|((recipient, code_hash), payload)| {
            let (challenge, purpose, channel) = (of.id, of.purpose.clone(), of.channel);
            Self { binding: Binding { tenant, challenge, purpose, channel, recipient }, code_hash, payload }
        }))
    }
}
