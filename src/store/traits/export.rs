//! The verbs for exporting a tenant: all that it owns, without secrets and without keyed hashes.

use crate::domain::challenges::challenge::Challenge;
use crate::domain::deliveries::history::ChallengeDelivery;
use crate::domain::factors::factor::Factor;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::phone::fraud::block::Block;
use crate::domain::reports::actor::Actor;
use crate::domain::tenants::credential::KeyInfo;
use crate::domain::tenants::template::StoredTemplate;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::webhook::{Webhook, WebhookDelivery, WebhookHandle};

use super::hooks::Hook;
use super::verb::Verb;

/// Exporting a tenant.
pub trait ExportStore {
    /// Records that a tenant is exported.
    fn note_export(&self, tenant: TenantId, by: Actor, now: Timestamp) -> Verb<'_, ()>;

    /// Returns what a tenant has decided and made, all of it as it is at one moment.
    fn owned(&self, tenant: TenantId, now: Timestamp) -> Verb<'_, Option<Owned>>;

    /// Returns some of the many rows of a tenant, from before this moment, in the order in which they were made.
    fn owned_part(
        &self,
        tenant: TenantId,
        of: OwnedKind,
        from: Option<OwnedPlace>,
        before: Timestamp,
    ) -> Verb<'_, OwnedPart>;
}

/// What a tenant has decided and made.
#[derive(Debug)]
pub struct Owned {
    /// Its row, with sealed routes.
    pub tenant: Tenant,
    /// The live keys.
    pub keys: Vec<KeyInfo>,
    /// The templates.
    pub templates: Vec<StoredTemplate>,
    /// The content of the logo that the settings name.
    pub logo: Option<Vec<u8>>,
    /// The webhooks, with sealed secrets.
    pub webhooks: Vec<Webhook>,
    /// The hooks, with sealed secrets.
    pub hooks: Vec<Hook>,
    /// What is blocked at present.
    pub blocks: Vec<Block>,
}

/// The kinds of rows of which a tenant may have many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OwnedKind {
    /// Factors.
    Factors,
    /// Challenges and relayed messages that are still stored.
    Challenges,
    /// Outcomes of messages, which are kept longer.
    Deliveries,
    /// Events for its webhooks.
    Events,
}

/// Where a part begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OwnedPlace(pub(in crate::store) i64, pub(in crate::store) i64);

/// Some rows of one kind.
#[derive(Debug)]
pub struct OwnedPart {
    /// The rows. There may be none, although more follow.
    pub rows: OwnedRows,
    /// Where the next part begins; `None` if nothing follows.
    pub next: Option<OwnedPlace>,
}

/// Rows of one kind.
#[derive(Debug)]
pub enum OwnedRows {
    /// Factors, sealed.
    Factors(Vec<Factor>),
    /// Challenges, each with its deliveries.
    Challenges(Vec<(Challenge, Vec<ChallengeDelivery>)>),
    /// Outcomes of messages, each with its challenge.
    Deliveries(Vec<(ChallengeId, ChallengeDelivery)>),
    /// Events, each with the webhook that was told.
    Events(Vec<(WebhookHandle, WebhookDelivery)>),
}
