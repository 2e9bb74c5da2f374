//! The secrets of operators: checking, sealing and opening them.

use std::net::IpAddr;

use secrecy::SecretString;

use crate::crypto::Place;
use crate::crypto::totp::TotpSecret;
use crate::domain::id::TenantId;
use crate::domain::operator::{OperatorId, OperatorName};
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::Sealed;
use crate::service::refusal::Refusal;
use crate::store::{Noted, OperatorRow, Proof, StoreError};

use super::denied::Denied;
use super::parts::Console;
use super::sign_in_tries::SignInTry;

/// The secrets to check.
#[derive(Clone, Copy)]
pub(super) enum Factors<'a> {
    /// The password only.
    Password,
    /// The password, and the code of the authenticator app if the operator has enabled one.
    PasswordAndCode(&'a str),
}

/// Secrets that were checked and found right.
pub(super) struct CheckedOperator {
    pub(super) row: OperatorRow,
    pub(super) proof: Proof,
    counted: SignInTry,
}

/// The column of an operator's secret.
#[derive(Clone, Copy)]
pub(super) enum SecretColumn {
    Password,
    Totp,
}

/// An offered secret for an authenticator app. It has no `Debug`, because it is shown once.
pub struct TotpOffer {
    /// The text to type.
    pub text: SecretString,
    /// The URI that an app reads.
    pub uri: SecretString,
}

impl Console {
    /// Checks the secrets of somebody who claims to be the operator with this name. An unknown name
    /// takes the same time and gets the same error.
    pub(super) async fn prove(
        &self,
        name: Option<OperatorName>,
        password: &SecretString,
        factors: Factors<'_>,
        client_ip: Option<IpAddr>,
    ) -> Result<CheckedOperator, Denied> {
        let entered = self.sign_in_tries.enter(name.as_ref(), client_ip, self.clock.now()).await;
        let counted = entered.map_err(Denied::Limited)?;
        match self.check_secrets(name, password, factors, client_ip).await {
            Ok(Some((row, proof))) => Ok(CheckedOperator { row, proof, counted }),
            Ok(None) => Err(Denied::Wrong),
            Err(refusal) => {
                // The check gave no result, so the try does not count.
                self.sign_in_tries.take_back(counted).await;
                Err(refusal.into())
            }
        }
    }

    async fn check_secrets(
        &self,
        name: Option<OperatorName>,
        password: &SecretString,
        factors: Factors<'_>,
        client_ip: Option<IpAddr>,
    ) -> Result<Option<(OperatorRow, Proof)>, Refusal> {
        let row = match name {
            Some(name) => self.store.operator_named(name).await?,
            None => None,
        };
        let hash = match &row {
            Some(row) => Some(self.open_text(row.id, SecretColumn::Password, &row.password).await?),
            None => None,
        };
        let is_right = self.passwords.matches(password, hash).await?;
        let step = match (&row, factors) {
            (Some(row), Factors::PasswordAndCode(code)) => self.step(row, code).await?,
            _ => Some(None),
        };
        if let (Some(row), true, Some(step)) = (&row, is_right, step) {
            let proof = Proof { operator: row.id, generation: row.generation, step, client_ip };
            return Ok(Some((row.clone(), proof)));
        }
        self.note_refused(row.map(|row| row.name), client_ip).await?;
        Ok(None)
    }

    /// Records a failed sign-in. An unknown name is not recorded, because it may be a password in
    /// the wrong field.
    pub(super) async fn note_refused(
        &self,
        operator: Option<OperatorName>,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let by = Actor::at(client_ip);
        let noted = Noted { event: AuditEvent::OperatorRefused, operator, by };
        Ok(self.store.note_operator(noted, self.clock.now()).await?)
    }

    /// Stops counting a try that was right.
    pub(super) async fn was_right(&self, proved: CheckedOperator) {
        self.sign_in_tries.take_back(proved.counted).await;
    }

    /// Returns the step of a code, if codes are enabled; `None` for a wrong code.
    async fn step(&self, row: &OperatorRow, code: &str) -> Result<Option<Option<u64>>, Refusal> {
        let Some(sealed) = &row.totp else { return Ok(Some(None)) };
        let secret = TotpSecret::from_bytes(self.open_secret(row.id, SecretColumn::Totp, sealed).await?);
        let secret = secret.ok_or(Refusal::Store(StoreError::Unavailable))?;
        // The phone uses wall-clock time.
        Ok(secret.step(code, self.clock.wall()).map(Some))
    }

    pub(super) fn seal_secret(&self, id: OperatorId, column: SecretColumn, plain: &[u8]) -> Sealed {
        self.keyring.seal(&place(id, column), plain, self.entropy.as_ref())
    }

    async fn open_text(
        &self,
        id: OperatorId,
        column: SecretColumn,
        sealed: &Sealed,
    ) -> Result<String, Refusal> {
        let opened = self.open_secret(id, column, sealed).await?;
        String::from_utf8(opened.to_vec()).map_err(|_| Refusal::Store(StoreError::Unavailable))
    }

    async fn open_secret(
        &self,
        id: OperatorId,
        column: SecretColumn,
        sealed: &Sealed,
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, Refusal> {
        if self.keyring.is_of_unknown_version(sealed) {
            self.keys.refresh_missing().await;
        }
        self.keyring.open_sealed(&place(id, column), sealed).map_err(|_| {
            tracing::error!(operator = id.0, "a secret of an operator does not open");
            Refusal::Store(StoreError::Unavailable)
        })
    }
}

/// Returns the place that a secret is sealed to. Operators belong to no tenant.
fn place(id: OperatorId, column: SecretColumn) -> Place<'static> {
    let column = match column {
        SecretColumn::Password => "password",
        SecretColumn::Totp => "totp",
    };
    Place { table: "operators", column, tenant: TenantId(0), row: id.0 }
}
