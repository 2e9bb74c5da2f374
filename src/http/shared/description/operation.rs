//! An operation as OpenAPI describes it: what it accepts and what it returns.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::tenants::credential::Scope;

use super::answers::{Answers, DescribedProblem, reference};
use super::schemas::part;

pub(crate) const JSON: &str = "application/json";

/// The header with the id of a request: every operation accepts it and returns it.
pub(crate) const REQUEST_ID: &str = "X-Request-Id";

/// A type with an example of itself for the description.
pub(crate) trait Example: Serialize + ToSchema {
    fn example() -> Self;
}

/// How a caller authenticates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SecurityScheme {
    /// Not at all.
    Nobody,
    /// A secret key with this scope.
    SecretKey(Scope),
    /// A secret key of a sandbox.
    TestKey(Scope),
    OperatorToken,
}

impl SecurityScheme {
    fn requirement(self) -> Value {
        match self {
            Self::Nobody => json!({}),
            Self::SecretKey(scope) => json!({ "secretKey": [scope.as_str()] }),
            Self::TestKey(scope) => json!({ "testKey": [scope.as_str()] }),
            Self::OperatorToken => json!({ "operatorToken": [] }),
        }
    }
}

/// What an operation accepts and returns.
pub(crate) struct Spec {
    security: Vec<Value>,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: Answers,
    schemas: Schemas,
}

pub(crate) type Schemas = BTreeMap<String, RefOr<Schema>>;

impl Spec {
    /// Starts with one way to authenticate, or several to choose from.
    pub(crate) fn secured(schemes: &[SecurityScheme]) -> Self {
        // An empty list says "none" to every reader of descriptions; a list with an empty entry says "if you like".
        let only_nobody = schemes == [SecurityScheme::Nobody];
        let named = if only_nobody { &[] } else { schemes };
        let security = named.iter().map(|scheme| scheme.requirement()).collect();
        Self {
            security,
            parameters: Vec::new(),
            body: None,
            answers: Answers::default(),
            schemas: Schemas::new(),
        }
    }

    /// Adds another way to authenticate.
    pub(crate) fn or(mut self, scheme: SecurityScheme) -> Self {
        self.security.push(scheme.requirement());
        self
    }

    /// Adds parameters of the path, the query or the headers.
    pub(crate) fn parameters(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// Sets a body of shape `T`, in these media types.
    pub(crate) fn body<T: ToSchema>(mut self, media: &[&str], example: &Value) -> Self {
        self.knows::<T>();
        let content = json!({ "schema": reference(&T::name()), "example": example });
        let content = media.iter().map(|media| ((*media).to_owned(), content.clone()));
        self.body = Some(json!({ "content": content.collect::<serde_json::Map<_, _>>(), "required": true }));
        self
    }

    /// Lets the body be absent.
    pub(crate) fn body_optional(mut self) -> Self {
        if let Some(body) = &mut self.body {
            body["required"] = json!(false);
        }
        self
    }

    /// Sets a body that is not JSON.
    pub(crate) fn upload(mut self, media: &[&str]) -> Self {
        let text = json!({ "schema": { "type": "string" } });
        let content = media.iter().map(|media| ((*media).to_owned(), text.clone()));
        self.body = Some(json!({ "content": content.collect::<serde_json::Map<_, _>>(), "required": true }));
        self
    }

    /// Adds a success as JSON, with an example.
    pub(crate) fn success<T: ToSchema>(self, status: StatusCode, description: &str, example: Value) -> Self {
        self.answer::<T>(|answers, schema| answers.success(status, description, (JSON, schema, example)))
    }

    /// Lets the success also have the shape `B`: a union of both under this name.
    pub(crate) fn either<A: ToSchema, B: ToSchema>(
        mut self,
        union: &str,
        tell: impl FnOnce(Answers, Value) -> Answers,
    ) -> Self {
        self.knows::<B>();
        // `anyOf`, for whoever satisfies the longer shape may satisfy the shorter one as well.
        let both = json!({ "anyOf": [reference(&A::name()), reference(&B::name())] });
        self.schemas.insert(union.to_owned(), part(both));
        self.answers(|answers| tell(answers, reference(union)))
    }

    /// Adds an answer of shape `T`, whose schema is passed to `tell`.
    pub(crate) fn answer<T: ToSchema>(mut self, tell: impl FnOnce(Answers, Value) -> Answers) -> Self {
        self.knows::<T>();
        self.answers(|answers| tell(answers, reference(&T::name())))
    }

    /// Changes the answers.
    pub(crate) fn answers(self, tell: impl FnOnce(Answers) -> Answers) -> Self {
        Self { answers: tell(self.answers), ..self }
    }

    /// Adds refusals, whose bodies have the shape `T`.
    pub(crate) fn refusals<T: ToSchema>(
        mut self,
        refusals: impl IntoIterator<Item = DescribedProblem>,
    ) -> Self {
        self.knows::<T>();
        self.answers(|answers| answers.refusals(refusals))
    }

    fn knows<T: ToSchema>(&mut self) {
        let mut all = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut all);
        self.schemas.extend(all);
    }
}

/// The identity of an operation and its texts.
pub(crate) struct OperationText {
    pub(crate) tag: &'static str,
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
}

/// An operation of the API.
pub(crate) struct ApiOperation {
    pub(crate) path: &'static str,
    /// In lower case.
    pub(crate) method: String,
    /// The operation object of OpenAPI.
    pub(crate) value: Value,
    /// The schemas that it refers to.
    pub(crate) schemas: Schemas,
}

impl ApiOperation {
    /// Describes the operation of a method at a path.
    pub(crate) fn of(method: &str, path: &'static str, about: &OperationText, spec: Spec) -> Self {
        let Spec { security, mut parameters, body, answers, schemas } = spec;
        parameters.push(json!({ "$ref": format!("#/components/parameters/{REQUEST_ID}") }));
        let id = json!({ "$ref": format!("#/components/headers/{REQUEST_ID}") });
        let mut value = json!({
            "tags": [about.tag],
            "summary": about.summary,
            "description": about.description,
            "operationId": about.id,
            "parameters": parameters,
            "responses": answers.with_header_everywhere(REQUEST_ID, &id).into_value(),
            "security": security,
        });
        if let Some(body) = body {
            value["requestBody"] = body;
        }
        Self { path, method: method.to_ascii_lowercase(), value, schemas }
    }
}
