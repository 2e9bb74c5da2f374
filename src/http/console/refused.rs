//! What whoever sent a form is told when it was not taken.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::domain::operator::MIN_PASSWORD;
use crate::service::Denied;

use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::refusals::Audience;
use crate::http::shared::problems::rejection::Rejection;

use super::{page, words};

/// Why a form was not taken, and the sentence about it, which says when to come again.
pub(crate) struct Refused {
    problem: Problem,
    /// The sentence.
    pub(crate) text: String,
}

impl Refused {
    /// A value that cannot be taken.
    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::with(StatusCode::UNPROCESSABLE_ENTITY, text)
    }

    fn with(status: StatusCode, text: impl Into<String>) -> Self {
        Self::of(Problem { status, ..Problem::field(text.into()) })
    }

    /// What was decided about a form, in the words of the API.
    pub(crate) fn of(problem: Problem) -> Self {
        let text = problem.message.to_string();
        Self::told(problem, text)
    }

    fn told(problem: Problem, text: String) -> Self {
        let text = match problem.retry_after {
            Some(seconds) => format!("{text} Please try again in {}.", words::wait(seconds)),
            None => text,
        };
        Self { problem, text }
    }

    /// A page that says it, where there is no form to show again.
    pub(crate) fn alone(&self) -> HttpResponse {
        self.answer(page::said)
    }

    /// The page with the form again.
    pub(crate) fn page(&self, again: &impl Template) -> HttpResponse {
        self.answer(|status, _| page::page(status, again))
    }

    /// An answer with this status and sentence.
    pub(crate) fn answer(&self, shown: impl FnOnce(StatusCode, &str) -> HttpResponse) -> HttpResponse {
        let mut answer = shown(self.problem.status, &self.text);
        self.problem.head(&mut answer);
        answer
    }
}

impl From<Rejection> for Refused {
    fn from(rejection: Rejection) -> Self {
        let (pointer, detail) = rejection.first();
        let field = pointer.trim_start_matches('/').replace(['/', '_'], " ");
        let text = if field.is_empty() { detail.to_owned() } else { format!("{field}: {detail}") };
        Self::told(Problem { status: rejection.status(), ..rejection.problem().clone() }, text)
    }
}

impl From<&Denied> for Refused {
    fn from(denied: &Denied) -> Self {
        match denied {
            Denied::Wrong => Self::with(StatusCode::FORBIDDEN, "That was not right. Please try again."),
            Denied::NoLink => Self::with(
                StatusCode::NOT_FOUND,
                "This link was used, or its time is over. `otpmint operator setup-link` makes another.",
            ),
            Denied::Name => Self::invalid("A name has 1 to 64 letters, digits and . _ - @ +"),
            Denied::WeakPassword => Self::invalid(format!(
                "Choose a password of at least {MIN_PASSWORD} characters that is harder to guess."
            )),
            Denied::WrongCode => {
                Self::invalid("The code was not right. Check the time of your phone, and try again.")
            }
            Denied::Limited(hit) => Self::of(Problem::limited(*hit)),
            Denied::Refused(refusal) => Self::of(Problem::of(refusal, Audience::Tenant)),
        }
    }
}
