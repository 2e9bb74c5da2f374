//! Operators managing their own accounts.

use std::net::IpAddr;

use secrecy::SecretString;

use crate::crypto::console::DeviceOwner;
use crate::crypto::totp::TotpSecret;
use crate::domain::factors::shape::{TotpAlgorithm, TotpShape};
use crate::domain::operator::{ConsoleUser, OperatorName};
use crate::domain::passwords::PasswordUse;
use crate::domain::secret::Sealed;
use crate::service::refusal::Refusal;
use crate::store::{OperatorRow, OperatorSecrets, ShownCode};

use super::denied::Denied;
use super::devices::DeviceToken;
use super::parts::Console;
use super::secrets::{CheckedOperator, Factors, SecretColumn, TotpOffer};
use super::sessions::Signed;
use super::sign_in_tries::Claimant;

impl Console {
    /// Returns whether this operator needs a code of an authenticator app to sign in.
    pub async fn has_totp(&self, signed: &Signed) -> Result<bool, Refusal> {
        Ok(self.own_row(signed).await?.totp.is_some())
    }

    /// Returns whether the role of this operator requires an authenticator app.
    pub fn requires_totp(&self, signed: &Signed) -> bool {
        signed.role().is_some_and(|role| self.rules.require_totp.has(role))
    }

    /// Returns whether the signed-in operator must set up an authenticator app before anything else.
    pub fn must_set_up_totp(&self, signed: &Signed) -> bool {
        self.requires_totp(signed) && !signed.session.has_totp
    }

    /// Changes the password of the signed-in operator, and ends the other sessions. Returns what its browser is known by
    /// from now on.
    pub async fn change_password(
        &self,
        signed: &Signed,
        present: &SecretString,
        new: &SecretString,
        client_ip: Option<IpAddr>,
    ) -> Result<DeviceToken, Denied> {
        let proved = self.prove_again(signed, present, client_ip).await?;
        // If the app is switched off meanwhile, nothing is changed: the proof is of the account as it was read.
        let used = if proved.row.totp.is_some() { PasswordUse::WithApp } else { PasswordUse::Alone };
        let hash = match self.hash_new(new, &proved.row.name, used).await {
            Ok(hash) => hash,
            Err(denied) => {
                self.uncount(proved.proof.counted).await;
                return Err(denied);
            }
        };
        let sealed = self.seal_secret(proved.row.id, SecretColumn::Password, hash.as_bytes());
        self.change_secrets(signed, proved, Some(sealed), None).await
    }

    /// Offers a fresh secret for an authenticator app. It is not stored until a code of the app has
    /// confirmed it.
    pub async fn offer_totp(&self, signed: &Signed) -> Result<TotpOffer, Refusal> {
        let row = self.own_row(signed).await?;
        Ok(offer(&TotpSecret::draw(TotpAlgorithm::Sha1, self.entropy.as_ref()), &row.name))
    }

    /// Repeats the same offer, after a mistyped code.
    pub fn repeat_totp(&self, signed: &Signed, text: &str) -> Option<TotpOffer> {
        Some(offer(&TotpSecret::parse(text)?, &OperatorName::parse(signed.name())?))
    }

    /// Enables the codes of an authenticator app; `code` proves that the app has the secret.
    pub async fn enable_totp(
        &self,
        signed: &Signed,
        password: &SecretString,
        (secret, code): (&str, &str),
        client_ip: Option<IpAddr>,
    ) -> Result<DeviceToken, Denied> {
        let mut proved = self.prove_again(signed, password, client_ip).await?;
        let secret = TotpSecret::parse(secret);
        let step = secret.as_ref().and_then(|secret| secret.step(code, self.clock.wall()));
        let (Some(secret), Some(step)) = (secret, step) else {
            self.uncount(proved.proof.counted).await;
            return Err(Denied::WrongCode);
        };
        // The code is consumed now, so that it cannot be used again to sign in.
        proved.proof.code = ShownCode::Right(step);
        let sealed = self.seal_secret(proved.row.id, SecretColumn::Totp, secret.as_bytes());
        self.change_secrets(signed, proved, None, Some(Some(sealed))).await
    }

    /// Disables the codes, if the password is good enough without them and the role of the operator does not require
    /// them.
    pub async fn disable_totp(
        &self,
        signed: &Signed,
        password: &SecretString,
        client_ip: Option<IpAddr>,
    ) -> Result<DeviceToken, Denied> {
        if self.requires_totp(signed) {
            return Err(Denied::TotpRequired);
        }
        let proved = self.prove_again(signed, password, client_ip).await?;
        if let Err(denied) = self.need_no_app(password, &proved.row.name).await {
            self.uncount(proved.proof.counted).await;
            return Err(denied);
        }
        self.change_secrets(signed, proved, None, Some(None)).await
    }

    /// Checks the password of the signed-in operator.
    pub(super) async fn prove_again(
        &self,
        signed: &Signed,
        password: &SecretString,
        client_ip: Option<IpAddr>,
    ) -> Result<CheckedOperator, Denied> {
        let name = self.own_row(signed).await?.name;
        let secrets = (password, Factors::Password);
        self.prove(Claimant::Session(&signed.token), Some(name), secrets, client_ip).await
    }

    async fn change_secrets(
        &self,
        signed: &Signed,
        proved: CheckedOperator,
        password: Option<Sealed>,
        totp: Option<Option<Sealed>>,
    ) -> Result<DeviceToken, Denied> {
        let owner = DeviceOwner { operator: proved.row.id, generation: proved.proof.generation + 1 };
        let change = OperatorSecrets { proof: proved.proof, password, totp, keep: signed.session.hash };
        let changed = self.store.change_operator(change, self.clock.now()).await?;
        // Otherwise somebody else has changed the secrets since they were read, or the code was
        // consumed before.
        if changed { Ok(self.remember(None, owner)) } else { Err(Denied::WrongCode) }
    }

    async fn own_row(&self, signed: &Signed) -> Result<OperatorRow, Refusal> {
        let row = match signed.user() {
            ConsoleUser::Operator(id) => self.store.operator(*id).await?,
            ConsoleUser::Tenant(..) => None,
        };
        row.ok_or(Refusal::OperatorTokenNeeded)
    }
}

fn offer(secret: &TotpSecret, name: &OperatorName) -> TotpOffer {
    TotpOffer {
        text: SecretString::from(secret.text().as_str()),
        uri: SecretString::from(secret.uri(TotpShape::STANDARD, "OtpMint", name.as_str()).as_str()),
    }
}
