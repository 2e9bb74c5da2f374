//! What requests of the operator have in common.

use crate::domain::limits::limit::Limit;
use crate::domain::tenants::tenant::TenantHandle;
use crate::service::Refusal;

use crate::http::shared::description::answers::limited;
use crate::http::shared::problems::problem::Problem;
use crate::http::v1::description::refused;
use crate::http::v1::error::V1Error;

/// The tenant that a path or a parameter names.
pub(crate) fn named(text: &str) -> Result<TenantHandle, Refusal> {
    TenantHandle::parse(text).ok_or(Refusal::UnknownTenant)
}

/// What every request of the operator can be refused with.
pub(crate) fn always() -> Vec<V1Error> {
    let own =
        [Refusal::OperatorTokenNeeded, limited(Limit::VerifyPerAddress), limited(Limit::WrongKeysPerAddress)];
    refused(own).chain([Problem::unrecorded(), Problem::draining()].map(V1Error::from)).collect()
}

/// What a request about one tenant can be refused with.
pub(crate) fn about_one() -> Vec<V1Error> {
    let mut all = always();
    all.extend(refused([Refusal::UnknownTenant]));
    all
}
