//! The secrets of operators: checking, sealing and opening them.

use std::net::IpAddr;

use secrecy::SecretString;

use crate::crypto::Place;
use crate::crypto::totp::{self, TotpSecret};
use crate::domain::id::TenantId;
use crate::domain::operator::{OperatorId, OperatorName};
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::Sealed;
use crate::service::refusal::Refusal;
use crate::store::{Noted, OperatorRow, Proof, ShownCode, StoreError};

use super::denied::Denied;
use super::parts::Console;
use super::password_hashing::HashingPlace;
use super::sign_in_tries::Claimant;

/// The secrets to check.
#[derive(Clone, Copy)]
pub(super) enum Factors<'a> {
    /// The password only.
    Password,
    /// The password, and the code of the authenticator app if the operator has enabled one.
    PasswordAndCode(&'a str),
}

/// An operator whose password is right. Whether the code is, the store says.
pub(super) struct CheckedOperator {
    pub(super) row: OperatorRow,
    pub(super) proof: Proof,
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
    /// takes the same time and gets the same error. A wrong code gets it from the store, which counts it.
    pub(super) async fn prove(
        &self,
        who: Claimant<'_>,
        name: Option<OperatorName>,
        (password, factors): (&SecretString, Factors<'_>),
        client_ip: Option<IpAddr>,
    ) -> Result<CheckedOperator, Denied> {
        let (counted, place) = self.count_hashed_try(who).await?;
        match self.check_secrets(place, name, password, factors).await {
            Ok((Some(row), Some(code))) => {
                let proof = Proof {
                    operator: row.id,
                    generation: row.generation,
                    code,
                    locked_after: self.rules.sign_in_tries.codes_in_a_row,
                    counted,
                    client_ip,
                };
                Ok(CheckedOperator { row, proof })
            }
            Ok((row, _)) => {
                self.note_refused(row.map(|row| row.name), client_ip).await?;
                Err(Denied::Wrong)
            }
            Err(refusal) => {
                // The check gave no result, so the try does not count.
                self.uncount(counted).await;
                Err(refusal.into())
            }
        }
    }

    /// Returns the operator of a name, if there is one, and what became of the code, if the password is right.
    async fn check_secrets(
        &self,
        place: HashingPlace,
        name: Option<OperatorName>,
        password: &SecretString,
        factors: Factors<'_>,
    ) -> Result<(Option<OperatorRow>, Option<ShownCode>), Refusal> {
        let row = match name {
            Some(name) => self.store.operator_named(name).await?,
            None => None,
        };
        let hash = match &row {
            Some(row) => Some(self.open_text(row.id, SecretColumn::Password, &row.password).await?),
            None => None,
        };
        let is_right = self.passwords.matches(place, password, hash).await?;
        let code = match (&row, factors) {
            (Some(row), Factors::PasswordAndCode(code)) => self.shown_code(row, code).await?,
            _ => Some(ShownCode::NotNeeded),
        };
        Ok((row, code.filter(|_| is_right)))
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

    /// Returns what a code is; `None` for a text that is none, which is wrong without being a guess.
    pub(super) async fn shown_code(
        &self,
        row: &OperatorRow,
        code: &str,
    ) -> Result<Option<ShownCode>, Refusal> {
        let Some(sealed) = &row.totp else { return Ok(Some(ShownCode::NotNeeded)) };
        let secret = TotpSecret::from_bytes(self.open_secret(row.id, SecretColumn::Totp, sealed).await?);
        let secret = secret.ok_or(Refusal::Store(StoreError::Unavailable))?;
        // The phone uses wall-clock time.
        let step = secret.step(code, self.clock.wall());
        Ok(totp::is_code(code).then(|| step.map_or(ShownCode::Wrong, ShownCode::Right)))
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
