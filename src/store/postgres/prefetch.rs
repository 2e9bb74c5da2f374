//! Loading and locking what a whole batch needs, in the flight that begins its transaction.

use std::collections::BTreeSet;

use crate::domain::factors::factor::FactorHandle;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::RecipientIndex;
use crate::store::sql::dialect::live_tenant;
use crate::store::sql::failed::Result;
use crate::store::sql::hold::Hold;
use crate::store::sql::needs::Wanted;
use crate::store::sql::row::Row;
use crate::store::sql::rows::{
    ChallengeRow, Endpoint, Owner, QueuedMessage, RecipientRow, challenge_columns, counter_columns,
    endpoint_columns, message_columns, owner_columns, read_counters, shown_columns,
};

use super::values::{Kept, Parameter, PgRow};

/// The recipients of these challenges, within their tenants and over all, and these recipients, as far as they have rows: locked in the order of
/// their keys, with where their counters have moved to.
const RECIPIENTS: &str = concat!(
    "SELECT r.tenant, r.recipient, m.present, ",
    counter_columns!(),
    " FROM (SELECT c.tenant, c.recipient FROM challenges c WHERE c.id = ANY($1::int8[]) AND c.recipient IS NOT NULL \
     UNION SELECT 0, c.mailbox FROM challenges c WHERE c.id = ANY($4::int8[]) AND c.mailbox IS NOT NULL \
     UNION SELECT w.tenant, w.recipient FROM unnest($2::int8[], $3::bytea[]) AS w(tenant, recipient)) k \
     JOIN recipients r ON r.tenant = k.tenant AND r.recipient = k.recipient \
     LEFT JOIN recipient_moves m ON m.tenant = k.tenant AND m.former = k.recipient \
     ORDER BY r.tenant, r.recipient FOR NO KEY UPDATE OF r"
);

/// These challenges, locked in the order of their keys, which comes after that of recipients.
const CHALLENGES: &str = concat!(
    "SELECT ",
    challenge_columns!(),
    " FROM challenges c WHERE c.id = ANY($1::int8[]) ORDER BY c.id FOR NO KEY UPDATE"
);

/// Their messages, with those challenges that have none in the outbox.
const MESSAGES: &str = concat!(
    "SELECT w.id, o.challenge, ",
    message_columns!(),
    " FROM unnest($1::int8[]) AS w(id) LEFT JOIN outbox o ON o.challenge = w.id"
);

/// The tenants of these challenges.
const OWNERS: &str = concat!(
    "SELECT t.id, ",
    owner_columns!(),
    " WHERE t.id IN (SELECT c.tenant FROM challenges c WHERE c.id = ANY($1::int8[]))"
);

/// Their endpoints.
const ENDPOINTS: &str = concat!(
    "SELECT w.tenant, ",
    endpoint_columns!(),
    " FROM webhooks w WHERE w.enabled <> 0 \
     AND w.tenant IN (SELECT c.tenant FROM challenges c WHERE c.id = ANY($1::int8[]))"
);

/// When these requests were carried out, if they were.
const REQUESTS: &str = "SELECT w.tenant, w.key, i.at FROM unnest($1::int8[], $2::bytea[]) AS w(tenant, key) \
     LEFT JOIN idempotency i ON i.tenant = w.tenant AND i.key = w.key";

/// These factors, locked in the order of their keys, which comes after that of challenges.
const FACTORS: &str = "SELECT f.id FROM unnest($1::int8[], $2::text[]) AS w(tenant, handle) \
     JOIN factors f ON f.tenant = w.tenant AND f.handle = w.handle ORDER BY f.id FOR NO KEY UPDATE OF f";

/// A query for a whole batch.
pub(super) struct Query {
    pub(super) sql: &'static str,
    pub(super) parameters: Vec<Parameter>,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    Recipients,
    Challenges,
    Messages,
    Owners,
    Endpoints,
    Factors,
    Requests,
}

/// Returns the queries for what is wanted, in the order in which rows are locked.
pub(super) fn queries(wanted: &Wanted) -> Vec<Query> {
    let ids = |ids: &BTreeSet<ChallengeId>| Parameter::Many(ids.iter().map(|id| Kept::Int(id.0)).collect());
    let challenges = || ids(&wanted.challenges);
    let mut queries = Vec::new();
    let mut add = |what, sql, parameters| queries.push(Query { sql, parameters, what });
    if !wanted.with_recipients.is_empty() || !wanted.recipients.is_empty() {
        let [tenants, indexes] = keys(wanted.recipients.iter().map(|(tenant, index)| (tenant.0, &index[..])));
        let (own, overall) = (ids(&wanted.with_recipients), ids(&wanted.with_overall));
        add(What::Recipients, RECIPIENTS, vec![own, tenants, indexes, overall]);
    }
    if !wanted.challenges.is_empty() {
        add(What::Challenges, CHALLENGES, vec![challenges()]);
        add(What::Messages, MESSAGES, vec![challenges()]);
        add(What::Owners, OWNERS, vec![challenges()]);
        add(What::Endpoints, ENDPOINTS, vec![challenges()]);
    }
    if !wanted.factors.is_empty() {
        let key = |(tenant, handle): &(TenantId, FactorHandle)| {
            (Kept::Int(tenant.0), Kept::Text(handle.as_str().to_owned()))
        };
        let (tenants, handles) = wanted.factors.iter().map(key).unzip();
        add(What::Factors, FACTORS, vec![Parameter::Many(tenants), Parameter::Many(handles)]);
    }
    if !wanted.requests.is_empty() {
        let keys = keys(wanted.requests.iter().map(|(tenant, key)| (tenant.0, &key[..])));
        add(What::Requests, REQUESTS, Vec::from(keys));
    }
    queries
}

/// Returns the columns of keys that consist of a tenant and bytes.
fn keys<'a>(keys: impl Iterator<Item = (i64, &'a [u8])>) -> [Parameter; 2] {
    let (tenants, bytes) =
        keys.map(|(tenant, bytes)| (Kept::Int(tenant), Kept::Bytes(bytes.to_vec()))).unzip();
    [Parameter::Many(tenants), Parameter::Many(bytes)]
}

/// Holds what the queries for what was wanted have returned.
pub(super) fn keep(
    hold: &Hold,
    wanted: &Wanted,
    answers: Vec<(Query, Vec<tokio_postgres::Row>)>,
) -> Result<()> {
    keep_absent(hold, wanted);
    let mut owners = Vec::new();
    let mut endpoints: Vec<(TenantId, Endpoint)> = Vec::new();
    for (query, rows) in answers {
        for row in rows {
            let row = PgRow(row);
            let row = &mut Row::of(&row);
            match query.what {
                What::Recipients => keep_recipient(hold, row)?,
                What::Challenges => hold.know_challenge(ChallengeRow::read(row)?),
                What::Messages => keep_message(hold, row)?,
                What::Owners => owners.push((row.get()?, Owner::read(row)?)),
                What::Endpoints => endpoints.push((row.get()?, Endpoint::read(row)?)),
                // The verbs read them again: they are only locked.
                What::Factors => {}
                What::Requests => hold.know_request(row.get()?, row.get()?, row.get()?),
            }
        }
    }
    for (tenant, owner) in owners {
        let own = endpoints.iter().filter(|(of, _)| *of == tenant);
        let own = own.map(|(_, endpoint)| *endpoint).collect();
        hold.know_owner(tenant, owner.with_endpoints(own));
    }
    Ok(())
}

/// Knows that what was wanted does not exist, before what was found is held.
fn keep_absent(hold: &Hold, wanted: &Wanted) {
    for id in &wanted.challenges {
        hold.know_no_challenge(*id);
    }
    for (tenant, index) in &wanted.recipients {
        hold.know_recipient(*tenant, RecipientIndex(*index), RecipientRow::kept(None));
    }
}

fn keep_message(hold: &Hold, row: &mut Row) -> Result<()> {
    let challenge = row.get()?;
    let message = match row.get::<Option<i64>>()? {
        Some(_) => Some(QueuedMessage::read(row)?),
        None => None,
    };
    hold.know_message(challenge, message);
    Ok(())
}

fn keep_recipient(hold: &Hold, row: &mut Row) -> Result<()> {
    let (tenant, index) = (row.get()?, row.get()?);
    hold.know_moved(tenant, index, row.get()?);
    hold.know_recipient(tenant, index, RecipientRow::kept(Some(read_counters(row)?)));
    Ok(())
}
