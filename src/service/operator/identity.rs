//! The identity of an operator.

use std::net::IpAddr;

use crate::domain::operator::OperatorName;
use crate::domain::reports::audit::Actor;

/// An authenticated operator. It can only be created from the operator token, or by signing in to
/// the console.
#[derive(Clone, Debug)]
pub struct Operator(Option<OperatorName>);

impl Operator {
    /// Creates the operator who has signed in with this name.
    pub(in crate::service) const fn signed_in(name: OperatorName) -> Self {
        Self(Some(name))
    }

    /// Creates the operator who has the operator token, without a name.
    pub(in crate::service) const fn with_token() -> Self {
        Self(None)
    }

    /// Returns the actor for actions of this operator from this address.
    pub(in crate::service) fn actor(&self, client_ip: Option<IpAddr>) -> Actor {
        Actor { operator: self.0.clone(), client_ip }
    }
}
