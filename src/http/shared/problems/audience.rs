//! Who receives the answer to a refused request, and what is hidden from whom.

use std::time::Duration;

use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::phone::fraud::rule::FraudRule;

/// Who receives the answer. Only the tenant learns how a challenge ended (promise 7).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Audience {
    /// A caller who has authenticated as the tenant.
    Tenant,
    /// Anybody who has a shareable key, on a route of the original: its clients rely on learning that no attempts
    /// are left.
    Public,
    /// Anybody who has a shareable key, in v1: an ended challenge looks like one that never existed.
    Holder,
}

/// What a holder sees instead of the time for which a recipient is blocked.
const HIDDEN_WAIT: Duration = Duration::from_secs(3600);

/// Returns the hit as `audience` learns of it.
pub(super) fn shown(hit: LimitHit, audience: Audience) -> LimitHit {
    hide_rule(hide_recipient(hit, audience), audience)
}

/// Only the tenant learns which rule against toll fraud has refused: whoever pumps messages would learn how to
/// stay below it.
pub(crate) fn hide_rule(hit: LimitHit, audience: Audience) -> LimitHit {
    let is_a_rule = FraudRule::ALL.iter().any(|rule| rule.limit() == hit.limit);
    match audience {
        Audience::Holder | Audience::Public if is_a_rule => {
            LimitHit { limit: Limit::NotSentThere, retry_after: HIDDEN_WAIT }
        }
        _ => hit,
    }
}

/// A stranger with a shareable key need not learn whether somebody else is locked out; in v1 not even by the
/// length of the wait.
pub(crate) fn hide_recipient(hit: LimitHit, audience: Audience) -> LimitHit {
    let limit = Limit::FailuresPerRecipient;
    match (hit.limit, audience) {
        (Limit::RecipientLockout, Audience::Public) => LimitHit { limit, ..hit },
        (Limit::RecipientLockout | Limit::FailuresPerRecipient, Audience::Holder) => {
            LimitHit { limit, retry_after: HIDDEN_WAIT }
        }
        _ => hit,
    }
}
