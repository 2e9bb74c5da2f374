//! Operator tokens with names: making, listing and revoking them.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::crypto::operator_token;
use crate::domain::challenges::idempotency::Made;
use crate::domain::operator::Role;
use crate::domain::operator_token::{MAX_TOKENS, TokenInfo, TokenName};
use crate::domain::reports::actor::Actor;
use crate::domain::time::Timestamp;
use crate::service::idempotency::conditions::{RequestConditions, SecretSealer, secret_field};
use crate::service::refusal::{OperatorRefusal, Refusal};
use crate::store::TokenAdded;

use super::identity::Operator;
use super::token::OperatorTokens;

/// A token to make.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// The name.
    pub name: TokenName,
    /// What its holder may do.
    pub role: Role,
    /// When it expires, if it does.
    pub expires_at: Option<Timestamp>,
}

impl OperatorTokens {
    /// Returns all tokens, in the order of their names.
    pub async fn list(&self) -> Result<Vec<TokenInfo>, Refusal> {
        Ok(self.store.operator_tokens().await?)
    }

    /// Makes a token and returns it: it is shown only this once.
    pub async fn add(
        &self,
        new: NewToken,
        by: Actor,
        conditions: &RequestConditions,
    ) -> Result<(TokenInfo, SecretString), Refusal> {
        if new.name.is_of_settings() {
            return Err(OperatorRefusal::TokenExists.into());
        }
        let token = operator_token::draw(self.entropy.as_ref());
        let new = self.new_token(&token, (new.name, new.role, new.expires_at), by);
        let info = new.info.clone();
        let sealer =
            SecretSealer { keyring: &self.keyring, entropy: self.entropy.as_ref(), now: self.clock.now() };
        let (made, secret) = (Made::OperatorToken(info.name.clone()), secret_field(token.expose_secret()));
        let store = conditions.over(&self.store).making(Some(made), Some(&secret), sealer).store();
        match store.add_operator_token(new, MAX_TOKENS).await? {
            TokenAdded::Added => Ok((info, token)),
            TokenAdded::NameTaken => Err(OperatorRefusal::TokenExists.into()),
            TokenAdded::TooMany => Err(OperatorRefusal::TooManyTokens.into()),
        }
    }

    /// Revokes a token, which proves nothing from then on.
    pub async fn revoke(&self, name: &TokenName, by: Actor) -> Result<TokenInfo, Refusal> {
        if name.is_of_settings() {
            return Err(OperatorRefusal::TokenOfSettings.into());
        }
        let revoked = self.store.revoke_operator_token(name.clone(), (by, self.clock.now())).await?;
        revoked.ok_or_else(|| OperatorRefusal::UnknownToken.into())
    }

    /// Does the same as [`add`](Self::add) for an operator.
    pub async fn add_by(
        &self,
        operator: &Operator,
        new: NewToken,
        client_ip: Option<IpAddr>,
    ) -> Result<(TokenInfo, SecretString), Refusal> {
        self.add(new, operator.actor(client_ip), operator.conditions()).await
    }

    /// Does the same as [`revoke`](Self::revoke) for an operator.
    pub async fn revoke_by(
        &self,
        operator: &Operator,
        name: &TokenName,
        client_ip: Option<IpAddr>,
    ) -> Result<TokenInfo, Refusal> {
        self.revoke(name, operator.actor(client_ip)).await
    }
}
