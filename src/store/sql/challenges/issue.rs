//! Issuing a code: one decision for all causes.

use crate::domain::challenges::idempotency::{Once, RequestOutcome};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::needs::Needs;
use crate::store::{Issue, Issued, Switch};

use super::{asking, idempotency, open, resend};

/// Returns the rows that the decision needs.
pub fn needs(issue: &Issue) -> Needs {
    let (tenant, once, _) = request(issue);
    let rows = match issue {
        Issue::Mint(new) => {
            let needs = Needs::recipient(new.binding.tenant, new.binding.recipient);
            needs.overall(&new.mailbox).counting(tenant, &new.subjects)
        }
        Issue::Page(new) => Needs::NOTHING.counting(tenant, &new.subjects),
        Issue::Recipient(new) => {
            let needs = Needs::both(new.binding.challenge, new.binding.tenant, new.binding.recipient);
            needs.overall(&new.mailbox)
        }
        Issue::Resend(resend) | Issue::Switch(Switch { resend, .. }) => {
            Needs::challenge(resend.challenge).with_overall()
        }
    };
    rows.once(tenant, once)
}

/// Issues a code, unless the same request was carried out before, and remembers what it changed.
pub fn issue(group: &Group, issue: &Issue) -> Result<Issued> {
    let (tenant, once, now) = request(issue);
    if idempotency::is_taken(group, tenant, once, now)? {
        return Ok(Issued::Repeated);
    }
    let issued = match issue {
        Issue::Mint(new) => open::open(group, new),
        Issue::Page(new) => open::open_asking(group, new),
        Issue::Recipient(new) => asking::give(group, new),
        Issue::Resend(again) => resend::resend(group, again),
        Issue::Switch(switch) => resend::switch(group, switch),
    }?;
    if let Some(outcome) = outcome(issue, &issued) {
        idempotency::remember(group, tenant, once, outcome, now)?;
    }
    Ok(issued)
}

/// Returns the challenge whose message is queued, and when.
pub fn queued(issue: &Issue) -> (ChallengeId, Timestamp) {
    let challenge = match issue {
        Issue::Mint(new) => new.binding.challenge,
        Issue::Page(new) => new.challenge,
        Issue::Recipient(new) => new.binding.challenge,
        Issue::Resend(resend) | Issue::Switch(Switch { resend, .. }) => resend.challenge,
    };
    (challenge, request(issue).2)
}

fn request(issue: &Issue) -> (TenantId, Option<&Once>, Timestamp) {
    match issue {
        Issue::Mint(new) => (new.binding.tenant, new.once.as_ref(), new.now),
        Issue::Page(new) => (new.tenant, new.once.as_ref(), new.now),
        // Requests of a page's visitor have no idempotency key.
        Issue::Recipient(new) => (new.binding.tenant, None, new.now),
        Issue::Resend(resend) | Issue::Switch(Switch { resend, .. }) => {
            (resend.tenant, resend.once.as_ref(), resend.now)
        }
    }
}

fn outcome(issue: &Issue, issued: &Issued) -> Option<RequestOutcome> {
    match (issue, issued) {
        (Issue::Mint(new), Issued::Opened) => Some(RequestOutcome::Opened(new.binding.challenge)),
        (Issue::Page(new), Issued::Opened) => Some(RequestOutcome::Opened(new.challenge)),
        (Issue::Resend(resend) | Issue::Switch(Switch { resend, .. }), Issued::Queued(_)) => {
            Some(RequestOutcome::Resent(resend.challenge))
        }
        _ => None,
    }
}
