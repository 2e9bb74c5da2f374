//! Answers in the shapes that products read.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::json;

use crate::domain::hook::Product;

use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::rejection::Rejection;

/// Who is answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    /// It has proved to speak for the tenant.
    Known,
    Stranger,
}

/// The codes are queued.
pub(super) fn success(product: Product) -> HttpResponse {
    match product {
        // Gateways may look for a word.
        Product::Gateway => HttpResponse::Ok().json(json!({ "status": "queued" })),
        _ => HttpResponse::Ok().json(json!({})),
    }
}

/// A code is refused to the tenant.
pub(super) fn refusal(product: Product, rejection: &Rejection) -> HttpResponse {
    answer(product, rejection, Caller::Known)
}

/// A request is refused that nothing proves to be the tenant's.
pub(super) fn stranger(product: Product, rejection: &Rejection) -> HttpResponse {
    answer(product, rejection, Caller::Stranger)
}

fn answer(product: Product, rejection: &Rejection, caller: Caller) -> HttpResponse {
    let problem = rejection.problem();
    let (place, detail) = rejection.first();
    let words = if place.is_empty() { detail.to_owned() } else { format!("{}: {detail}", &place[1..]) };
    let mut response = match product {
        Product::SupabaseSms | Product::SupabaseEmail => supabase(problem, &words, caller),
        // Its users see the text.
        Product::Authentik => {
            HttpResponse::build(problem.v1_status()).content_type("text/plain; charset=utf-8").body(words)
        }
        Product::Kratos | Product::Zitadel | Product::Logto | Product::Gateway => {
            let body = json!({ "code": problem.code(), "message": words });
            HttpResponse::build(problem.v1_status()).json(body)
        }
    };
    let challenge = problem.authenticate(problem.v1_status()).and_then(|challenge| challenge.parse().ok());
    if let Some(challenge) = challenge {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    problem.on(response)
}

/// Supabase tries again at once after 429 and 503 with `Retry-After`, three times in all, and takes every other status
/// but 200 for a broken hook, of which its user learns nothing. So a refusal that the user should see is a 200 with an
/// error in it; so is a limit, which does not end while Supabase waits.
fn supabase(problem: &Problem, words: &str, caller: Caller) -> HttpResponse {
    let status = problem.v1_status();
    let body = json!({ "error": { "http_code": status.as_u16(), "message": words } });
    let told = [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::CONFLICT, StatusCode::TOO_MANY_REQUESTS];
    let is_for_user = caller == Caller::Known && told.contains(&status);
    let mut response = HttpResponse::build(if is_for_user { StatusCode::OK } else { status });
    if status == StatusCode::SERVICE_UNAVAILABLE && problem.retry_after.is_none() {
        response.insert_header((RETRY_AFTER, "1"));
    }
    response.json(body)
}
