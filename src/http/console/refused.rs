//! Refused forms.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::service::Denied;

use crate::http::shared::problems::audience::Audience;
use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::rejection::Rejection;

use super::{page, words};

/// Why a form was refused, with a sentence that also says when to try again.
pub(crate) struct Refused {
    problem: Problem,
    status: StatusCode,
    pub(crate) text: String,
}

impl Refused {
    /// An invalid value.
    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::with(StatusCode::UNPROCESSABLE_ENTITY, text)
    }

    fn with(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, ..Self::of(Problem::field(text.into())) }
    }

    /// A refusal by a use case, in the words of the API.
    pub(crate) fn of(problem: Problem) -> Self {
        let (status, text) = (problem.original_status(), problem.message().to_owned());
        Self::with_text(problem, status, text)
    }

    fn with_text(problem: Problem, status: StatusCode, text: String) -> Self {
        let text = match problem.retry_after {
            Some(seconds) => format!("{text} Please try again in {}.", words::wait(seconds)),
            None => text,
        };
        Self { problem, status, text }
    }

    /// A page with the sentence, where there is no form to show again.
    pub(crate) fn alone(&self) -> HttpResponse {
        self.answer(page::statement)
    }

    /// The page with the form and the sentence.
    pub(crate) fn page(&self, again: &impl Template) -> HttpResponse {
        self.answer(|status, _| page::page(status, again))
    }

    /// An answer with this status and sentence.
    pub(crate) fn answer(&self, shown: impl FnOnce(StatusCode, &str) -> HttpResponse) -> HttpResponse {
        let mut answer = shown(self.status, &self.text);
        self.problem.head(&mut answer);
        answer
    }
}

impl From<Rejection> for Refused {
    fn from(rejection: Rejection) -> Self {
        let (pointer, detail) = rejection.first();
        let field = pointer.trim_start_matches('/').replace(['/', '_'], " ");
        let text = if field.is_empty() { detail.to_owned() } else { format!("{field}: {detail}") };
        let problem = rejection.problem().clone();
        Self::with_text(problem, rejection.problem().v1_status(), text)
    }
}

impl From<&Denied> for Refused {
    fn from(denied: &Denied) -> Self {
        match denied {
            Denied::Wrong => Self::with(StatusCode::FORBIDDEN, "That was not right. Please try again."),
            Denied::SignInTimedOut => {
                Self::with(StatusCode::FORBIDDEN, "That took too long. Please sign in again.")
            }
            Denied::NoLink => Self::with(
                StatusCode::NOT_FOUND,
                "This link was used, or its time is over. `otpmint operator setup-link` makes another.",
            ),
            Denied::Name => Self::invalid("A name has 1 to 64 letters, digits and . _ - @ +"),
            Denied::WeakPassword(flaw) => Self::invalid(words::of_flaw(*flaw)),
            Denied::NeedsApp(flaw) => Self::invalid(format!(
                "Your password is good enough only with codes, so change it first. {}",
                words::of_flaw(*flaw)
            )),
            Denied::TotpRequired => Self::invalid("Your role requires an authenticator app."),
            Denied::NoOperator => Self::with(StatusCode::NOT_FOUND, "There is no operator of this name."),
            Denied::OtherRole => {
                Self::invalid("There is an account of this name with another role. It keeps its role.")
            }
            Denied::LastOwner => {
                Self::with(StatusCode::CONFLICT, "Without this operator there would be no owner.")
            }
            Denied::NotAllowed => {
                Self::with(StatusCode::FORBIDDEN, "Only another owner can do this. Nothing was done.")
            }
            Denied::WrongCode => {
                Self::invalid("The code was not right. Check the time of your phone, and try again.")
            }
            Denied::Limited(hit) => Self::of(Problem::limited(*hit)),
            Denied::Refused(refusal) => Self::of(Problem::of(refusal, Audience::Tenant)),
        }
    }
}
