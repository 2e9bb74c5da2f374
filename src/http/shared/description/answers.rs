//! Answers as OpenAPI tells them, with examples out of the code that gives them.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Response};

use crate::domain::limits::limit::{Limit, LimitHit};
use crate::service::Refusal;

use super::schemas::part;

/// A refusal by this limit, for the examples.
pub(crate) fn limited(limit: Limit) -> Refusal {
    Refusal::Limited(LimitHit { limit, retry_after: Duration::from_secs(30) })
}

/// The answers of an operation, by status.
#[derive(Default)]
pub(crate) struct Answers(BTreeMap<u16, StatusAnswer>);

#[derive(Default)]
struct StatusAnswer {
    description: String,
    /// By media type.
    content: BTreeMap<&'static str, MediaContent>,
    headers: Map<String, Value>,
}

#[derive(Default)]
struct MediaContent {
    schema: Value,
    examples: Map<String, Value>,
}

/// A refusal, as one caller is told it.
pub(crate) struct DescribedProblem {
    /// The status.
    pub(crate) status: StatusCode,
    /// The stable word.
    pub(crate) code: &'static str,
    /// The media type.
    pub(crate) media: &'static str,
    /// The name of its schema; a text has none.
    pub(crate) schema: Option<&'static str>,
    /// The body.
    pub(crate) body: Value,
}

impl Answers {
    /// With a success of this status, media type and schema, and an example of it.
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

    /// With a success of this status that has no body.
    pub(crate) fn nothing(mut self, status: StatusCode, description: &str) -> Self {
        description.clone_into(&mut self.0.entry(status.as_u16()).or_default().description);
        self
    }

    /// With another form of the success of this status and media type, and an example of it.
    pub(crate) fn or(
        mut self,
        status: StatusCode,
        name: &str,
        (media, schema, example): (&'static str, Value, Value),
    ) -> Self {
        let content = self.0.entry(status.as_u16()).or_default().content.entry(media).or_default();
        content.schema = json!({ "anyOf": [content.schema, schema] });
        content.examples.insert(name.to_owned(), json!({ "value": example }));
        self
    }

    /// With a header of the answer of this status.
    pub(crate) fn header(mut self, status: StatusCode, name: &str, header: Value) -> Self {
        self.0.entry(status.as_u16()).or_default().headers.insert(name.to_owned(), header);
        self
    }

    /// With these refusals, each under its status.
    pub(crate) fn refusals(mut self, refusals: impl IntoIterator<Item = DescribedProblem>) -> Self {
        for refused in refusals {
            let answer = self.0.entry(refused.status.as_u16()).or_default();
            answer.tell(refused.code);
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

    /// As the document has them.
    pub(crate) fn into_map(self) -> BTreeMap<String, RefOr<Response>> {
        let told = |(status, answer): (u16, StatusAnswer)| (status.to_string(), answer.into_response());
        self.0.into_iter().map(told).collect()
    }
}

impl StatusAnswer {
    /// Adds a word to the words that this status can have.
    fn tell(&mut self, code: &str) {
        let word = format!("`{code}`");
        if self.description.is_empty() {
            self.description = format!("`code` is {word}.");
        } else if !self.description.contains(&word) {
            let others = self.description.trim_end_matches('.');
            self.description = format!("{others}, {word}.");
        }
    }

    fn into_response(self) -> RefOr<Response> {
        let content = self.content.into_iter().map(|(media, content)| {
            let body = json!({ "schema": content.schema, "examples": content.examples });
            (media.to_owned(), body)
        });
        part(json!({
            "description": self.description,
            "headers": self.headers,
            "content": content.collect::<Map<_, _>>(),
        }))
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
            challenge("The scheme to prove oneself with.", "^Bearer$")
        }
        (_, "insufficient_scope") => challenge(
            "With `insufficient_scope`: what the key would have to be allowed (RFC 6750 §3.1).",
            "^Bearer error=\"insufficient_scope\", scope=\"[a-z]+\"$",
        ),
        _ => Vec::new(),
    }
}

/// How long to wait.
pub(crate) fn retry_after() -> Value {
    json!({
        "description": "Whole seconds until the request may be made again.",
        "schema": { "type": "integer", "format": "int64", "minimum": 1, "maximum": 86400 },
        "example": 30,
    })
}

/// A reference to a schema of the document.
pub(crate) fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}
