//! Reveal: a code that its tenant delivers by itself. It is told once, to a key that may be told
//! codes, and nowhere kept but as its hash.

use crate::delivery::Job;
use crate::domain::challenges::code::Code;
use crate::domain::policy::SendPolicy;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{OpenChallenge, Opened};

use super::challenge::Challenges;
use super::mint::{MintRequest, Minted, recorded};

impl Challenges {
    /// Opens a challenge without a message. What the store keeps of the message lacks the code.
    pub(super) async fn reveal(
        &self,
        tenant: &AuthenticatedTenant,
        request: &MintRequest,
        mut job: Job,
    ) -> Result<Minted, Refusal> {
        let code = std::mem::replace(&mut job.message.code, Code::absent());
        let opening = self.opening(tenant, &job, &code, request);
        let sends = SendPolicy { max_sends: 1, cooldowns: Vec::new() };
        let opening = OpenChallenge { sends, ..opening };
        let (challenge, expires_at) = (recorded(&opening), opening.expires_at);
        match self.store.open_challenge(opening).await? {
            Opened::Opened => {}
            Opened::Limited(hit) => return Err(Refusal::Limited(hit)),
            Opened::Repeated => return Err(Refusal::StillRunning),
        }
        metrics::counter!("otpmint_mints_total").increment(1);
        let key = self.codec.encode(challenge.id);
        Ok(Minted { key, expires_at, challenge, outcome: None, code: Some(code) })
    }
}
