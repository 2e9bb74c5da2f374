//! The verbs for messages on their way.

use crate::domain::deliveries::delivery::{DeliveryEnd, Room};
use crate::domain::deliveries::provider_report::{ProviderReport, ReportOutcome};
use crate::domain::deliveries::report::TriedRoute;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::tenants::route::RouteHandle;
use crate::domain::time::Timestamp;
use crate::store::sql::engine::Engine;
use crate::store::sql::group::Group;
use crate::store::sql::needs::Needs;
use crate::store::sql::store::SqlStore;
use crate::store::{ClaimedDelivery, DeliveryStore, Verb};

use super::{claim, outbox, reported, settle};

impl<E: Engine> DeliveryStore for SqlStore<E> {
    fn release_deliveries(&self, now: Timestamp) -> Verb<'_, usize> {
        self.write_held(Needs::NOTHING, move |group| outbox::release(group, group.node(), now))
    }

    fn claim_deliveries(&self, now: Timestamp, room: Room) -> Verb<'_, Vec<ClaimedDelivery>> {
        // Check with a read first, because usually nothing is due and the writer should not be occupied.
        let (node, asked) = (self.node, room.clone());
        let any = self.read(move |tx| Ok(claim::next_due(tx, node, (&asked, asked.after), now)?.is_some()));
        Box::pin(async move {
            match any.await? {
                true => {
                    let claim = move |group: &Group| claim::claim(group, &room, now);
                    let give_back = move |group: &Group, claimed: &Vec<ClaimedDelivery>| {
                        claimed.iter().try_for_each(|one| outbox::give_back(group, one.challenge, now))
                    };
                    self.write_holding(Needs::NOTHING, claim, give_back).await
                }
                false => Ok(Vec::new()),
            }
        })
    }

    fn longest_due(&self) -> Verb<'_, Option<Timestamp>> {
        self.read(outbox::longest_due)
    }

    fn settle_delivery(
        &self,
        challenge: ChallengeId,
        end: DeliveryEnd,
        tried: Option<TriedRoute>,
        now: Timestamp,
    ) -> Verb<'_, ()> {
        let needs = match end {
            DeliveryEnd::Sent => Needs::challenge_alone(challenge),
            _ => Needs::challenge(challenge),
        };
        self.write_soon(needs, move |group| settle::settle(group, challenge, (end, tried.as_ref()), now))
    }

    fn owner_of_sent(
        &self,
        challenge: ChallengeId,
        number: u8,
        route: RouteHandle,
    ) -> Verb<'_, Option<TenantId>> {
        self.read(move |tx| reported::owner(tx, (challenge, number), &route))
    }

    fn record_report(&self, report: ProviderReport, now: Timestamp) -> Verb<'_, ReportOutcome> {
        let asked = report.clone();
        let found = self.read(move |tx| reported::find(tx, &asked));
        Box::pin(async move {
            let Some(message) = found.await? else { return Ok(ReportOutcome::Unknown) };
            let (needs, told) = (Needs::challenge(message.challenge), (report.fate, report.code));
            self.write_held(needs, move |group| reported::record(group, &message, told, now)).await
        })
    }
}
