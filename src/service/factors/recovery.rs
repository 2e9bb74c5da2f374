//! Recovery codes: for users who have lost their app.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::domain::challenges::idempotency::Made;
use crate::domain::conditions::Subject;
use crate::domain::factors::answer::{draw_recovery_code, grouped};
use crate::domain::factors::factor::{RECOVERY_CODES, RecoveryCodeId};
use crate::domain::time::Timestamp;
use crate::service::idempotency::conditions::SecretSealer;
use crate::service::limits::rates::RateKind;
use crate::service::refusal::{FactorRefusal, Refusal};
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{CodesReplaced, FactorChange, NewRecoveryCode};

use super::tenant_factors::{Factors, FoundFactor};

impl Factors {
    /// Gives a factor new recovery codes, and returns them; they are shown only this once. The former ones
    /// are no longer valid.
    pub async fn replace_recovery_codes(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<(FoundFactor, Vec<SecretString>), Refusal> {
        let change = self.change(tenant, handle, client_ip)?;
        self.rates.count(RateKind::Mint, tenant.rated(), tenant.gauge()).await?;
        let mut found = self.find(tenant, handle).await?;
        let (rows, codes) = self.draw_codes(&change);
        let count = rows.len();
        let made = Made::RecoveryCodes(change.handle.clone());
        let subject = Subject::Factor(change.handle.clone());
        let store = tenant.conditions().over(&self.store).of(tenant.id(), subject);
        let store = store.making(Some(made), Some(&codes_field(&codes)), self.sealer(change.now)).store();
        match store.replace_recovery_codes(change, rows).await? {
            CodesReplaced::Replaced => {}
            CodesReplaced::Unknown => return Err(FactorRefusal::Unknown.into()),
            CodesReplaced::Unconfirmed => return Err(FactorRefusal::Unconfirmed.into()),
        }
        // It is not read back: if that failed, nobody would have the codes.
        found.factor.recovery_codes = count as i64;
        found.factor.revision += 1;
        Ok((found, codes))
    }

    /// Draws recovery codes: their rows, and what their user copies.
    pub(super) fn draw_codes(&self, on: &FactorChange) -> (Vec<NewRecoveryCode>, Vec<SecretString>) {
        let draw = |_| {
            let code = draw_recovery_code(self.entropy.as_ref());
            let hash = *self.keyring.recovery_hashes(on.tenant, &on.handle, &code).first()?;
            let id = RecoveryCodeId(self.ids.next(on.now));
            Some((NewRecoveryCode { id, hash }, SecretString::from(grouped(&code))))
        };
        (0..RECOVERY_CODES).filter_map(draw).unzip()
    }

    /// Returns what seals secrets for the repetition of a request at `now`.
    pub(super) fn sealer(&self, now: Timestamp) -> SecretSealer<'_> {
        SecretSealer { keyring: &self.keyring, entropy: self.entropy.as_ref(), now }
    }
}

/// Returns the field of an answer that has the codes, as JSON.
pub(super) fn codes_field(codes: &[SecretString]) -> Zeroizing<String> {
    let codes: Vec<_> = codes.iter().map(ExposeSecret::expose_secret).collect();
    Zeroizing::new(serde_json::json!({ "recovery_codes": codes }).to_string())
}
