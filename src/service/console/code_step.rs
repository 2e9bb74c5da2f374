//! The second step of signing in: the code of the authenticator app, after a right password.
//!
//! What says that the password was right is sealed, so that it need not be kept here, and the password not in the page.
//! It is worth nothing without a code: each one that is tried with it is counted, and locks the account, as ever.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

use crate::crypto::Place;
use crate::crypto::console::{DeviceId, DeviceOwner};
use crate::domain::id::TenantId;
use crate::domain::operator::OperatorId;
use crate::domain::secret::Sealed;
use crate::domain::time::Timestamp;
use crate::store::{OperatorRow, Proof};

use super::denied::Denied;
use super::devices::Browser;
use super::parts::Console;
use super::sessions::SignedIn;
use super::sign_in_tries::Claimant;

/// How long the code may take.
const LASTS: Duration = Duration::from_secs(300);

impl Console {
    /// Signs an operator in with a code, after a right password.
    pub async fn sign_in_with_code(
        &self,
        begun: &SecretString,
        code: &str,
        browser: &Browser,
    ) -> Result<SignedIn, Denied> {
        let (id, generation) = self.open_begun(begun.expose_secret()).ok_or(Denied::SignInTimedOut)?;
        let row = self.store.operator(id).await?;
        let row = row.filter(|row| row.generation == generation && row.totp.is_some());
        let row = row.ok_or(Denied::SignInTimedOut)?;
        let known = self.known_device(Some(&row.name), browser).await?;
        let stranger = Claimant::Stranger(Some(&row.name), browser.client_ip);
        let counted = self.count_try(known.map_or(stranger, Claimant::Device)).await?;
        let shown = match self.shown_code(&row, code).await {
            Ok(shown) => shown,
            Err(refusal) => {
                self.uncount(counted).await;
                return Err(refusal.into());
            }
        };
        let Some(code) = shown else {
            self.note_refused(Some(row.name), browser.client_ip).await?;
            return Err(Denied::Wrong);
        };
        let locked_after = self.rules.sign_in_tries.codes_in_a_row;
        let client_ip = browser.client_ip;
        let proof = Proof { operator: id, generation, code, locked_after, counted, client_ip };
        self.begin_session(&row, proof, known, browser).await
    }

    /// Returns what says that the password of this operator was right.
    pub(super) fn begun(&self, row: &OperatorRow) -> SecretString {
        let until = self.clock.now() + LASTS;
        let content = [row.generation.to_be_bytes(), until.as_millis().to_be_bytes()].concat();
        let Sealed(sealed) = self.keyring.seal(&place(row.id), &content, self.entropy.as_ref());
        format!("{}.{}", row.id.0, URL_SAFE_NO_PAD.encode(sealed)).into()
    }

    fn open_begun(&self, text: &str) -> Option<(OperatorId, i64)> {
        let (id, sealed) = text.split_once('.')?;
        let id = OperatorId(id.parse().ok()?);
        let sealed = Sealed(URL_SAFE_NO_PAD.decode(sealed).ok()?);
        let content = self.keyring.open_sealed(&place(id), &sealed).ok()?;
        let (generation, until) = content.split_at_checked(size_of::<i64>())?;
        let number = |bytes: &[u8]| bytes.try_into().map(i64::from_be_bytes).ok();
        let until = Timestamp::from_millis(number(until)?);
        (self.clock.now() < until).then_some((id, number(generation)?))
    }

    /// Begins a session, if the store accepts the proof.
    pub(super) async fn begin_session(
        &self,
        row: &OperatorRow,
        proof: Proof,
        known: Option<DeviceId>,
        browser: &Browser,
    ) -> Result<SignedIn, Denied> {
        let owner = DeviceOwner { operator: row.id, generation: proof.generation };
        let (token, session) = self.new_session(browser);
        if !self.store.sign_in(proof, session, self.clock.now()).await? {
            return Err(Denied::Wrong);
        }
        tracing::info!(operator = %row.name, "an operator signed in");
        Ok(SignedIn { token, device: Some(self.remember(known, owner)) })
    }
}

fn place(id: OperatorId) -> Place<'static> {
    Place { table: "operators", column: "begun", tenant: TenantId(0), row: id.0 }
}
