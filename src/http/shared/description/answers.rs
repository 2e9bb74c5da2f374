//! The answers of an operation for OpenAPI. The examples come from the code that writes the answers.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::domain::limits::limit::{Limit, LimitHit};
use crate::service::Refusal;

/// A refusal by this limit, as an example.
pub(crate) fn limited(limit: Limit) -> Refusal {
    Refusal::Limited(LimitHit { limit, retry_after: Duration::from_secs(30) })
}

#[derive(Default)]
pub(crate) struct Answers(BTreeMap<u16, StatusAnswer>);

#[derive(Default)]
struct StatusAnswer {
    description: String,
    content: BTreeMap<&'static str, MediaContent>,
    headers: Map<String, Value>,
}

#[derive(Default)]
struct MediaContent {
    schema: Value,
    examples: Map<String, Value>,
}

/// A refusal as a caller receives it.
pub(crate) struct DescribedProblem {
    pub(crate) status: StatusCode,
    /// The stable word.
    pub(crate) code: &'static str,
    pub(crate) media: &'static str,
    /// The name of its schema; a text has none.
    pub(crate) schema: Option<&'static str>,
    pub(crate) body: Value,
}

impl Answers {
    /// Adds a success of this status, media type and schema, with an example.
    pub(crate) fn success(
        mut self,
        status: StatusCode,
        description: &str,
        (media, schema, example): (&'static str, Value, Value),
    ) -> Self {
        let answer = self.0.entry(status.as_u16()).or_default();
        description.clone_into(&mut answer.description);
        let content = answer.content.entry(media).or_default();
        content.schema = schema;
        content.examples.insert("success".to_owned(), json!({ "value": example }));
        self
    }

    /// Adds a success without a body.
    pub(crate) fn nothing(mut self, status: StatusCode, description: &str) -> Self {
        description.clone_into(&mut self.0.entry(status.as_u16()).or_default().description);
        self
    }

    /// Adds an example of another form of the success of this status and media type; `schema` is that of both.
    pub(crate) fn or(
        mut self,
        status: StatusCode,
        name: &str,
        (media, schema, example): (&'static str, Value, Value),
    ) -> Self {
        let content = self.0.entry(status.as_u16()).or_default().content.entry(media).or_default();
        content.schema = schema;
        content.examples.insert(name.to_owned(), json!({ "value": example }));
        self
    }

    /// Adds a header to the answer of this status.
    pub(crate) fn header(mut self, status: StatusCode, name: &str, header: Value) -> Self {
        self.0.entry(status.as_u16()).or_default().headers.insert(name.to_owned(), header);
        self
    }

    /// Adds refusals, each under its status.
    pub(crate) fn refusals(mut self, refusals: impl IntoIterator<Item = DescribedProblem>) -> Self {
        for refused in refusals {
            let answer = self.0.entry(refused.status.as_u16()).or_default();
            answer.add_code(refused.code);
            for (name, header) in headers(&refused) {
                answer.headers.insert(name.to_owned(), header);
            }
            let content = answer.content.entry(refused.media).or_default();
            content.schema = match refused.schema {
                Some(name) => reference(name),
                None => json!({ "type": "string", "maxLength": 500 }),
            };
            content.examples.insert(refused.code.to_owned(), json!({ "value": refused.body }));
        }
        self
    }

    /// Adds a header to every answer.
    pub(crate) fn with_header_everywhere(mut self, name: &str, header: &Value) -> Self {
        for answer in self.0.values_mut() {
            answer.headers.insert(name.to_owned(), header.clone());
        }
        self
    }

    /// The `responses` of the operation.
    pub(crate) fn into_value(self) -> Value {
        self.0.into_iter().map(|(status, answer)| (status.to_string(), answer.into_value())).collect()
    }
}

impl StatusAnswer {
    /// Adds a code to the description of this status.
    fn add_code(&mut self, code: &str) {
        let word = format!("`{code}`");
        if self.description.is_empty() {
            self.description = format!("`code` is {word}.");
        } else if !self.description.contains(&word) {
            let others = self.description.trim_end_matches('.');
            self.description = format!("{others}, {word}.");
        }
    }

    fn into_value(self) -> Value {
        let content = self.content.into_iter().map(|(media, content)| {
            (media.to_owned(), json!({ "schema": content.schema, "examples": content.examples }))
        });
        let mut value = json!({ "description": self.description, "headers": self.headers });
        let content: Map<_, _> = content.collect();
        if !content.is_empty() {
            value["content"] = content.into();
        }
        value
    }
}

fn headers(refused: &DescribedProblem) -> Vec<(&'static str, Value)> {
    let challenge = |description: &str, pattern: &str| {
        let schema = json!({ "type": "string", "pattern": pattern, "maxLength": 80 });
        vec![("WWW-Authenticate", json!({ "description": description, "schema": schema }))]
    };
    match (refused.status, refused.code) {
        (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE, _) => {
            vec![("Retry-After", retry_after())]
        }
        (StatusCode::UNAUTHORIZED, _) if refused.schema.is_some() => {
            challenge("The authentication scheme.", "^Bearer$")
        }
        (_, "insufficient_scope") => challenge(
            "With `insufficient_scope`: the scope that the key lacks (RFC 6750 §3.1).",
            "^Bearer error=\"insufficient_scope\", scope=\"[a-z]+\"$",
        ),
        _ => Vec::new(),
    }
}

/// The header `Retry-After`.
pub(crate) fn retry_after() -> Value {
    json!({
        "description": "Whole seconds until the request may be repeated.",
        "schema": { "type": "integer", "format": "int64", "minimum": 1, "maximum": 86400 },
        "example": 30,
    })
}

/// A reference to a schema of the document.
pub(crate) fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}
