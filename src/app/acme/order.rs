//! An order: the authority asks for proofs that the names are the server's, and issues a certificate.

use std::sync::Arc;
use std::time::Duration;

use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Error, Identifier, NewAccount, NewOrder, OrderStatus,
    RetryPolicy,
};

use crate::config::Tls as TlsSettings;
use crate::domain::acme::{AcmeAccount, IssuedCertificate, PendingChallenge};
use crate::service::{AcmeChallenges, Refusal, Services};

use super::authority::Authority;

/// How long the authority may take to look at the proofs, and then to issue.
const PATIENCE: RetryPolicy = RetryPolicy::new().timeout(Duration::from_secs(90));

/// How a name is proved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Proof {
    /// By a page at port 80 (RFC 8555 §8.3).
    Http,
    /// By a certificate at port 443 (RFC 8737).
    Tls,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub(super) enum OrderFailed {
    /// The authority refused, or was not reached.
    #[error("{0}")]
    Authority(#[from] Error),
    /// It did not find a proof.
    #[error("the authority did not find the proof for a name, by {0:?}")]
    Unproved(Proof),
    /// It does not offer such a proof.
    #[error("the authority does not take proofs by {0:?}")]
    NotOffered(Proof),
    /// Nothing can be recorded at present.
    #[error("the store does not take it: {0:?}")]
    Store(Refusal),
}

impl From<Refusal> for OrderFailed {
    fn from(refusal: Refusal) -> Self {
        Self::Store(refusal)
    }
}

/// Who orders, and for what.
pub(super) struct Customer {
    pub(super) settings: TlsSettings,
    pub(super) authority: Authority,
    pub(super) services: Arc<Services>,
}

impl Customer {
    /// Orders a certificate, and returns it. The challenges are forgotten in any case.
    pub(super) async fn order(&self, proof: Proof) -> Result<IssuedCertificate, OrderFailed> {
        let issued = self.prove_and_finish(proof).await;
        let forgotten = self.services.acme.keep_challenges(&[]).await;
        let issued = issued?;
        forgotten?;
        Ok(issued)
    }

    async fn prove_and_finish(&self, proof: Proof) -> Result<IssuedCertificate, OrderFailed> {
        let account = self.account().await?;
        let names: Vec<_> = self.settings.acme_domains.iter().cloned().map(Identifier::Dns).collect();
        let mut order = account.new_order(&NewOrder::new(&names)).await?;
        self.prove(&mut order, proof).await?;
        if order.poll_ready(&PATIENCE).await? != OrderStatus::Ready {
            return Err(OrderFailed::Unproved(proof));
        }
        let key = order.finalize().await?;
        let chain = order.poll_certificate(&PATIENCE).await?;
        Ok(IssuedCertificate { chain, key })
    }

    /// Publishes a proof for each name, and says so to the authority.
    async fn prove(&self, order: &mut instant_acme::Order, proof: Proof) -> Result<(), OrderFailed> {
        let kind = match proof {
            Proof::Http => ChallengeType::Http01,
            Proof::Tls => ChallengeType::TlsAlpn01,
        };
        let mut published = Vec::new();
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            if authorization.status != AuthorizationStatus::Pending {
                continue;
            }
            let domain = authorization.identifier().to_string();
            let found = authorization.challenge(kind.clone());
            let mut challenge = found.ok_or(OrderFailed::NotOffered(proof))?;
            published.push(PendingChallenge {
                domain,
                token: challenge.token.clone(),
                key_authorization: challenge.key_authorization().as_str().to_owned(),
            });
            self.services.acme.keep_challenges(&published).await?;
            // The authority may ask any of the nodes.
            tokio::time::sleep(AcmeChallenges::KNOWN_AFTER).await;
            challenge.set_ready().await?;
        }
        Ok(())
    }

    /// Has another account made next time.
    pub(super) async fn forget_account(&self) {
        if let Err(refusal) = self.services.acme.forget_account().await {
            tracing::warn!(?refusal, "the account could not be forgotten");
        }
    }

    /// The account of this directory, which is made if there is none.
    async fn account(&self) -> Result<Account, OrderFailed> {
        let directory = &self.settings.acme_directory;
        let builder = Account::builder_with_http(Box::new(self.authority.clone()));
        if let Some(known) = self.services.acme.account().await?
            && known.directory == *directory
            && let Ok(credentials) = serde_json::from_str(&known.credentials)
        {
            return Ok(builder.from_credentials(credentials).await?);
        }
        let contact = format!("mailto:{}", self.settings.acme_email);
        let contacts = [contact.as_str()];
        let account = NewAccount {
            contact: if self.settings.acme_email.is_empty() { &[] } else { &contacts },
            terms_of_service_agreed: self.settings.acme_accept_terms,
            only_return_existing: false,
        };
        let (account, credentials) = builder.create(&account, directory.clone(), None).await?;
        let credentials = serde_json::to_string(&credentials).map_err(Error::from)?;
        let made = AcmeAccount { directory: directory.clone(), credentials };
        self.services.acme.keep_account(&made).await?;
        tracing::info!(directory, account = account.id(), "an account was made with the authority");
        Ok(account)
    }
}

/// Whether the authority does not know the account any more, so that another one is needed.
pub(super) fn is_account_gone(failed: &OrderFailed) -> bool {
    let OrderFailed::Authority(Error::Api(problem)) = failed else { return false };
    let kind = problem.r#type.as_deref().and_then(|kind| kind.rsplit(':').next());
    matches!(kind, Some("accountDoesNotExist" | "unauthorized"))
}
