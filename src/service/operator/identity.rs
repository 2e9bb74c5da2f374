//! The operator, who has proved it.

use std::net::IpAddr;

use crate::domain::operator::OperatorName;
use crate::domain::reports::audit::Actor;

/// The operator, who has proved it. There is no other way to get one than by the token, or by signing in
/// to the console.
#[derive(Clone, Debug)]
pub struct Operator(Option<OperatorName>);

impl Operator {
    /// One who has signed in by this name.
    pub(in crate::service) const fn signed_in(name: OperatorName) -> Self {
        Self(Some(name))
    }

    /// Whoever has the operator token, by no name.
    pub(in crate::service) const fn with_token() -> Self {
        Self(None)
    }

    /// Who does what the operator does from this address.
    pub(in crate::service) fn actor(&self, client_ip: Option<IpAddr>) -> Actor {
        Actor { operator: self.0.clone(), client_ip }
    }
}
