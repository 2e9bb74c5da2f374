//! What was sent to one recipient. Challenges are found by the deliveries, which are kept longer, and by the latest of
//! the recipient, among which are those without a message.

use std::collections::BTreeSet;

use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::deliveries::history::Try;
use crate::domain::deliveries::search::{
    FoundChallenge, FoundMessage, RecipientCursor, RecipientPage, RecipientQuery,
};
use crate::domain::id::{self, ChallengeId, TenantId};
use crate::domain::limits::counters::RecipientCounters;
use crate::domain::secret::RecipientIndex;
use crate::domain::tenants::route::RouteHandle;
use crate::store::sql::failed::Result;
use crate::store::sql::row::Row;
use crate::store::sql::rows::{EVERYBODY, counter_columns, find_shown, read_counters};
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Returns a page of a recipient's challenges, newest first, and what is counted for it.
pub fn page(tx: &dyn Tx, asked: &RecipientQuery) -> Result<RecipientPage> {
    let counters = counted(tx, asked.tenant, &asked.indexes)?;
    let mut ids = ids(tx, asked, &counters)?;
    let more = ids.len() > asked.filter.limit;
    ids.truncate(asked.filter.limit);
    let next = ids.last().filter(|_| more).map(|id| RecipientCursor(*id));
    let mut rows = Vec::new();
    for id in ids {
        rows.extend(found(tx, asked, id)?.filter(|row| passes(row, asked)));
    }
    Ok(RecipientPage { rows, next, counters, overall: counted(tx, EVERYBODY, &asked.overall)? })
}

fn passes(row: &FoundChallenge, asked: &RecipientQuery) -> bool {
    let status = row.challenge.as_ref().map(|challenge| challenge.standing.status_at(asked.now));
    asked.filter.purpose.as_ref().is_none_or(|purpose| *purpose == row.purpose)
        && asked.filter.status.is_none_or(|wanted| status == Some(wanted))
}

/// Returns the sum of what is counted under these indexes.
fn counted(tx: &dyn Tx, tenant: TenantId, indexes: &[RecipientIndex]) -> Result<RecipientCounters> {
    let sql =
        concat!("SELECT ", counter_columns!(), " FROM recipients r WHERE r.tenant = ?1 AND r.recipient = ?2");
    let mut sum = RecipientCounters::default();
    for index in indexes {
        if let Some(counters) = tx.first(sql, with![tenant, index], read_counters)? {
            sum.merge(&counters);
        }
    }
    Ok(sum)
}

/// Returns the challenges of the page and one more, if there is one.
fn ids(tx: &dyn Tx, asked: &RecipientQuery, counters: &RecipientCounters) -> Result<Vec<ChallengeId>> {
    let filter = &asked.filter;
    let least = filter.from.map_or(0, id::first_at);
    let until = filter.until.map_or(i64::MAX, id::first_at);
    let below = filter.after.map_or(until, |cursor| cursor.0.0.min(until));
    let sql = "SELECT DISTINCT challenge FROM deliveries WHERE tenant = ?1 AND recipient = ?2 \
               AND challenge >= ?3 AND challenge < ?4 ORDER BY challenge DESC LIMIT ?5";
    let latest = counters.latest.iter().copied();
    let mut ids: BTreeSet<ChallengeId> = latest.filter(|id| (least..below).contains(&id.0)).collect();
    for index in &asked.indexes {
        let with = with![asked.tenant, index, least, below, filter.limit + 1];
        ids.extend(tx.all(sql, with, |row| row.get::<ChallengeId>())?);
    }
    Ok(ids.into_iter().rev().take(filter.limit + 1).collect())
}

/// Returns a challenge with its messages to the recipient; `None` if nothing is left of it.
pub fn found(tx: &dyn Tx, asked: &RecipientQuery, id: ChallengeId) -> Result<Option<FoundChallenge>> {
    let challenge = find_shown(tx, asked.tenant, id)?;
    let (purpose, mut messages) = ended(tx, asked, id)?;
    if let Some(challenge) = &challenge {
        messages.extend(queued(tx, asked, challenge)?);
    }
    let purpose = challenge.as_ref().map(|challenge| challenge.purpose.clone()).or(purpose);
    // A relayed code is answered elsewhere, so that its row says nothing that its messages do not.
    let challenge = challenge.filter(|challenge| !challenge.standing.is_relayed());
    Ok(purpose.map(|purpose| FoundChallenge { id, purpose, challenge, messages }))
}

/// Returns the messages that have ended, and the purpose of their challenge.
fn ended(
    tx: &dyn Tx,
    asked: &RecipientQuery,
    id: ChallengeId,
) -> Result<(Option<Purpose>, Vec<FoundMessage>)> {
    let sql = "SELECT recipient, purpose, channel, recipient_hint, country, route, status, queued_at, at, error, word, \
               log, reply, reply_status FROM deliveries WHERE challenge = ?1 AND tenant = ?2 ORDER BY message";
    let mut purpose = None;
    let mut messages = Vec::new();
    for (whose, of, message) in tx.all(sql, with![id, asked.tenant], read_ended)? {
        purpose = Some(of);
        messages.extend(is_whose(asked, whose).then_some(message));
    }
    Ok((purpose, messages))
}

fn read_ended(row: &mut Row) -> Result<(Option<RecipientIndex>, Purpose, FoundMessage)> {
    let (whose, purpose) = (row.get()?, row.word(Purpose::parse)?);
    let message = FoundMessage {
        channel: row.word(ChannelKind::parse)?,
        to: row.get::<Option<String>>()?.filter(|hint| !hint.is_empty()),
        country: row.get()?,
        route: row.maybe_word(RouteHandle::parse)?,
        status: row.word(DeliveryStatus::parse)?,
        queued_at: row.get()?,
        at: row.get()?,
        error: row.maybe_word(DeliveryError::parse)?,
        reason: row.get()?,
        failed_tries: row.get::<Option<String>>()?.as_deref().map(Try::parse_all).unwrap_or_default(),
        next_try_at: None,
        reply: row.get()?,
        reply_status: row.get()?,
    };
    Ok((whose, purpose, message))
}

/// Returns the message that is on its way.
fn queued(tx: &dyn Tx, asked: &RecipientQuery, challenge: &Challenge) -> Result<Option<FoundMessage>> {
    let sql = "SELECT c.recipient, c.country, o.queued_at, o.due_at, o.log \
               FROM outbox o JOIN challenges c ON c.id = o.challenge WHERE o.challenge = ?1 AND o.tenant = ?2";
    let found = tx.first(sql, with![challenge.id, asked.tenant], |row| {
        let (whose, country, queued_at) = (row.get()?, row.get()?, row.get()?);
        let (due_at, log) = (row.get()?, row.get::<Option<String>>()?);
        let message = FoundMessage {
            channel: challenge.channel,
            to: challenge.to.clone(),
            country,
            route: None,
            status: DeliveryStatus::Queued,
            queued_at,
            at: None,
            error: challenge.delivery_error,
            reason: None,
            failed_tries: log.as_deref().map(Try::parse_all).unwrap_or_default(),
            next_try_at: due_at,
            reply: None,
            reply_status: None,
        };
        Ok((whose, message))
    })?;
    Ok(found.filter(|(whose, _)| is_whose(asked, *whose)).map(|(_, message)| message))
}

/// Returns whether a message was to this recipient: the page of a challenge may have been given another one before.
fn is_whose(asked: &RecipientQuery, recipient: Option<RecipientIndex>) -> bool {
    recipient.is_some_and(|recipient| asked.indexes.contains(&recipient))
}
