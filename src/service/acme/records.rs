//! What the server has with the authority that issues its certificates: sealed, in the store, for all nodes.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::domain::acme::{AcmeAccount, AcmeItem, IssuedCertificate, PendingChallenge};
use crate::domain::id::TenantId;
use crate::domain::random::Entropy;
use crate::store::Store;

use crate::service::parts::Parts;
use crate::service::refusal::Refusal;

/// What the server has with the authority that issues its certificates.
pub struct AcmeRecords {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    entropy: Arc<dyn Entropy>,
}

impl AcmeRecords {
    /// Creates them over these parts.
    pub(in crate::service) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            entropy: Arc::clone(&parts.entropy),
        }
    }

    /// Returns the account, if there is one.
    pub async fn account(&self) -> Result<Option<AcmeAccount>, Refusal> {
        Ok(self.read::<Option<AcmeAccount>>(AcmeItem::Account).await?.flatten())
    }

    /// Keeps the account.
    pub async fn keep_account(&self, account: &AcmeAccount) -> Result<(), Refusal> {
        self.keep(AcmeItem::Account, account).await
    }

    /// Forgets the account.
    pub async fn forget_account(&self) -> Result<(), Refusal> {
        self.keep(AcmeItem::Account, &None::<AcmeAccount>).await
    }

    /// Returns the latest certificate, if there is one.
    pub async fn certificate(&self) -> Result<Option<IssuedCertificate>, Refusal> {
        self.read(AcmeItem::Certificate).await
    }

    /// Keeps the certificate.
    pub async fn keep_certificate(&self, certificate: &IssuedCertificate) -> Result<(), Refusal> {
        self.keep(AcmeItem::Certificate, certificate).await
    }

    /// Returns the challenges that the authority may ask for now.
    pub async fn challenges(&self) -> Result<Vec<PendingChallenge>, Refusal> {
        Ok(self.read(AcmeItem::Challenges).await?.unwrap_or_default())
    }

    /// Keeps the challenges that the authority may ask for from now on.
    pub async fn keep_challenges(&self, challenges: &[PendingChallenge]) -> Result<(), Refusal> {
        self.keep(AcmeItem::Challenges, &challenges).await
    }

    /// What does not open is as good as absent: the authority issues another one.
    async fn read<T: DeserializeOwned>(&self, item: AcmeItem) -> Result<Option<T>, Refusal> {
        let Some(sealed) = self.store.acme_item(item).await? else { return Ok(None) };
        let opened = self.keyring.open_sealed(&place(item), &sealed).ok();
        let read = opened.and_then(|plain| serde_json::from_slice(&plain).ok());
        if read.is_none() {
            tracing::error!(?item, "what is kept for the certificate does not open");
        }
        Ok(read)
    }

    async fn keep<T: Serialize>(&self, item: AcmeItem, content: &T) -> Result<(), Refusal> {
        // Structs of texts always serialise.
        let plain = Zeroizing::new(serde_json::to_vec(content).unwrap_or_default());
        let sealed = self.keyring.seal(&place(item), &plain, self.entropy.as_ref());
        Ok(self.store.keep_acme_item(item, sealed).await?)
    }
}

fn place(item: AcmeItem) -> Place<'static> {
    Place { table: "acme", column: "content", tenant: TenantId(0), row: item.id() }
}
