//! `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10): the state of a tenant's rate, on
//! the answer to each request that was counted under it.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

use crate::domain::limits::limit::Limit;
use crate::service::RateStanding;

use crate::http::shared::description::answers::Answers;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// Adds both headers to an answer.
pub(crate) fn add_headers(headers: &mut HeaderMap, standing: &RateStanding) {
    let name = name(standing.limit);
    let RateStanding { rate, remaining, .. } = standing;
    let full = standing.full_after().as_millis().div_ceil(1000);
    let policy = format!("\"{name}\";q={};w={}", rate.max, rate.per.as_secs());
    for (header, value) in [(POLICY, policy), (STANDING, format!("\"{name}\";r={remaining};t={full}"))] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(header, value);
        }
    }
}

/// The rates of a tenant.
const RATES: [Limit; 3] = [Limit::MintPerTenant, Limit::VerifyPerTenant, Limit::ManagePerTenant];

/// Whether one of these codes is the refusal of a tenant's rate.
pub(crate) fn is_counted<'a>(mut codes: impl Iterator<Item = &'a str>) -> bool {
    codes.any(|code| RATES.iter().any(|limit| limit.as_str() == code))
}

fn name(limit: Limit) -> &'static str {
    match limit {
        Limit::MintPerTenant => "mint",
        Limit::VerifyPerTenant => "verify",
        Limit::ManagePerTenant => "manage",
        other => other.as_str(),
    }
}

/// Describes both headers, on the success of an operation and on the refusal by a limit.
pub(crate) fn described(answers: Answers, success: StatusCode) -> Answers {
    let header = |description: &str, example: &str| {
        json!({
            "description": description,
            "schema": { "type": "string", "maxLength": 100 },
            "example": example,
        })
    };
    let policy =
        header("The tenant's rate: q requests in w seconds. Only with the secret key.", "\"mint\";q=20;w=1");
    let standing = header(
        "The state of the rate: r more requests pass at once, and all q again in t seconds.",
        "\"mint\";r=19;t=1",
    );
    [success, StatusCode::TOO_MANY_REQUESTS].into_iter().fold(answers, |answers, status| {
        answers.header(status, "RateLimit-Policy", policy.clone()).header(
            status,
            "RateLimit",
            standing.clone(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_is_told_in_structured_fields() {
        let headers_of = |rate: &str, limit, remaining| {
            let mut headers = HeaderMap::new();
            add_headers(&mut headers, &RateStanding { limit, rate: rate.parse().unwrap(), remaining });
            [POLICY, STANDING].map(|name| headers.get(name).unwrap().to_str().unwrap().to_owned())
        };
        assert_eq!(headers_of("20/1s", Limit::MintPerTenant, 19), ["\"mint\";q=20;w=1", "\"mint\";r=19;t=1"]);
        assert_eq!(
            headers_of("30/1m", Limit::VerifyPerTenant, 0),
            ["\"verify\";q=30;w=60", "\"verify\";r=0;t=60"]
        );
        assert_eq!(
            headers_of("30/1m", Limit::VerifyPerTenant, 29),
            ["\"verify\";q=30;w=60", "\"verify\";r=29;t=2"]
        );
    }
}
