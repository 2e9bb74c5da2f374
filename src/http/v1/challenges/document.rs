//! The description of the challenges.

use utoipa::OpenApi;

use crate::http::v1::problem_view;

use super::{handlers, mint_body, public_view, verify_body, view};

/// The challenges, and what every resource has in common.
#[derive(OpenApi)]
#[openapi(
    paths(
        handlers::mint,
        handlers::status,
        handlers::cancel,
        handlers::verify,
        handlers::resend,
        handlers::verify_latest,
    ),
    components(schemas(
        mint_body::MintBody,
        verify_body::VerifyBody,
        verify_body::VerifyByRecipientBody,
        view::ChallengeView,
        view::MintedView,
        view::VerifiedView,
        public_view::PublicView,
        public_view::VerifiedPublicView,
        problem_view::ProblemView,
        problem_view::FieldProblem,
    ))
)]
pub(crate) struct ChallengesDoc;
