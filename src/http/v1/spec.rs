//! What an operation of v1 accepts and returns, as short lists from which the description is made.

use actix_web::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::domain::limits::limit::Limit;
use crate::domain::operator::{Power, Role};
use crate::domain::tenants::credential::Scope;
use crate::service::{OperatorRefusal, Refusal};

use crate::http::shared::description::answers::{DescribedProblem, limited};
use crate::http::shared::description::examples;
use crate::http::shared::description::operation::{Example, JSON, SecurityScheme, Spec};
use crate::http::shared::problems::entry::ProblemEntry;
use crate::http::shared::problems::table::requests::{
    INVALID_IDEMPOTENCY_KEY, NOT_FOUND, NOT_JSON, SECRET_NOT_REPEATED, SERVER_OVERLOADED, SHUTTING_DOWN,
    STORE_UNAVAILABLE, TOO_LARGE, TOO_SLOW, UNREADABLE, UNSUPPORTED_MEDIA,
};

use super::bearer::{Manager, Prober, Supporter};
use super::error::{Occurrence, V1Error};
use super::parameters::{idempotency_key, if_match, if_none_match};
use super::problem_view::ProblemView;
use super::rate_limit;

const MERGE_PATCH: &str = "application/merge-patch+json";

/// An operation of v1 whose description is being built.
pub(crate) struct V1Spec {
    spec: Spec,
    /// The status of the success.
    success: StatusCode,
    refusals: Vec<V1Error>,
}

/// Starts an operation for callers whose key has one of these scopes. Other callers are counted under this limit.
pub(crate) fn with_key(scopes: &[Scope], per_address: Limit) -> V1Spec {
    keyed(SecurityScheme::SecretKey, scopes, per_address)
}

/// Starts an operation for callers with a test key, which has one of these scopes.
pub(crate) fn with_test_key(scopes: &[Scope], per_address: Limit) -> V1Spec {
    keyed(SecurityScheme::TestKey, scopes, per_address).refuses([Refusal::NotSandbox])
}

fn keyed(scheme: impl Fn(Scope) -> SecurityScheme, scopes: &[Scope], per_address: Limit) -> V1Spec {
    let schemes: Vec<_> = scopes.iter().map(|&scope| scheme(scope)).collect();
    V1Spec::secured(&schemes)
        .refuses([Refusal::UnknownSecretKey, examples::key_from_elsewhere()])
        .refuses(scopes.first().map(|&scope| Refusal::MissingScope(scope)))
        .limited([per_address, Limit::WrongKeysPerAddress])
        .problems([&STORE_UNAVAILABLE, &SERVER_OVERLOADED, &SHUTTING_DOWN])
}

/// Starts an operation that manages the tenant.
pub(crate) fn managing() -> V1Spec {
    with_key(Manager::SCOPES, Limit::VerifyPerAddress).limited([Limit::ManagePerTenant])
}

/// Starts an operation that looks after the tenant's recipients.
pub(crate) fn supporting() -> V1Spec {
    with_key(Supporter::SCOPES, Limit::VerifyPerAddress).limited([Limit::ManagePerTenant])
}

/// Starts an operation that manages the tenant and sends something.
pub(crate) fn probing() -> V1Spec {
    with_key(Prober::SCOPES, Limit::VerifyPerAddress).limited([Limit::MintPerTenant])
}

/// Starts an operation for operators whose role allows what takes this power.
pub(crate) fn operating(power: Power) -> V1Spec {
    let of_some = Role::ALL.iter().any(|role| !role.may(power));
    V1Spec::secured(&[SecurityScheme::OperatorToken])
        .refuses([Refusal::OperatorTokenNeeded])
        .refuses(of_some.then(|| OperatorRefusal::RoleNotAllowed(power).into()))
        .limited([Limit::VerifyPerAddress, Limit::WrongKeysPerAddress])
        // Where the operator has switched these routes off, there is nothing.
        .problems([&NOT_FOUND, &STORE_UNAVAILABLE, &SHUTTING_DOWN])
}

impl V1Spec {
    fn secured(schemes: &[SecurityScheme]) -> Self {
        Self { spec: Spec::secured(schemes), success: StatusCode::OK, refusals: Vec::new() }
    }

    fn with(self, more: impl FnOnce(Spec) -> Spec) -> Self {
        Self { spec: more(self.spec), ..self }
    }

    /// Adds callers without a secret key, who receive a `B` instead of an `A`: `union` is the name of both.
    pub(crate) fn or_anybody<A: ToSchema, B: Serialize + ToSchema>(self, union: &str, example: B) -> Self {
        let (status, example) = (self.success, json!(example));
        self.with(|spec| {
            spec.or(SecurityScheme::Nobody).either::<A, B>(union, |answers, schema| {
                answers.or(status, "withoutSecretKey", (JSON, schema, example))
            })
        })
    }

    /// Adds parameters.
    pub(crate) fn parameters(self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.with(|spec| spec.parameters(parameters))
    }

    /// Sets the body, and gives an example of an invalid field: its pointer, and what is wrong.
    pub(crate) fn takes<T: ToSchema>(self, example: Value, wrong: (&str, &str)) -> Self {
        self.takes_as::<T>(&[JSON], example, wrong)
    }

    /// Sets a body that is a merge patch (RFC 7396).
    pub(crate) fn patches<T: ToSchema>(self, example: Value, wrong: (&str, &str)) -> Self {
        self.takes_as::<T>(&[MERGE_PATCH, JSON], example, wrong)
    }

    /// Sets the body in these media types.
    fn takes_as<T: ToSchema>(self, media: &[&str], example: Value, wrong: (&str, &str)) -> Self {
        self.with(|spec| spec.body::<T>(media, &example)).problems([&NOT_JSON]).reads().wrong_field(wrong)
    }

    /// Sets a body that may be absent.
    pub(crate) fn may_take<T: ToSchema>(self, example: Value, wrong: (&str, &str)) -> Self {
        self.takes::<T>(example, wrong).with(|spec| spec.body_optional())
    }

    /// Sets a body that is a picture.
    pub(crate) fn takes_picture(self, media: &[&str]) -> Self {
        self.with(|spec| spec.upload(media)).reads()
    }

    fn reads(self) -> Self {
        self.problems([&UNREADABLE, &TOO_SLOW, &TOO_LARGE, &UNSUPPORTED_MEDIA])
    }

    /// Sets a success with the example of `T`.
    pub(crate) fn ok<T: Example>(self, description: &str) -> Self {
        self.answers(StatusCode::OK, description, T::example())
    }

    /// Sets a success that returns something new.
    pub(crate) fn created<T: Example>(self, description: &str) -> Self {
        self.answers(StatusCode::CREATED, description, T::example())
    }

    /// Sets a success of this status, with an example.
    pub(crate) fn answers<T: Serialize + ToSchema>(
        self,
        status: StatusCode,
        description: &str,
        example: T,
    ) -> Self {
        let spec = self.with(|spec| spec.success::<T>(status, description, json!(example)));
        Self { success: status, ..spec }
    }

    /// Sets a success without a body.
    pub(crate) fn no_content(self, description: &str) -> Self {
        let status = StatusCode::NO_CONTENT;
        let spec = self.with(|spec| spec.answers(|answers| answers.nothing(status, description)));
        Self { success: status, ..spec }
    }

    /// Adds another media type to the success.
    pub(crate) fn also(self, media: &'static str, schema: Value, description: &str, example: Value) -> Self {
        let status = self.success;
        self.with(|spec| {
            spec.answers(|answers| answers.success(status, description, (media, schema, example)))
        })
    }

    /// Adds a header to the success.
    pub(crate) fn header(self, name: &str, header: Value) -> Self {
        let status = self.success;
        self.with(|spec| spec.answers(|answers| answers.header(status, name, header)))
    }

    /// Adds `Location`, the address of something new.
    pub(crate) fn located(self, what: &str, pattern: &str) -> Self {
        let schema = json!({ "type": "string", "pattern": pattern, "maxLength": 80 });
        self.header(
            "Location",
            json!({ "description": format!("The path of the {what}."), "schema": schema }),
        )
    }

    /// Accepts an `Idempotency-Key`.
    pub(crate) fn repeatable(self) -> Self {
        let replayed = json!({
            "description": "`true` on an answer that was repeated because of its `Idempotency-Key`.",
            "schema": { "type": "string", "enum": ["true"] },
        });
        self.header("Idempotency-Replayed", replayed)
            .parameters([idempotency_key()])
            .refuses([Refusal::StillRunning, Refusal::KeyReused])
            .problems([&INVALID_IDEMPOTENCY_KEY])
    }

    /// Accepts an `Idempotency-Key`, for an answer with a secret.
    pub(crate) fn repeatable_with_secret(self) -> Self {
        self.repeatable().problems([&SECRET_NOT_REPEATED])
    }

    /// Adds refusals, as the tenant receives them.
    pub(crate) fn refuses(mut self, refusals: impl IntoIterator<Item = Refusal>) -> Self {
        self.refusals.extend(refusals.into_iter().map(|refusal| V1Error::refused(&refusal)));
        self
    }

    /// Adds limits that may refuse.
    pub(crate) fn limited(self, limits: impl IntoIterator<Item = Limit>) -> Self {
        self.refuses(limits.into_iter().map(limited))
    }

    /// Adds problems that do not come from a use case.
    pub(crate) fn problems(mut self, entries: impl IntoIterator<Item = &'static ProblemEntry>) -> Self {
        self.refusals.extend(entries.into_iter().map(V1Error::from));
        self
    }

    /// Adds an example of an invalid field: its pointer, and what is wrong.
    pub(crate) fn wrong_field(mut self, (pointer, detail): (&str, &str)) -> Self {
        self.refusals.push(V1Error::field(pointer, detail));
        self
    }

    /// Adds an example of an invalid parameter.
    pub(crate) fn wrong_parameter(mut self, (name, detail): (&str, &str)) -> Self {
        self.refusals.push(V1Error::parameter(name, detail));
        self
    }

    /// Adds the tags and conditions of a method.
    fn of_method(self, method: &str) -> Self {
        match method {
            "GET" => {
                let known = "The caller has this representation already.";
                self.tagged()
                    .parameters([if_none_match()])
                    .with(|spec| spec.answers(|answers| answers.nothing(StatusCode::NOT_MODIFIED, known)))
            }
            "POST" => self,
            _ => {
                let spec = self.conditional();
                if method == "DELETE" { spec } else { spec.tagged() }
            }
        }
    }

    /// Accepts `If-Match`, for a `POST` that changes something.
    pub(crate) fn conditional(self) -> Self {
        self.parameters([if_match()]).refuses([Refusal::ChangedMeanwhile])
    }

    /// Adds the tag of what the success shows.
    pub(crate) fn tagged(self) -> Self {
        let schema = json!({ "type": "string", "pattern": "^\"[0-9A-Za-z_.-]+\"$", "maxLength": 60 });
        let description = "The entity tag, for `If-None-Match` and, of what can be changed, for `If-Match`.";
        self.header("ETag", json!({ "description": description, "schema": schema }))
    }

    /// Completes the description with what all operations of a method share.
    pub(crate) fn finish(self, method: &str) -> Spec {
        let Self { spec, success, refusals } = self.of_method(method);
        let is_counted = rate_limit::is_counted(refusals.iter().map(V1Error::code));
        let spec = spec.refusals::<ProblemView>(refusals.iter().map(described));
        if is_counted { spec.answers(|answers| rate_limit::described(answers, success)) } else { spec }
    }
}

fn described(error: &V1Error) -> DescribedProblem {
    DescribedProblem {
        status: error.status(),
        code: error.code(),
        media: "application/problem+json",
        schema: Some("Problem"),
        body: json!(error.body(Occurrence::EXAMPLE)),
    }
}
