//! A problem, and where in the request it lies.

use actix_web::http::StatusCode;
use serde::Serialize;

use crate::service::Refusal;

use super::problem::Problem;
use super::refusals::{Audience, NOBODY_EMBEDS, RETURN_URL_NOT_ALLOWED};

/// Why a request is not carried out: a problem, and the fields or parameters that it is about.
#[derive(Clone, Debug)]
pub(crate) struct Rejection {
    problem: Problem,
    flaws: Vec<Flaw>,
}

/// Where something is wrong, and what.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Flaw {
    /// In the body: a JSON pointer (RFC 6901).
    Field { pointer: String, detail: String },
    /// In the query: the name of a parameter.
    Parameter { parameter: String, detail: String },
}

impl Flaw {
    /// The place, and what is wrong there.
    pub(crate) fn told(&self) -> (&str, &str) {
        match self {
            Self::Field { pointer: place, detail } | Self::Parameter { parameter: place, detail } => {
                (place, detail)
            }
        }
    }
}

impl Rejection {
    /// What the tenant is told of a refusal.
    pub(crate) fn refused(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::InvalidSetting(setting) => {
                Self::field(format!("/{}", setting.path.replace('.', "/")), &*setting.problem)
            }
            Refusal::ReturnUrlNotAllowed => Self::field("/return_url", RETURN_URL_NOT_ALLOWED),
            Refusal::NobodyEmbeds => Self::field("/embed", NOBODY_EMBEDS),
            Refusal::KeyNameTaken => Self::field("/name", "another live key has this name"),
            Refusal::InvalidTemplate(errors) => {
                let flaws = errors.iter().map(|error| Flaw::Field {
                    pointer: error.pointer.clone(),
                    detail: error.detail.clone(),
                });
                Self { problem: Problem::of(refusal, Audience::Tenant), flaws: flaws.collect() }
            }
            _ => Problem::of(refusal, Audience::Tenant).into(),
        }
    }

    /// A field that is not what it has to be.
    pub(crate) fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let (pointer, detail) = (pointer.into(), detail.into());
        Self { problem: Problem::field(detail.clone()), flaws: vec![Flaw::Field { pointer, detail }] }
    }

    /// A parameter of the query that is not what it has to be.
    pub(crate) fn parameter(name: impl Into<String>, detail: impl Into<String>) -> Self {
        let (parameter, detail) = (name.into(), detail.into());
        Self {
            problem: Problem::parameter(detail.clone()),
            flaws: vec![Flaw::Parameter { parameter, detail }],
        }
    }

    /// The problem alone.
    pub(crate) fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Every place where something is wrong.
    pub(crate) fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }

    /// Where the first thing is wrong, and what.
    pub(crate) fn first(&self) -> (&str, &str) {
        self.flaws.first().map_or(("", &self.problem.message), Flaw::told)
    }

    /// The status of the answer. The original's routes have their own, which its clients know.
    pub(crate) fn status(&self) -> StatusCode {
        match self.problem.code {
            "challenge_not_found" => StatusCode::NOT_FOUND,
            "challenge_expired" | "challenge_verified" | "challenge_canceled" | "challenge_exhausted" => {
                StatusCode::GONE
            }
            "invalid_field" | "invalid_recipient" | "not_a_code" => StatusCode::UNPROCESSABLE_ENTITY,
            _ => self.problem.status,
        }
    }
}

impl From<Problem> for Rejection {
    fn from(problem: Problem) -> Self {
        Self { problem, flaws: Vec::new() }
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self::refused(&refusal)
    }
}
