//! A problem, and where in the request it is.

use serde::Serialize;

use crate::service::{FactorRefusal, KeyRefusal, Refusal, RelayRefusal};

use super::audience::Audience;
use super::entry::ProblemEntry;
use super::problem::Problem;
use super::refusals::{
    KEY_NAME_TAKEN, NOBODY_EMBEDS, ORIGIN_NOT_ALLOWED, RETURN_URL_NOT_ALLOWED, UNSAYABLE_CODE,
    WRONG_HOOK_SECRET, WRONG_KEY_END, excludes_caller,
};

/// Why a request is refused: a problem, and the fields or parameters that caused it.
#[derive(Clone, Debug)]
pub(crate) struct Rejection {
    problem: Problem,
    flaws: Vec<Flaw>,
}

/// An invalid part of a request.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Flaw {
    /// A field of the body, by its JSON pointer (RFC 6901).
    Field { pointer: String, detail: String },
    /// A parameter of the query, by its name.
    Parameter { parameter: String, detail: String },
}

impl Flaw {
    /// The pointer or name, and what is wrong.
    pub(crate) fn place_and_detail(&self) -> (&str, &str) {
        match self {
            Self::Field { pointer: place, detail } | Self::Parameter { parameter: place, detail } => {
                (place, detail)
            }
        }
    }
}

/// The most flaws that are told of one body.
pub(crate) const MOST_FLAWS: usize = 20;

/// Collects what is wrong with the parts of a body, so that all of it is told at once.
#[derive(Default)]
pub(crate) struct Flaws(Option<Rejection>);

impl Flaws {
    /// Notes what is wrong with a part.
    pub(crate) fn note<T>(&mut self, part: Result<T, Rejection>) {
        if let Err(rejection) = part {
            self.0 = Some(match self.0.take() {
                None => rejection,
                Some(known) => known.and(rejection),
            });
        }
    }

    /// The rejection for all of it, if there is something.
    pub(crate) fn end(self) -> Result<(), Rejection> {
        self.0.map_or(Ok(()), Err)
    }
}

/// Both parts of a body, or all that is wrong with them.
pub(crate) fn both<A, B>(
    one: Result<A, Rejection>,
    other: Result<B, Rejection>,
) -> Result<(A, B), Rejection> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Err(other)) => Err(one.and(other)),
        (Err(wrong), Ok(_)) | (Ok(_), Err(wrong)) => Err(wrong),
    }
}

impl Rejection {
    /// The rejection that the tenant receives for a refusal.
    pub(crate) fn refused(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::InvalidSetting(setting) => Self::fields(
                setting
                    .each()
                    .map(|setting| (format!("/{}", setting.path.replace('.', "/")), setting.problem.clone())),
            ),
            Refusal::ReturnUrlNotAllowed => Self::field("/return_url", RETURN_URL_NOT_ALLOWED),
            Refusal::OriginNotAllowed => Self::field("/origin", ORIGIN_NOT_ALLOWED),
            Refusal::Key(KeyRefusal::WrongEnd) => Self::field("/expires_at", WRONG_KEY_END),
            Refusal::Key(KeyRefusal::ExcludesCaller(ip)) => {
                Self::field("/allowed_networks", excludes_caller(*ip))
            }
            Refusal::Relay(RelayRefusal::WrongSecret) => Self::field("/secret", WRONG_HOOK_SECRET),
            Refusal::Relay(RelayRefusal::Unsayable) => Self::field("/code", UNSAYABLE_CODE),
            Refusal::NobodyEmbeds => Self::field("/embed", NOBODY_EMBEDS),
            Refusal::Factor(FactorRefusal::Invalid { field, problem }) => {
                Self::field(format!("/{field}"), problem.as_str())
            }
            Refusal::Key(KeyRefusal::NameTaken) => Self::field("/name", KEY_NAME_TAKEN),
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

    /// An invalid field.
    pub(crate) fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let (pointer, detail) = (pointer.into(), detail.into());
        Self { problem: Problem::field(detail.clone()), flaws: vec![Flaw::Field { pointer, detail }] }
    }

    /// All invalid fields of a body: their pointers, and what is wrong with each.
    pub(crate) fn fields(flaws: impl IntoIterator<Item = (String, String)>) -> Self {
        Self::of(flaws.into_iter().map(|(pointer, detail)| Flaw::Field { pointer, detail }).collect())
    }

    /// The same, with the pointers as they are within the object at `place`; those outside it stay.
    pub(crate) fn within(mut self, place: &str) -> Self {
        for flaw in &mut self.flaws {
            if let Flaw::Field { pointer, .. } = flaw
                && let Some(inner) = pointer.strip_prefix(place)
                && inner.starts_with('/')
            {
                *pointer = inner.to_owned();
            }
        }
        self
    }

    /// The flaws of both. What is no flaw of a field is told alone.
    fn and(mut self, other: Self) -> Self {
        if !self.flaws.is_empty() {
            self.flaws.extend(other.flaws);
            self.flaws.truncate(MOST_FLAWS);
        }
        self
    }

    fn of(flaws: Vec<Flaw>) -> Self {
        let first = flaws.first().map_or("", |flaw| flaw.place_and_detail().1).to_owned();
        Self { problem: Problem::field(first), flaws }
    }

    /// An invalid parameter of the query.
    pub(crate) fn parameter(name: impl Into<String>, detail: impl Into<String>) -> Self {
        let (parameter, detail) = (name.into(), detail.into());
        Self {
            problem: Problem::parameter(detail.clone()),
            flaws: vec![Flaw::Parameter { parameter, detail }],
        }
    }

    /// The problem without the places.
    pub(crate) fn problem(&self) -> &Problem {
        &self.problem
    }

    /// All invalid places.
    pub(crate) fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }

    /// The first invalid place, and what is wrong there.
    pub(crate) fn first(&self) -> (&str, &str) {
        self.flaws.first().map_or(("", self.problem.message()), Flaw::place_and_detail)
    }
}

impl From<Problem> for Rejection {
    fn from(problem: Problem) -> Self {
        Self { problem, flaws: Vec::new() }
    }
}

impl From<&'static ProblemEntry> for Rejection {
    fn from(entry: &'static ProblemEntry) -> Self {
        Problem::from(entry).into()
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self::refused(&refusal)
    }
}
