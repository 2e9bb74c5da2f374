//! Asking a token endpoint.

use std::time::Duration;

use super::answer::judge;
use super::failure::TokenFailure;
use super::form::Ask;
use super::token::Granted;
use crate::delivery::net::http::{BodyRule, HttpClient, HttpLimits, HttpRequest};

const LIMITS: HttpLimits = HttpLimits {
    connect: Duration::from_secs(5),
    total: Duration::from_secs(10),
    head: 16 * 1_024,
    body: BodyRule::AtMost(64 * 1_024),
};

/// Asks token endpoints.
pub struct TokenClient {
    http: HttpClient,
    limits: HttpLimits,
}

impl TokenClient {
    /// Creates a client that asks through `http`.
    pub fn new(http: HttpClient) -> Self {
        Self { http, limits: LIMITS }
    }

    /// Creates a client that waits for a response no longer than this.
    pub fn with_patience(http: HttpClient, total: Duration) -> Self {
        Self { http, limits: HttpLimits { total, ..LIMITS } }
    }

    /// Makes one request.
    pub(super) async fn ask(&self, ask: &Ask<'_>) -> Result<Granted, TokenFailure> {
        if !ask.login.token_url.is_secure() {
            return Err(TokenFailure::Unusable);
        }
        let body = ask.body().ok_or(TokenFailure::Unusable)?;
        let request = HttpRequest::post(
            ask.login.token_url.clone(),
            "application/x-www-form-urlencoded",
            body.as_bytes().to_vec(),
        );
        let request =
            request.with_header("accept", "application/json").map_err(|_| TokenFailure::Unusable)?;
        let response = self.http.send(request, &self.limits).await;
        judge(&response.map_err(|failure| TokenFailure::Unreachable(failure.error))?)
    }
}
