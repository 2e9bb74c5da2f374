//! Unlock: the wrong answers for a recipient are forgotten, so that a locked-out person can answer again.

use std::net::IpAddr;

use crate::domain::id::TenantId;
use crate::domain::recipient::Recipient;

use super::{Refusal, Services};

impl Services {
    /// Lets a recipient of a tenant answer again, under whichever version of its index the wrong
    /// answers were counted; `false` when there was nothing to forget.
    pub async fn unlock(
        &self,
        tenant: TenantId,
        recipient: &Recipient,
        origin: Option<IpAddr>,
    ) -> Result<bool, Refusal> {
        let now = self.clock.now();
        let mut cleared = false;
        for index in self.keyring.recipient_indexes(tenant, recipient) {
            cleared |= self.store.clear_recipient(tenant, index, recipient.masked(), origin, now).await?;
        }
        Ok(cleared)
    }
}
