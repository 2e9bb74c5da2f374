//! Finding what is a person's. Rows of challenges that have ended do not say whose they are: their deliveries do.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::{RecipientIndex, RequestDigest};
use crate::store::Person;
use crate::store::sql::failed::Result;
use crate::store::sql::scan::{self, LOOKED_AT, Part, Place, Wanted};
use crate::store::sql::tx::Tx;
use crate::store::sql::value::{Value, with};

/// The maximum number of rows that one part finds.
const FOUND: usize = 500;

/// A challenge that was found, and whether it may be pending.
pub type Found = (ChallengeId, bool);

/// Returns the challenges behind `from` whose own row says that they are the person's.
pub fn challenges(tx: &dyn Tx, person: &Person, from: Place) -> Result<Part<Found>> {
    let mut with = vec![Value::from(person.tenant)];
    let recipients = places(&mut with, &person.indexes);
    // `IN ()` is no condition, and whose address is spelled as it is counted has no other index.
    let spellings = if person.spellings.is_empty() { &person.indexes } else { &person.spellings };
    let spellings = places(&mut with, spellings);
    let condition = format!("tenant = ?1 AND (recipient IN ({recipients}) OR spelling IN ({spellings}))");
    let wanted = Wanted { condition: &condition, with: &with, limit: FOUND };
    scan::CHALLENGES.part(tx, &wanted, from, |place, row| {
        let (_, _, _, status): (TenantId, Option<RecipientIndex>, Option<RecipientIndex>, String) =
            (row.get()?, row.get()?, row.get()?, row.get()?);
        Ok(Some((ChallengeId(place.0), status == ChallengeStatus::Pending.as_str())))
    })
}

/// Returns the challenges that had messages to the person.
pub fn deliveries(tx: &dyn Tx, person: &Person, from: Place) -> Result<Part<Found>> {
    let mut with = vec![Value::from(person.tenant)];
    let recipients = places(&mut with, &person.indexes);
    let condition = format!("tenant = ?1 AND recipient IN ({recipients})");
    let wanted = Wanted { condition: &condition, with: &with, limit: FOUND };
    scan::DELIVERIES.part(tx, &wanted, from, |place, _| Ok(Some((ChallengeId(place.0), false))))
}

/// Returns the events about these challenges.
pub fn events(
    tx: &dyn Tx,
    (tenant, challenges): (TenantId, &BTreeSet<ChallengeId>),
    from: Place,
) -> Result<Part<Place>> {
    let condition = "tenant = ?1 AND challenge IS NOT NULL";
    let wanted = Wanted { condition, with: with![tenant], limit: FOUND };
    scan::EVENTS.part(tx, &wanted, from, |place, row| {
        let (_, challenge): (TenantId, ChallengeId) = (row.get()?, row.get()?);
        Ok(challenges.contains(&challenge).then_some(place))
    })
}

/// Returns the answers kept for repeated requests that are about these challenges or the person's factors, and where
/// the next part begins.
pub fn answers(
    tx: &dyn Tx,
    person: &Person,
    challenges: &BTreeSet<ChallengeId>,
    from: RequestDigest,
) -> Result<(Vec<RequestDigest>, Option<RequestDigest>)> {
    let sql = "SELECT key, challenge, name, coalesce(length(response), length(receipt)) FROM idempotency \
               WHERE tenant = ?1 AND key > ?2 ORDER BY key LIMIT ?3";
    let (mut found, mut looked_at, mut last) = (Vec::new(), 0, None);
    tx.rows(sql, with![person.tenant, &from, LOOKED_AT], &mut |row| {
        let (key, challenge, name): (RequestDigest, Option<ChallengeId>, Option<String>) =
            (row.get()?, row.get()?, row.get()?);
        let is_kept = row.get::<Option<i64>>()?.is_some();
        let is_about = challenge.is_some_and(|challenge| challenges.contains(&challenge))
            || person.factors.iter().any(|of| name.as_deref() == Some(of.as_str()));
        found.extend((is_kept && is_about).then_some(key));
        (looked_at, last) = (looked_at + 1, Some(key));
        Ok(if found.len() == FOUND { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    let is_end = looked_at < LOOKED_AT && found.len() < FOUND;
    Ok((found, last.filter(|_| !is_end)))
}

/// Binds indexes, and returns their parameters.
fn places<'a>(with: &mut Vec<Value<'a>>, indexes: &'a [RecipientIndex]) -> String {
    let mut places = Vec::new();
    for index in indexes {
        with.push(index.into());
        places.push(format!("?{}", with.len()));
    }
    places.join(", ")
}
