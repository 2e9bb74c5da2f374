//! Answers for unknown paths and for methods that a path does not have.

use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Route, web};

use super::answer;
use super::problems::problem::Problem;
use super::problems::table::requests::NOT_FOUND;

pub(crate) async fn not_found(request: HttpRequest) -> HttpResponse {
    answer::problem(&request, &(&NOT_FOUND).into())
}

/// Refuses other methods and lists these in `Allow`, as RFC 9110 §15.5.6 requires.
pub(crate) fn allowing(methods: &'static str) -> Route {
    web::to(move |request: HttpRequest| async move {
        let mut answer = answer::problem(&request, &Problem::wrong_method(methods));
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        answer
    })
}
