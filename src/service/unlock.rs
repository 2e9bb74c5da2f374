//! Unlock: the wrong answers for a recipient are forgotten, so that a locked-out person can answer again.

use std::net::IpAddr;

use crate::domain::id::TenantId;
use crate::domain::recipient::Recipient;

use super::{Refusal, Services};

impl Services {
    /// Lets a recipient of a tenant answer again; `false` when there was nothing to forget.
    pub async fn unlock(
        &self,
        tenant: TenantId,
        recipient: &Recipient,
        origin: Option<IpAddr>,
    ) -> Result<bool, Refusal> {
        let index = self.keyring.recipient_index(tenant, recipient);
        let (hint, now) = (recipient.masked(), self.clock.now());
        Ok(self.store.clear_recipient(tenant, index, hint, origin, now).await?)
    }
}
