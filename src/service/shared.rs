//! The parts that several themes share.

use std::sync::Arc;

use super::admission::Admission;
use super::callbacks::address::CallbackAddresses;
use super::keys::sub_keys::SubKeys;
use super::limits::limit_hits::LimitHits;
use super::limits::rates::TenantRates;
use super::parts::Parts;
use super::routes::senders::Senders;
use super::spray::orders::SprayOrders;
use super::spray::watch::Watch;
use super::tenants::directory::Directory;
use super::tenants::key_uses::KeyUses;
use super::tenants::loaded::TenantLoader;
use super::tenants::names::TenantNames;

/// The parts that several themes share. They are created before the themes.
pub(super) struct Shared {
    pub(super) admission: Arc<Admission>,
    pub(super) rates: Arc<TenantRates>,
    pub(super) hits: Arc<LimitHits>,
    pub(super) directory: Arc<Directory>,
    pub(super) uses: Arc<KeyUses>,
    pub(super) watch: Arc<Watch>,
    pub(super) orders: Arc<SprayOrders>,
    pub(super) keys: Arc<SubKeys>,
    pub(super) senders: Arc<Senders>,
    pub(super) loader: Arc<TenantLoader>,
    pub(super) names: Arc<TenantNames>,
    pub(super) callbacks: Arc<CallbackAddresses>,
}

impl Shared {
    pub(super) fn new(parts: &Parts) -> Self {
        let keys = Arc::new(SubKeys::new(parts));
        let senders = Arc::new(Senders::new(parts, Arc::clone(&keys)));
        let directory = Arc::default();
        Self {
            admission: Arc::new(Admission::new(parts.rules.places)),
            rates: Arc::new(TenantRates::new(parts)),
            hits: Arc::new(LimitHits::new(parts)),
            watch: Arc::new(Watch::new(parts, &directory)),
            orders: Arc::new(SprayOrders::new(parts, &directory)),
            directory,
            uses: Arc::new(KeyUses::new(Arc::clone(&parts.store))),
            loader: Arc::new(TenantLoader::new(parts, Arc::clone(&senders))),
            senders,
            names: Arc::new(TenantNames::new(parts)),
            callbacks: Arc::new(CallbackAddresses::new(
                parts.keyring.shareable_keys(),
                parts.rules.report_url.clone(),
            )),
            keys,
        }
    }
}
