//! Unlock: a locked-out recipient may answer again.

use crate::domain::id::TenantId;
use crate::domain::recipient::Recipient;

use super::{Refusal, Services};

impl Services {
    /// Forgets the wrong answers for a recipient, under whichever version of its index they were
    /// counted; `false` when there were none.
    pub async fn unlock(&self, tenant: TenantId, recipient: &Recipient) -> Result<bool, Refusal> {
        let now = self.clock.now();
        let mut cleared = false;
        for index in self.keyring.recipient_indexes(tenant, recipient) {
            cleared |= self.store.clear_recipient(tenant, index, recipient.masked(), now).await?;
        }
        Ok(cleared)
    }
}
