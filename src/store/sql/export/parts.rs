//! The rows of which a tenant may have many, a part at a time.

use std::collections::HashMap;

use crate::domain::id::{self, ChallengeId, TenantId};
use crate::domain::time::Timestamp;
use crate::domain::webhooks::webhook::WebhookId;
use crate::store::sql::deliveries::course;
use crate::store::sql::factors;
use crate::store::sql::failed::Result;
use crate::store::sql::rows::find_shown;
use crate::store::sql::scan::{CHALLENGES, DELIVERIES, EVENTS, FACTORS, Part, Place, Scanned, Wanted};
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::sql::webhooks;
use crate::store::{OwnedKind, OwnedPart, OwnedPlace, OwnedRows};

/// The maximum number of rows of one part.
const ROWS: usize = 200;

pub fn read(
    tx: &dyn Tx,
    (tenant, of): (TenantId, OwnedKind),
    from: Option<OwnedPlace>,
    before: Timestamp,
) -> Result<OwnedPart> {
    let table = match of {
        OwnedKind::Factors => &FACTORS,
        OwnedKind::Challenges => &CHALLENGES,
        OwnedKind::Deliveries => &DELIVERIES,
        OwnedKind::Events => &EVENTS,
    };
    let part = look(tx, table, tenant, from)?;
    let end = id::first_at(before);
    // The identity of an event is its second column: those of the next webhook begin from the oldest again.
    let is_before = |place: &Place| if of == OwnedKind::Events { place.1 < end } else { place.0 < end };
    let goes_on = |place: &Place| of == OwnedKind::Events || place.0 < end;
    let next = part.next.filter(goes_on).map(|place| OwnedPlace(place.0, place.1));
    let found = part.found.iter().filter(|place| is_before(place));
    let rows = match of {
        OwnedKind::Factors => OwnedRows::Factors(collect(found, |place| factors::by_id(tx, place.0))?),
        OwnedKind::Challenges => OwnedRows::Challenges(collect(found, |place| {
            let Some(challenge) = find_shown(tx, tenant, ChallengeId(place.0))? else { return Ok(None) };
            let deliveries = course::of_challenge(tx, &challenge)?;
            Ok(Some((challenge, deliveries)))
        })?),
        OwnedKind::Deliveries => OwnedRows::Deliveries(collect(found, |place| {
            let delivery = course::ended(tx, ChallengeId(place.0), place.1)?;
            Ok(delivery.map(|delivery| (ChallengeId(place.0), delivery)))
        })?),
        OwnedKind::Events => {
            let known = webhooks::all(tx, tenant)?;
            let known: HashMap<_, _> =
                known.into_iter().map(|webhook| (webhook.id, webhook.handle)).collect();
            // Those of a deleted webhook have nobody who was told.
            OwnedRows::Events(collect(found, |place| {
                let Some(handle) = known.get(&WebhookId(place.0)) else { return Ok(None) };
                let event = webhooks::event(tx, (place.0, place.1))?;
                Ok(event.map(|event| (handle.clone(), event)))
            })?)
        }
    };
    Ok(OwnedPart { rows, next })
}

fn look(tx: &dyn Tx, table: &Scanned, tenant: TenantId, from: Option<OwnedPlace>) -> Result<Part<Place>> {
    let from = from.map_or_else(|| Place::before(tenant), |place| Place(place.0, place.1));
    let wanted = Wanted { condition: "tenant = ?1", with: with![tenant], limit: ROWS };
    table.part(tx, &wanted, from, |place, _| Ok(Some(place)))
}

fn collect<'a, T>(
    places: impl Iterator<Item = &'a Place>,
    load: impl Fn(&Place) -> Result<Option<T>>,
) -> Result<Vec<T>> {
    let mut rows = Vec::new();
    for place in places {
        rows.extend(load(place)?);
    }
    Ok(rows)
}
