//! Exchange: an app fetches the result of a hosted page, once.

use crate::domain::address::Address;
use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::details::BoundFields;
use crate::service::limits::rates::RateKind;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::StoreError;

use super::hosted;
use super::verify::Verification;

impl Verification {
    /// Exchanges a result code for its challenge and a receipt. The code is consumed. A code that
    /// was consumed before, has expired or belongs to another tenant is refused as unknown.
    pub async fn exchange(
        &self,
        tenant: &AuthenticatedTenant,
        code: &str,
    ) -> Result<(Challenge, String), Refusal> {
        let _permit = self.admission.admit(Some(tenant.waiters()))?;
        self.rates.count(RateKind::Verify, tenant.rated(), tenant.gauge()).await?;
        let hashes = self.keyring.result_hashes(tenant.id(), code);
        let taken = self.store.take_result(tenant.id(), hashes, self.clock.now()).await?;
        let taken = taken.ok_or(Refusal::UnknownResult)?;
        let place = hosted::place(tenant.id(), taken.challenge.id);
        let recipient = self.keyring.open_sealed(&place, &taken.recipient).ok();
        let recipient = recipient.and_then(|text| Address::parse(std::str::from_utf8(&text).ok()?).ok());
        let recipient = recipient.ok_or(Refusal::Store(StoreError::Unavailable))?;
        let bound = BoundFields::default();
        let receipt = self.receipts.sign(tenant.handle(), &taken.challenge, &recipient, &bound);
        Ok((taken.challenge, receipt))
    }
}
