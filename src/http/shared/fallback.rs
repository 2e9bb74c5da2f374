//! Answers to addresses that are not there, and to methods that an address does not have.

use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Route, web};

use super::answer;
use super::problems::problem::Problem;

pub(crate) async fn not_found(request: HttpRequest) -> HttpResponse {
    answer::problem(&request, &Problem::NOT_FOUND)
}

/// Of a path that has other methods than the one that was asked for, which RFC 9110 §15.5.6 wants told.
pub(crate) fn allowing(methods: &'static str) -> Route {
    web::to(move |request: HttpRequest| async move {
        let mut answer = answer::problem(&request, &Problem::wrong_method(methods));
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        answer
    })
}
