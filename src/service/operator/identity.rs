//! The identity of an operator.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::domain::operator::{OperatorName, Power, Role};
use crate::domain::operator_token::TokenName;
use crate::domain::reports::actor::{Actor, Author};
use crate::service::idempotency::conditions::RequestConditions;
use crate::service::idempotency::requester::Requester;
use crate::service::refusal::{OperatorRefusal, Refusal};

/// An authenticated operator. It can only be created from an operator token, or by signing in to the console.
#[derive(Clone, Debug)]
pub struct Operator {
    author: Author,
    role: Role,
    conditions: RequestConditions,
}

impl Operator {
    /// Creates the operator who has signed in with this name.
    pub(in crate::service) fn signed_in(name: OperatorName, role: Role) -> Self {
        Self { author: Author::Operator(name), role, conditions: RequestConditions::default() }
    }

    /// Creates the operator who has the token of this name.
    pub(in crate::service) fn with_token(name: TokenName, role: Role) -> Self {
        Self { author: Author::Token(name), role, conditions: RequestConditions::default() }
    }

    /// Returns an error unless the operator's role allows an action that takes this power.
    pub fn require(&self, power: Power) -> Result<(), Refusal> {
        self.role.may(power).then_some(()).ok_or(OperatorRefusal::RoleNotAllowed(power).into())
    }

    /// Returns the operator as the audit trail has it.
    pub(in crate::service) const fn author(&self) -> &Author {
        &self.author
    }

    /// Returns the actor for actions of this operator from this address.
    pub(in crate::service) fn actor(&self, client_ip: Option<IpAddr>) -> Actor {
        Actor { author: self.author.clone(), client_ip }
    }

    /// Returns the same operator, who asks for changes under these conditions.
    #[must_use]
    pub fn under(self, conditions: RequestConditions) -> Self {
        Self { conditions, ..self }
    }

    /// Returns the conditions under which the operator asks for changes.
    pub const fn conditions(&self) -> &RequestConditions {
        &self.conditions
    }

    /// Returns the sender of the operator's requests.
    pub fn requester(&self) -> Requester {
        Requester::operator(self.author.word().map(Cow::into_owned).unwrap_or_default())
    }
}
